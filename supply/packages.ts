import { readFileSync } from 'node:fs';

/** A package as the lock file has it. */
export type LockedPackage = {
  /** Its folder, like `node_modules/a/node_modules/b`. */
  path: string;
  name: string;
  version: string;
  /** As its author wrote it, mostly an SPDX expression. */
  licence: string | undefined;
  /** Nothing of it is there when the application runs. */
  dev: boolean;
  /** The installation goes on without it. */
  optional: boolean;
  /** A script of its own would run at installation. */
  hasScript: boolean;
  /** `sha512-` and base64. */
  integrity: string | undefined;
  resolved: string | undefined;
  /** What it installs for itself where it finds none: names with the versions that will do. */
  wants: Record<string, string>;
  /** What it wants to share with whoever installs it. */
  peers: Record<string, string>;
};

type Entry = {
  version?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  hasInstallScript?: boolean;
  integrity?: string;
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};
type Lock = { packages: Record<string, Entry> };

const marker = 'node_modules/';

/** Every package of a `package-lock.json` (version 3), in the order of their folders. */
export function readPackages(lock: string): LockedPackage[] {
  const { packages } = JSON.parse(lock) as Lock;
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({
      path,
      name: path.slice(path.lastIndexOf(marker) + marker.length),
      version: entry.version ?? '',
      licence: entry.license,
      dev: entry.dev === true || entry.devOptional === true,
      optional: entry.optional === true,
      hasScript: entry.hasInstallScript === true,
      integrity: entry.integrity,
      resolved: entry.resolved,
      wants: { ...entry.dependencies, ...entry.optionalDependencies },
      peers: entry.peerDependencies ?? {},
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const parentOf = (folder: string): string =>
  folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));

/** The folder that a name leads to from a folder, as Node finds it. */
export function resolveFrom(
  from: string,
  name: string,
  known: ReadonlySet<string>,
): string | undefined {
  for (let folder = from; ; folder = parentOf(folder)) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (known.has(path)) return path;
    if (folder === '') return undefined;
  }
}

/** What `package.json` says of the project. */
export type Project = {
  name: string;
  version: string;
  license: string;
  engines: { node: string };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

/** The packages that the project itself names, with their versions. */
export const namedBy = (project: Project): Record<string, string> => ({
  ...project.dependencies,
  ...project.devDependencies,
  ...project.optionalDependencies,
});

export const readProject = (): Project =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The lock file of this project. */
export const readLock = (): string =>
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
