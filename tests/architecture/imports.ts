import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A source file with the project files that it imports, paths relative to the root, `/` between. */
export type SourceFile = { file: string; text: string; imports: string[] };

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s*'([^']+)'/g;

/** What a text imports, as written. */
export function listSpecifiers(text: string): string[] {
  return [...text.matchAll(importPattern)].map(
    ([, from, dynamic, bare]) => from ?? dynamic ?? bare!,
  );
}

/** Every TypeScript file below the folders, with its imports resolved. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readSource(root, path.posix.join(folder, name.split(path.sep).join('/')))),
  );
}

function readSource(root: string, file: string): SourceFile {
  const text = readFileSync(path.join(root, file), 'utf8');
  const imports = listSpecifiers(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => path.posix.join(path.posix.dirname(file), specifier));
  return { file, text, imports };
}

/** One circle of imports, the first file again at its end; undefined when there is none. */
export function findCircle(sources: readonly SourceFile[]): string[] | undefined {
  const byFile = new Map(sources.map((source) => [source.file, source.imports]));
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] | undefined => {
    const at = trail.indexOf(file);
    if (at >= 0) return [...trail.slice(at), file];
    if (done.has(file)) return undefined;
    for (const next of byFile.get(file) ?? []) {
      const circle = visit(next, [...trail, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const { file } of sources) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}
