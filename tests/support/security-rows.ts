/** A row of the tables in docs/security.md that begin with a number. */
export type Row = { number: string; evidence: string };

/** What a row names: a file, and titles of tests or words that stand in it. */
export type Evidence = { file: string; titles: string[] };

export function readRows(page: string): Row[] {
  return page.split('\n').flatMap((line) => {
    const [, number, , evidence] = line.split('|').map((cell) => cell.trim());
    const isRow = /^(\d+\.\d+\.\d+|(attack|duty|source) \d+)$/.test(number ?? '');
    return isRow ? [{ number: number!, evidence: evidence ?? '' }] : [];
  });
}

export function listEvidence({ evidence }: Row): Evidence[] {
  const named = evidence.matchAll(/`([^`]+)`(?: ((?:“[^”]*”(?:, )?)+))?/g);
  return [...named].map(([, file, titles = '']) => ({
    file: file!,
    titles: [...titles.matchAll(/“([^”]*)”/g)].map(([, title]) => title!),
  }));
}

/** The tests among what a row names. */
export const listTests = (row: Row): Evidence[] =>
  listEvidence(row).filter(({ file }) => /\.test\.tsx?$/.test(file));

export const isOpen = ({ evidence }: Row): boolean => evidence.startsWith('open: ');
