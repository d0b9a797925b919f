import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm start` runs, without `exec node`. */
export const startArguments = (
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  }
).scripts.start
  .split(' ')
  .slice(2);

export type ServerProcess = {
  /** Without a trailing slash, by IP address. */
  url: string;
  child: ChildProcess;
  /** What it said when it was ready. */
  ready: Record<string, string>;
  /** The JSON lines it wrote, and what it wrote to stderr. */
  lines: string[];
  stderr(): string;
  /** Sends the signal and waits for the end; the exit code, null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

/** The environment a person would have, without what this test run itself was given. */
export function cleanEnv(extra: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...extra };
}

/** Starts the real server as `npm start` does; rejects with what it wrote when it ends before it is ready. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, startArguments, {
    cwd: root,
    env: cleanEnv({ PORT: '0', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = await new Promise<Record<string, string>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const facts = JSON.parse(line) as Record<string, string>;
      if (facts.msg === 'ready') resolve(facts);
    });
    child.once('close', () => reject(new Error(stderr)));
  });
  return {
    url: new URL(ready.form!).origin.replace('localhost', '127.0.0.1'),
    child,
    ready,
    lines,
    stderr: () => stderr,
    async end(signal) {
      child.kill(signal);
      return await ended;
    },
  };
}

/** The process ids of the embedded server in a data directory: the first is the postmaster's. */
export function postmasterOf(dataDir: string): number {
  return Number(
    readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
}
