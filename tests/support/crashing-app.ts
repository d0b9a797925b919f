import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import { createApp } from '../../src/app.tsx';
import { buildAssets } from '../../src/assets.ts';
import { connect, type Db, isWell } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import type { Deps } from '../../src/deps.ts';
import { configOf } from './app.ts';
import { createTestClock } from './clock.ts';
import { copyDataDir } from './data-dir.ts';
import { eventually } from './embedded.ts';
import { silent } from './log.ts';
import { postmasterOf } from './server-process.ts';

/** What is killed: the whole server, or one session, after which PostgreSQL starts anew by itself. */
export type Crash = 'server' | 'session';

/**
 * The application over a PostgreSQL of its own that can be made to crash. It writes to the disk only
 * when a commit waits for that, so that a crash forgets everything else.
 */
export async function createCrashingApp(): Promise<{
  deps: Deps;
  app: ReturnType<typeof createApp>;
  /** Resolves when the database answers again. */
  crash(what: Crash): Promise<void>;
  stop(): Promise<void>;
}> {
  const home = mkdtempSync(path.join(tmpdir(), 'feder-crashing-'));
  chmodSync(home, 0o755);
  const dataDir = path.join(home, 'data');
  await copyDataDir(dataDir);
  const server = await startEmbedded({
    dataDir,
    holder: 'command',
    settings: { wal_writer_delay: '10s', wal_writer_flush_after: '1GB', autovacuum: 'off' },
    log: silent,
  });
  const db = connect(server.connection);
  const clock = createTestClock();
  const keys = await openKeyring(db, randomBytes(32), clock.now());
  await seedFirstCall({ db, clock });
  const deps: Deps = {
    config: configOf({ DATA_DIR: dataDir }),
    publicUrl: 'http://localhost:3000',
    ...{ db, keys, clock, assets: await buildAssets() },
    log: pino({ level: 'silent' }),
  };
  const sessionOf = async (one: Db): Promise<number> => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(one);
    return rows[0]!.pid;
  };
  return {
    deps,
    app: createApp(deps),
    async crash(what) {
      // Its connections must not be those that the request's are compared with.
      const other = connect(server.connection, { max: 1 });
      const pid = what === 'server' ? postmasterOf(dataDir) : await sessionOf(other);
      process.kill(pid, 'SIGKILL');
      await eventually(async () => !(await isWell(other)));
      await eventually(() => isWell(other));
      await other.destroy();
    },
    async stop() {
      await db.destroy();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
