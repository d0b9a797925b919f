import { randomBytes } from 'node:crypto';
import { startDraft } from '../../src/actions/open-draft.ts';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import { seedDemo } from '../../src/actions/seed-demo.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import type { Clock } from '../../src/clock.ts';
import type { Keyring } from '../../src/crypto.ts';
import { listCalls } from '../../src/db/calls.ts';
import type { Db, Trx } from '../../src/db/client.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { receiveDocument } from '../../src/documents/store.ts';
import { createTestClock } from './clock.ts';
import { configOf } from './configuration.ts';
import { createTestDatabase } from './database.ts';

/** A filled database. */
export type Stored = {
  db: Db;
  keys: Keyring;
  clock: Clock;
  /** Lets something be tried on the data; nothing of it stays. */
  inVain(use: (trx: Trx) => Promise<void>): Promise<void>;
  drop(): Promise<void>;
};

const inVain = new Error('undone on purpose');

/**
 * Stores what an installation has after a while: applications in every stage, a draft, and a
 * document of three chunks in that draft.
 */
export async function storeSamples(applications: number): Promise<Stored> {
  const { db, drop } = await createTestDatabase();
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
  return {
    ...{ db, keys, clock, drop },
    async inVain(use) {
      const trying = db.transaction().execute(async (trx) => {
        await use(trx);
        throw inVain;
      });
      await trying.catch((error) => {
        if (error !== inVain) throw error;
      });
    },
  };
}
