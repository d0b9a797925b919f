import type { Migration } from 'kysely';
import { createMaster } from '../../crypto.ts';
import type { Connection, Trx } from '../../db/client.ts';
import { deleteApplication } from '../../db/erasure.ts';
import { recordEvents } from '../../db/events.ts';
import { listMasterVersions } from '../../db/master-versions.ts';
import { endSessions, listKeyless, type Restoring, restoreInto } from '../../db/restoring.ts';
import { OperatorError } from '../../errors.ts';
import { match } from '../open-keyring.ts';
import { openBackup, readWord, type Word } from './backup-parts.ts';
import type { Block, BlockReader } from './block-file.ts';

export type RestoredBackup = {
  createdAt: string;
  tables: number;
  rows: number;
  /** Applications whose keys were taken out of the backup after their erasure. */
  erased: number;
  /** Migrations that the backup did not have yet. */
  migrated: string[];
  /** Tables that this version does not know: they are no part of Feder. */
  skipped: string[];
};

type Options = {
  keys: readonly Buffer[];
  migrations: Record<string, Migration>;
  now: Date;
  signal?: AbortSignal;
  onCheck?: (done: number, total: number) => void;
  onProgress?: (done: number, total: number) => void;
};

/**
 * Restores a backup into an empty database: reads all of both files first, so that a damaged one is
 * told before anything happens, then fills the database in one transaction. Brings an older backup to
 * the newest version. Throws an OperatorError, and nothing is changed.
 */
export async function restoreBackup(
  connection: Connection,
  file: string,
  options: Options,
): Promise<RestoredBackup> {
  const parts = await openBackup(file, options.keys.map(createMaster));
  const { data, keys, keysKey } = parts;
  try {
    const first = await check(keys, keysKey, undefined, options.signal);
    if (first?.word !== 'keys') throw disorder();
    const dataKey = Buffer.from(first.dataKey, 'base64');
    const start = await check(data, dataKey, options.onCheck, options.signal);
    if (start?.word !== 'data') throw disorder();
    if (data.sha256() !== first.dataSha256) throw disorder();
    return await restoreInto(connection, async (restoring) => {
      await restoring.makeTables(options.migrations, start.migrations);
      const blocks = data.read(dataKey, options.onProgress);
      const filled = await fillTables(restoring, blocks, options.signal);
      const filledKeys = await fillTables(restoring, keys.read(keysKey), options.signal);
      await restoring.settle();
      const migrated = await restoring.migrate(options.migrations);
      await expectMasters(restoring.trx, options.keys);
      await endSessions(restoring.trx);
      const erased = await eraseKeyless(restoring.trx, options.now);
      return {
        ...{ createdAt: start.createdAt, migrated, erased },
        tables: filled.tables + filledKeys.tables,
        rows: filled.rows + filledKeys.rows,
        skipped: [...filled.skipped, ...filledKeys.skipped],
      };
    });
  } finally {
    await data.close();
    await keys.close();
  }
}

const disorder = (): OperatorError =>
  new OperatorError('The backup is not in the order of its format. Nothing was changed.');

/** Reads a whole file for its damages alone; its first word. */
async function check(
  reader: BlockReader,
  key: Buffer,
  onCheck: Options['onCheck'],
  signal: AbortSignal | undefined,
): Promise<Word | undefined> {
  let first: Word | undefined;
  for await (const block of reader.read(key, onCheck)) {
    signal?.throwIfAborted();
    first ??= readWord(block);
  }
  return first;
}

async function fillTables(
  restoring: Restoring,
  blocks: AsyncGenerator<Block, void, void>,
  signal: AbortSignal | undefined,
): Promise<{ tables: number; rows: number; skipped: string[] }> {
  const filled = { tables: 0, rows: 0, skipped: [] as string[] };
  for (;;) {
    const next = await blocks.next();
    if (next.done) throw disorder();
    const word = readWord(next.value);
    if (word.word === 'data' || word.word === 'keys') continue;
    if (word.word === 'end') {
      // To its end, or the file would stay open for it.
      await blocks.next();
      return filled;
    }
    if (word.word !== 'table') throw disorder();
    const { rows, counted } = rowsUntilWord(blocks, signal);
    const count = await restoring.fill(word, word.format, rows);
    if (count === undefined) {
      for await (const _ of rows) {
        // Read over.
      }
      filled.skipped.push(word.name);
    } else if (count !== counted()) {
      throw new OperatorError(
        `The table ${word.name} has got ${count} rows instead of ${counted()}. Nothing was changed.`,
      );
    } else {
      filled.tables += 1;
      filled.rows += count;
    }
  }
}

/** The rows of one table, and how many there should be, once they were read. */
function rowsUntilWord(
  blocks: AsyncGenerator<Block, void, void>,
  signal: AbortSignal | undefined,
): { rows: AsyncGenerator<Buffer, void, void>; counted(): number | undefined } {
  let count: number | undefined;
  async function* read(): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      signal?.throwIfAborted();
      // By hand: leaving a loop over it would end what is read on for the next table.
      const next = await blocks.next();
      if (next.done) throw disorder();
      if (next.value.kind === 'word') {
        const word = readWord(next.value);
        if (word.word !== 'rows') throw disorder();
        count = word.count;
        return;
      }
      yield next.value.bytes;
    }
  }
  return { rows: read(), counted: () => count };
}

/** A start would need them all: better told now. */
async function expectMasters(trx: Trx, keys: readonly Buffer[]): Promise<void> {
  const versions = await listMasterVersions(trx);
  if (match(versions, keys).length === versions.length) return;
  throw new OperatorError(
    'The backup was made while the master key was being changed: set MASTER_KEY and MASTER_KEY_OLD as they were then. Nothing was changed.',
  );
}

async function eraseKeyless(trx: Trx, now: Date): Promise<number> {
  const ids = await listKeyless(trx);
  for (const id of ids) await deleteApplication(trx, id);
  if (ids.length > 0) {
    const event = { actor: 'system' as const, type: 'erased' as const, at: now };
    await recordEvents(
      trx,
      ids.map((applicationId) => ({ ...event, applicationId })),
    );
  }
  return ids.length;
}
