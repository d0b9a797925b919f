import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import { createApp } from '../../src/app.tsx';
import { type Assets, buildAssets } from '../../src/assets.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { getPublication } from '../../src/db/calls.ts';
import type { Deps } from '../../src/deps.ts';
import { createHttpServer } from '../../src/http-server.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { createTestDatabase } from './database.ts';

export type TestApp = {
  deps: Deps;
  app: ReturnType<typeof createApp>;
  clock: TestClock;
  /** Everything that was logged, one JSON line each. */
  logged: string[];
  /** Serves on a free port and answers with its address. */
  listen(): Promise<string>;
  /** Keeps an answer for whoever asks the server next for the path that this gives. */
  place(answer: Response): string;
  stop(): Promise<void>;
};

let assets: Promise<Assets> | undefined;

/** No page of ours has it. */
const placedPath = '/shown';

/** The configuration that `env` gives, over a data directory of its own. */
export function configOf(env: Record<string, string>): Config {
  const read = readConfig({ RATE_LIMITS: 'off', ...env }, () => '');
  if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
  return read.config;
}

/** The real application over a database of its own with the first call, as after the first start. */
export async function createTestApp(env: Record<string, string> = {}): Promise<TestApp> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-app-'));
  const database = await createTestDatabase();
  const clock = createTestClock();
  const { db } = database;
  const config = configOf({ DATA_DIR: dataDir, ...env });
  const keys = await openKeyring(db, randomBytes(32), clock.now());
  await seedFirstCall({ db, clock });
  assets ??= buildAssets();
  const logged: string[] = [];
  const log = pino({ level: 'info', base: null }, { write: (line: string) => logged.push(line) });
  const publicUrl = config.publicUrl ?? 'http://localhost:3000';
  const { name: siteName } = await getPublication(db);
  const deps: Deps = { config, publicUrl, siteName, db, keys, clock, log, assets: await assets };
  let app = createApp(deps);
  const undo: (() => Promise<void>)[] = [];
  let placed: Response | undefined;
  const takePlaced = (request: Request): Response | undefined => {
    if (!placed || new URL(request.url).pathname !== placedPath) return undefined;
    const answer = placed;
    placed = undefined;
    return answer;
  };
  return {
    get deps() {
      return deps;
    },
    get app() {
      return app;
    },
    clock,
    logged,
    async listen() {
      const server = createHttpServer(
        (request, bindings) => takePlaced(request) ?? app.fetch(request, bindings),
      );
      await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}`;
      deps.publicUrl = url.replace('127.0.0.1', 'localhost');
      app = createApp(deps);
      undo.push(() => server.close(0));
      return url;
    },
    place(answer) {
      placed = answer;
      return placedPath;
    },
    async stop() {
      for (const step of undo) await step();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
