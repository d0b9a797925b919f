import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { startDraft } from '../../src/actions/open-draft.ts';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import { seedDemo } from '../../src/actions/seed-demo.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import type { Keyring } from '../../src/crypto.ts';
import { listCalls } from '../../src/db/calls.ts';
import { type Connection, connect, type Db } from '../../src/db/client.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { receiveDocument } from '../../src/documents/store.ts';
import { createTestClock } from './clock.ts';
import { configOf } from './configuration.ts';
import { createTestDatabase } from './database.ts';
import { connectionTo, runOnServer } from './database-server.ts';

/** A filled database that can be copied, and what is needed to work with the copies. */
export type Stored = {
  keys: Keyring;
  now: Date;
  /** A copy of its own, to break. */
  copy<T>(use: (db: Db) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
};

/**
 * Stores what an installation has after a while: applications in every stage, a draft, and a
 * document of three chunks in that draft.
 */
export async function storeSamples(applications: number): Promise<Stored> {
  const server = inject('server');
  const { db, connection, drop } = await createTestDatabase();
  const clock = createTestClock();
  const keys = await openKeyring(db, randomBytes(32), clock.now());
  await seedFirstCall({ db, clock });
  const config = configOf({});
  const core = { db, keys, clock, config, publicUrl: 'http://localhost:3000' };
  await seedDemo(core, { applications, seed: 1 });
  const [call] = await listCalls(db);
  const draft = await startDraft(core, { call: call!, language: 'de', via: null });
  const content = { title: 'Sample', paragraphs: ['A longer one.'] };
  const bytes = makePdf(content, { size: 600_000 });
  await receiveDocument(
    db,
    {
      ...{ applicationId: draft.application.id, key: draft.key },
      ...{ kind: 'cv', origin: 'file', position: 0, name: 'cv.pdf', language: null },
      maxBytes: 1_000_000,
    },
    (async function* () {
      yield bytes;
    })(),
    clock.now(),
  );
  // A database with a connection can't be copied.
  await db.destroy();
  let copies = 0;
  return {
    keys,
    now: clock.now(),
    async copy(use) {
      copies += 1;
      const name = `${databaseOf(connection)}_${copies}`;
      await runOnServer(server, `create database ${name} template ${databaseOf(connection)}`);
      const copy = connect(connectionTo(server, name));
      try {
        return await use(copy);
      } finally {
        await copy.destroy();
        await runOnServer(server, `drop database ${name} with (force)`);
      }
    },
    drop,
  };
}

const databaseOf = (connection: Connection): string =>
  'url' in connection ? new URL(connection.url).pathname.slice(1) : connection.database;
