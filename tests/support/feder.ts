import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Shell } from '../../src/commands/command.ts';
import { runCommand } from '../../src/commands/run-command.ts';
import type { Connection } from '../../src/db/client.ts';

type Environment = Record<string, string>;
export type Ran = { code: number | null; stdout: string; stderr: string };

const root = path.join(import.meta.dirname, '../..');

/** Starts the real command, as `npm run feder --` does, with nothing of our own configuration. */
export function startFeder(args: readonly string[], env: Environment): ChildProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  const kept = { PATH, HOME, ...(TMPDIR && { TMPDIR }) };
  return spawn(process.execPath, ['run.mjs', 'cli', ...args], {
    cwd: root,
    env: { ...kept, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Collects what a process writes until it ends; `code` is null when a signal ended it. */
export function collect(child: ChildProcess): Promise<Ran> {
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout?.on('data', (text) => {
    ran.stdout += text;
  });
  child.stderr?.on('data', (text) => {
    ran.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ran, code }));
  });
}

/** Runs the real command to its end. */
export async function feder(args: readonly string[], env: Environment): Promise<Ran> {
  return await collect(startFeder(args, env));
}

/** Runs a command in this process, for the many cases that would not gain by one of their own. */
export async function federHere(
  args: readonly string[],
  env: Environment,
  ask?: Shell['ask'],
): Promise<Ran> {
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  const undoing: (() => Promise<void>)[] = [];
  const write = (to: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      ran[to] += text;
    },
  });
  ran.code = await runCommand(args, {
    env,
    stdout: write('stdout'),
    stderr: write('stderr'),
    ask,
    signal: new AbortController().signal,
    defer: (undo) => undoing.push(undo),
  });
  for (const undo of undoing.reverse()) await undo();
  return ran;
}

/** A connection as DATABASE_URL says it. */
export function databaseUrl(connection: Connection): string {
  if ('url' in connection) return connection.url;
  const { host, port, user, password, database } = connection;
  const where = new URLSearchParams({ host, port: String(port) });
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@/${database}?${where}`;
}
