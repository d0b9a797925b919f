import type { Master } from '../../crypto.ts';
import type { BackedUpTable, CopyFormat } from '../../db/snapshot.ts';
import { OperatorError } from '../../errors.ts';
import { type Block, type BlockReader, type BlockWriter, openBlockFile } from './block-file.ts';

/** Raised when a reader of before could misread what is written now. */
export const backupVersion = 1;

/** The small file with the wrapped keys, without which the large one opens for nobody. */
export const keysFileOf = (file: string): string => `${file}.keys`;

/** The context of the wrapped key of a keys file. */
export const keysFileContext = (id: string): string => `backup:${id}`;

export type TableWord = Pick<BackedUpTable, 'schema' | 'name' | 'columns'> & { format: CopyFormat };

/** What stands between the rows. */
export type Word =
  | { word: 'data'; createdAt: string; migrations: string[] }
  | { word: 'keys'; dataKey: string; dataSha256: string }
  | ({ word: 'table' } & TableWord)
  /** How many rows the table before has. */
  | { word: 'rows'; count: number }
  | { word: 'end'; tables: number };

export const writeWord = async (to: BlockWriter, word: Word): Promise<void> =>
  await to.write({ kind: 'word', bytes: Buffer.from(JSON.stringify(word)) });

export function readWord(block: Block): Word {
  if (block.kind !== 'word')
    throw new OperatorError('The backup is not in the order of its format.');
  return JSON.parse(block.bytes.toString()) as Word;
}

/** Both files of a backup, open. */
export type BackupParts = {
  data: BlockReader;
  keys: BlockReader;
  /** The key of the keys file. */
  keysKey: Buffer;
};

/** Opens a backup. Throws an OperatorError when its files don't belong together or our key is not theirs. */
export async function openBackup(file: string, masters: readonly Master[]): Promise<BackupParts> {
  const data = await openBlockFile(file);
  try {
    const { keys, keysKey } = await openKeysFile(keysFileOf(file), masters);
    if (data.header.part === 'data' && data.header.id === keys.header.id) {
      return { data, keys, keysKey };
    }
    await keys.close();
    throw new OperatorError(
      `${keysFileOf(file)} does not belong to ${file}: they are parts of different backups. Nothing was changed.`,
    );
  } catch (error) {
    await data.close();
    throw error;
  }
}

/** Opens the keys file of a backup alone. */
export async function openKeysFile(
  path: string,
  masters: readonly Master[],
): Promise<{ keys: BlockReader; keysKey: Buffer }> {
  const keys = await openBlockFile(path);
  try {
    const { part, version, id, wrappedKey } = keys.header;
    if (part !== 'keys') throw new OperatorError(`${path} is no file of keys.`);
    if (typeof version !== 'number' || version > backupVersion) {
      throw new OperatorError(
        `${path} has version ${version} of the format; this version of Feder reads up to ${backupVersion}.`,
      );
    }
    const wrapped = Buffer.from(String(wrappedKey), 'base64');
    for (const master of masters) {
      try {
        return { keys, keysKey: master.unwrap(wrapped, keysFileContext(String(id))) };
      } catch {
        // Another one may open it.
      }
    }
    throw new OperatorError(
      'MASTER_KEY does not open this backup: it was made under another key. Set the one from that time; after a change of the master key that is the former one. Nothing was changed.',
    );
  } catch (error) {
    await keys.close();
    throw error;
  }
}
