import { fileURLToPath } from 'node:url';
import semver from 'semver';
import {
  type LockedPackage,
  namedBy,
  type Project,
  readLock,
  readPackages,
  readProject,
  resolveFrom,
} from './packages.ts';
import {
  askAudit,
  askEach,
  askFacts,
  askOffers,
  askReleases,
  type Offer,
  type Release,
  type ReleaseFacts,
} from './registry.ts';

/** An installed copy of a package. */
export type Copy = {
  name: string;
  version: string;
  /** The project itself names it. */
  direct: boolean;
  /** The ranges that whoever uses this copy allows. */
  ranges: string[];
};
export type KnownRelease = Release & ReleaseFacts;

/** Days in which a newer version is installed (docs/decisions/003-dependencies.md). */
const limit = 90;
const ageOf = ({ published }: Release, today: Date): number =>
  (today.getTime() - published.getTime()) / 86_400_000;

/** Where nothing is meant to break: a major version, before 1.0 a minor one. */
const lineOf = (version: string): string =>
  version.startsWith('0.') ? `0.${semver.minor(version)}` : `${semver.major(version)}`;

/**
 * Every copy of the lock file with what its users allow. Of what the project itself names it is the
 * project that decides: others get a copy of their own then, but what they want to share binds it too.
 */
export function listCopies(packages: readonly LockedPackage[], project: Project): Copy[] {
  const own = namedBy(project);
  const known = new Set(packages.map(({ path }) => path));
  return packages.map(({ path, name, version }) => {
    const direct = name in own && path === `node_modules/${name}`;
    const ranges = packages.flatMap((user) => {
      if (resolveFrom(user.path, name, known) !== path) return [];
      return [direct ? undefined : user.wants[name], user.peers[name]].filter(
        (range) => range !== undefined,
      );
    });
    return { name, version, direct, ranges };
  });
}

/** Whether a release should have taken the place of a copy by its day, its line and its users. */
const isDue = ({ version, ranges }: Copy, release: Release, today: Date): boolean =>
  semver.gt(release.version, version) &&
  lineOf(release.version) === lineOf(version) &&
  (!semver.prerelease(release.version) || semver.prerelease(version) !== null) &&
  ranges.every((range) => semver.satisfies(release.version, range)) &&
  ageOf(release, today) > limit;

/** What may be installed: its author has not warned of it, and the oldest Node that we promise runs it. */
const isUsable = ({ deprecated, node }: ReleaseFacts, oldestNode: string): boolean =>
  !deprecated && (node === undefined || semver.satisfies(oldestNode, node));

const findNewest = <R extends Release>(releases: readonly R[]): R | undefined =>
  releases.toSorted((a, b) => semver.rcompare(a.version, b.version))[0];

/** The copies in whose place a newer version should be, one line each. */
export function listOverdue(
  copies: readonly Copy[],
  releases: ReadonlyMap<string, readonly KnownRelease[]>,
  { today, oldestNode }: { today: Date; oldestNode: string },
): string[] {
  return copies.flatMap((copy) => {
    const due = (releases.get(copy.name) ?? []).filter(
      (release) => isDue(copy, release, today) && isUsable(release, oldestNode),
    );
    const newest = findNewest(due);
    if (!newest) return [];
    const age = Math.floor(ageOf(newest, today));
    return [`${copy.name} ${copy.version}: ${newest.version} is ${age} days old`];
  });
}

/** The newest version of a later line than that of a copy. */
const findLaterLine = <R extends Release>({ version }: Copy, releases: readonly R[]) =>
  findNewest(
    releases.filter(
      (release) =>
        !semver.prerelease(release.version) &&
        semver.gt(release.version, version) &&
        lineOf(release.version) !== lineOf(version),
    ),
  );

/** The packages that may move: npm offers another version to one of their users, or to us. */
const listMovable = (copies: readonly Copy[], offers: ReadonlyMap<string, Offer>): string[] => {
  const movable = copies.filter(({ name, version, direct }) => {
    const offer = offers.get(name);
    if (direct) return offer && offer.latest !== version;
    return offer?.wanted.some((wanted) => wanted !== version);
  });
  return [...new Set(movable.map(({ name }) => name))];
};

/** What the registry knows of the versions that matter to the copies, and of which it doesn't tell. */
async function askAbout(copies: readonly Copy[], today: Date) {
  const offers = await askOffers();
  if (!offers) return undefined;
  const silent: string[] = [];
  const known = await askEach(listMovable(copies, offers), async (name) => {
    const releases = await askReleases(name);
    const versions = copies
      .filter((copy) => copy.name === name)
      .flatMap((copy) => [
        ...(releases?.filter((release) => isDue(copy, release, today)) ?? []),
        ...(copy.direct ? [findLaterLine(copy, releases ?? [])] : []),
      ])
      .flatMap((release) => release?.version ?? []);
    const facts = versions.length > 0 ? await askFacts(name, versions) : new Map();
    if (!releases || !facts) silent.push(name);
    const full = releases?.flatMap((release) => {
      const fact = facts?.get(release.version);
      return fact ? [{ ...release, ...fact }] : [];
    });
    return [name, full ?? []] as const;
  });
  return { releases: new Map<string, KnownRelease[]>(known), silent };
}

/**
 * `npm run overdue`: what is overdue by record 003, and what the audit service knows. Exits with 1
 * when something is, with 2 when nothing is but not everything could be asked.
 */
async function main(): Promise<void> {
  const project = readProject();
  const copies = listCopies(readPackages(readLock()), project);
  const today = new Date();
  const oldestNode = semver.minVersion(project.engines.node)!.version;
  const [answer, holes] = [await askAbout(copies, today), await askAudit()];
  const overdue = answer ? listOverdue(copies, answer.releases, { today, oldestNode }) : [];

  for (const copy of copies.filter(({ direct }) => direct)) {
    const later = findLaterLine(copy, answer?.releases.get(copy.name) ?? []);
    const needs = later?.node ? `, for Node ${later.node}` : '';
    if (later) console.log(`a later line: ${copy.name} ${copy.version}, ${later.version}${needs}`);
  }
  for (const line of overdue) console.log(`overdue: ${line}`);
  for (const line of holes ?? []) console.log(`hole: ${line}`);
  const silent = answer ? answer.silent : ['any package'];
  if (silent.length > 0) console.log(`the registry did not tell of ${silent.join(', ')}`);
  if (answer) console.log(`${overdue.length} of ${copies.length} packages overdue`);
  console.log(holes ? `${holes.length} packages with holes` : 'the audit service did not answer');
  if (overdue.length > 0 || (holes?.length ?? 0) > 0) process.exitCode = 1;
  else if (silent.length > 0 || !holes) process.exitCode = 2;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
