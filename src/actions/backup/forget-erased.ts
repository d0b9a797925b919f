import { rename, rm, stat, utimes } from 'node:fs/promises';
import { createMaster } from '../../crypto.ts';
import type { Db, Trx } from '../../db/client.ts';
import { listErased, lockForgetting } from '../../db/erasure.ts';
import { keysFileOf, openKeysFile, readWord, type TableWord } from './backup-parts.ts';
import { createBlockFile, flushFolder } from './block-file.ts';

/**
 * Takes the keys of applications that were erased since out of the keys file of a backup: what was
 * sealed of them there opens for nobody any more, and a restore leaves them out. The file is replaced
 * by one without them at once; older copies of it are for the operator to delete. Returns how many.
 */
export async function forgetErased(
  db: Db,
  file: string,
  masterKeys: readonly Buffer[],
): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    // Of two at once one would put back what the other took out, or an unfinished file in its place.
    await lockForgetting(trx);
    return await rewriteKeys(trx, file, masterKeys);
  });
}

async function rewriteKeys(trx: Trx, file: string, masterKeys: readonly Buffer[]): Promise<number> {
  const path = keysFileOf(file);
  const { keys, keysKey } = await openKeysFile(path, masterKeys.map(createMaster));
  const fresh = `${path}.part`;
  await rm(fresh, { force: true });
  let forgotten = 0;
  try {
    const writer = await createBlockFile(fresh, keys.header, keysKey);
    try {
      let table: TableWord | undefined;
      let left = 0;
      for await (const block of keys.read(keysKey)) {
        if (block.kind === 'rows') {
          const kept = await keepLines(trx, table!, block.bytes);
          left += kept.removed;
          if (kept.bytes.length > 0) await writer.write({ kind: 'rows', bytes: kept.bytes });
          continue;
        }
        const word = readWord(block);
        if (word.word === 'table') {
          table = word;
          left = 0;
        }
        if (word.word === 'rows') {
          const count = word.count - left;
          forgotten += left;
          await writer.write({
            kind: 'word',
            bytes: Buffer.from(JSON.stringify({ ...word, count })),
          });
        } else await writer.write(block);
      }
      await writer.end();
    } catch (error) {
      await writer.abort();
      throw error;
    }
    if (forgotten > 0) {
      // Whatever deletes backups by their age still does so on the day that it would have.
      const { atime, mtime } = await stat(path);
      await utimes(fresh, atime, mtime);
      await rename(fresh, path);
      await flushFolder(path);
    }
  } finally {
    await keys.close();
    await rm(fresh, { force: true });
  }
  return forgotten;
}

/** Whole lines, as `copy` writes them in its text format. */
async function keepLines(
  trx: Trx,
  { columns }: TableWord,
  bytes: Buffer,
): Promise<{ bytes: Buffer; removed: number }> {
  const index = columns.indexOf('application_id');
  if (index === -1) return { bytes, removed: 0 };
  const lines = bytes.toString().split(/(?<=\n)/);
  const idOf = (line: string): string => line.trimEnd().split('\t')[index] ?? '';
  const erased = new Set(await listErased(trx, lines.map(idOf)));
  const kept = lines.filter((line) => !erased.has(idOf(line)));
  return { bytes: Buffer.from(kept.join('')), removed: lines.length - kept.length };
}
