import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** A version of a package and the day of its publication, as the registry tells it. */
export type Release = { version: string; published: Date };
/** What only a look at the version itself tells. */
export type ReleaseFacts = { deprecated: boolean; node: string | undefined };

/** What npm prints, whether it is content or not; it exits with 1 on what is outdated as on a failure. */
const askNpm = (args: readonly string[]): Promise<string> =>
  new Promise((done) => {
    // The times of a package with a version for each night take megabytes.
    const options = { maxBuffer: 1 << 28, shell: process.platform === 'win32' };
    execFile('npm', [...args, '--json'], options, (_error, output) => done(output));
  });

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What npm would install in a package's place: for each of its users, and were none of them to say. */
export type Offer = { wanted: string[]; latest: string };

/** The offers for packages that are not at their latest version, by name; undefined without the registry. */
export async function askOffers(): Promise<Map<string, Offer> | undefined> {
  type Row = { wanted: string; latest: string };
  const answer = readJson(await askNpm(['outdated', '--all'])) as
    | Record<string, Row | Row[]>
    | undefined;
  if (!answer || 'error' in answer) return undefined;
  const offers = Object.entries(answer).map(([name, row]) => {
    const rows = [row].flat();
    return [name, { wanted: rows.map(({ wanted }) => wanted), latest: rows[0]!.latest }] as const;
  });
  return new Map(offers);
}

/** Every version of a package; undefined when the registry doesn't tell. */
export async function askReleases(name: string): Promise<Release[] | undefined> {
  const answer = readJson(await askNpm(['view', name, 'versions', 'time'])) as
    | { versions?: string | string[]; time?: Record<string, string> }
    | undefined;
  const { versions, time } = answer ?? {};
  if (!versions || !time) return undefined;
  // Of a single version npm makes no list. What was taken back has a time and is no version.
  return [versions].flat().flatMap((version) => {
    const published = time[version];
    return published ? [{ version, published: new Date(published) }] : [];
  });
}

type Fields = { version: string; engines?: { node?: string }; deprecated?: string };

/** Whether versions of a package are deprecated, and which Node they want, by version. */
export async function askFacts(
  name: string,
  versions: readonly string[],
): Promise<Map<string, ReleaseFacts> | undefined> {
  const spec = `${name}@${versions.join(' || ')}`;
  const fields = ['name', 'version', 'engines', 'deprecated'];
  const answer = readJson(await askNpm(['view', spec, ...fields])) as
    | Fields
    | Fields[]
    | { error: unknown }
    | undefined;
  if (!answer || 'error' in answer) return undefined;
  const facts = [answer].flat().map((one) => {
    const { version, engines, deprecated } = one as Fields;
    return [version, { deprecated: Boolean(deprecated), node: engines?.node }] as const;
  });
  return new Map(facts);
}

/** The packages with known holes, one line each; undefined when the audit service doesn't answer. */
export async function askAudit(): Promise<string[] | undefined> {
  const answer = readJson(await askNpm(['audit'])) as
    | { vulnerabilities?: Record<string, { severity: string; range: string }> }
    | undefined;
  const { vulnerabilities } = answer ?? {};
  if (!vulnerabilities) return undefined;
  return Object.entries(vulnerabilities).map(
    ([name, { severity, range }]) => `${name} ${range}: ${severity}`,
  );
}

/** Asks for each, a few at a time; the answers in the order of the questions. */
export async function askEach<Q, A>(
  questions: readonly Q[],
  ask: (question: Q) => Promise<A>,
): Promise<A[]> {
  const answers: A[] = [];
  const rest = questions.entries();
  const work = async (): Promise<void> => {
    for (const [index, question] of rest) answers[index] = await ask(question);
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
  return answers;
}
