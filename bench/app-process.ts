import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbedded } from '../src/db/embedded.ts';
import { startArguments } from '../tests/support/server-process.ts';

export type AppProcess = { url: string; pid: number; dataDir: string; stop(): Promise<void> };

type Options = {
  env?: Record<string, string>;
  /** One that is there, and stays; without it a fresh one that goes with the app. */
  dataDir?: string | undefined;
};

/** Starts the real server as `npm start` does, on a free port. */
export async function startApp({ env = {}, dataDir: kept }: Options = {}): Promise<AppProcess> {
  const dataDir = kept ?? mkdtempSync(path.join(tmpdir(), 'feder-bench-'));
  const child = spawn(process.execPath, startArguments, {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', RATE_LIMITS: 'off', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await readUrl(child);
  return {
    url,
    pid: child.pid!,
    dataDir,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      if (!kept) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readUrl(child: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const { msg, form } = JSON.parse(line) as { msg: string; form?: string };
      if (msg === 'ready' && form) resolve(new URL(form).origin.replace('localhost', '127.0.0.1'));
    });
  });
}

/** The embedded database of a running app, or of a folder; `stop` lets go of it. */
export async function openDatabase(dataDir: string) {
  return await startEmbedded({
    dataDir,
    holder: 'command',
    log: { info() {}, warn() {}, error() {} },
  });
}
