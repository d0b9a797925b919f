import path from 'node:path';
import { migrations } from '../../migrations/index.ts';
import { forgetErased } from '../actions/backup/forget-erased.ts';
import { restoreBackup } from '../actions/backup/restore-backup.ts';
import { writeBackup } from '../actions/backup/write-backup.ts';
import { match } from '../actions/open-keyring.ts';
import { listMasterVersions } from '../db/master-versions.ts';
import { OperatorError } from '../errors.ts';
import { readFormerKeys } from '../master-key.ts';
import { type Command, parseArguments, printJson } from './command.ts';
import { createProgress } from './progress.ts';
import { openEmpty, openForReading } from './workplace.ts';

const json = { type: 'boolean' } as const;

export const backupForget: Command = {
  name: 'backup forget',
  synopsis: '<file> [--json]',
  summary:
    'take the keys of applications that were erased since out of the keys file of a backup, so that it can not bring them back',
  async run(args, shell) {
    const { values, named } = parseArguments(args, { names: ['file'], options: { json } });
    const file = path.resolve(named.file);
    const { db, masterKeys, config } = await openForReading(shell);
    // A backup from before a change of the master key opens with the former one.
    const formerKeys = readFormerKeys(config.dataDir);
    const forgotten = await forgetErased(db, file, [...masterKeys, ...formerKeys]);
    if (values.json) printJson(shell, { file, forgotten });
    else
      shell.stdout.write(`Keys of erased applications taken out of ${file}.keys: ${forgotten}.\n`);
    return 0;
  },
};

export const backup: Command = {
  name: 'backup',
  synopsis: '<file> [--json]',
  summary:
    'write the whole database, as it is at one moment, into a file that is encrypted, and the keys to it into <file>.keys',
  async run(args, shell) {
    const { values, named } = parseArguments(args, { names: ['file'], options: { json } });
    const file = path.resolve(named.file);
    const { db, clock, connection, masterKeys } = await openForReading(shell);
    const [newest] = match(await listMasterVersions(db), masterKeys);
    if (!newest) throw new OperatorError('There is nothing to back up: no start has used it yet.');
    const progress = createProgress(shell.stderr, 'Backing up');
    const written = await writeBackup(connection, file, {
      ...{ master: newest.master, now: clock.now() },
      ...{ signal: shell.signal, defer: shell.defer, onProgress: progress.show },
    });
    progress.clear();
    if (values.json) printJson(shell, written);
    else {
      const { rows, tables, bytes, sha256, keysFile } = written;
      const megabytes = Math.ceil(bytes / 1e6);
      shell.stdout.write(
        `Backed up ${rows} rows of ${tables} tables to ${file} (${megabytes} MB, SHA-256 ${sha256}).\nThe keys to it are in ${keysFile}: keep them apart from it, and apart from the master key.\n`,
      );
    }
    return 0;
  },
};

export const restore: Command = {
  name: 'restore',
  synopsis: '<file> [--json]',
  summary: 'restore a backup, with its <file>.keys beside it, into an empty database',
  async run(args, shell) {
    const { values, named } = parseArguments(args, { names: ['file'], options: { json } });
    const file = path.resolve(named.file);
    const { connection, masterKeys, clock } = await openEmpty(shell);
    const checking = createProgress(shell.stderr, 'Checking');
    const restoring = createProgress(shell.stderr, 'Restoring');
    const restored = await restoreBackup(connection, file, {
      ...{ keys: masterKeys, migrations, now: clock.now(), signal: shell.signal },
      ...{ onCheck: checking.show, onProgress: restoring.show },
    });
    checking.clear();
    restoring.clear();
    if (values.json) printJson(shell, { file, ...restored });
    else {
      const { rows, tables, createdAt, erased, migrated, skipped } = restored;
      shell.stdout.write(`Restored ${rows} rows of ${tables} tables, as of ${createdAt}.\n`);
      if (erased > 0) {
        shell.stdout.write(`Left out ${erased} applications that were erased since.\n`);
      }
      for (const name of skipped)
        shell.stdout.write(`Left out the table ${name}: it is none of Feder.\n`);
      for (const name of migrated) shell.stdout.write(`Migrated ${name}.\n`);
      shell.stdout.write('Everybody signs in anew. "feder verify" checks every document.\n');
    }
    return 0;
  },
};
