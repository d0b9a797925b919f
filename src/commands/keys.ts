import { openKeyring } from '../actions/open-keyring.ts';
import { rotateKeys } from '../actions/rotate-keys.ts';
import { rotateAlone } from '../db/master-versions.ts';
import { OperatorError } from '../errors.ts';
import { masterKeysOf, promoteNextKey, readOrCreateNextKey } from '../master-key.ts';
import { type Command, parseArguments, printJson } from './command.ts';
import { createProgress } from './progress.ts';
import { loadConfig, openForReading } from './workplace.ts';

export const keysRotate: Command = {
  name: 'keys rotate',
  synopsis: '[--json]',
  summary:
    'wrap every key under a new master key while servers go on: the one in MASTER_KEY (the present one in MASTER_KEY_OLD), or a generated one where DATA_DIR holds it',
  async run(args, shell) {
    const { values } = parseArguments(args, { options: { json: { type: 'boolean' } } });
    const { masterKey, masterKeyOld, databaseUrl, dataDir } = loadConfig(shell);
    if (masterKey ? !masterKeyOld : databaseUrl !== null) {
      throw new OperatorError(
        'Set MASTER_KEY to the new key (openssl rand -base64 32) and MASTER_KEY_OLD to the present one. Nothing was changed.',
      );
    }
    const { db, clock, config } = await openForReading(shell);
    const inFiles = masterKey === null;
    const readKeys = masterKeysOf(config);
    const done = await rotateAlone(db, async () => {
      // A database that was last used by an earlier version gets its own keys before the master changes.
      await openKeyring(db, readKeys, clock.now());
      const target = masterKey ?? readOrCreateNextKey(dataDir);
      const progress = createProgress(shell.stderr, 'Rotating');
      const rotated = await rotateKeys(db, {
        ...{ target, keys: readKeys(), inFiles, now: clock.now() },
        ...{ signal: shell.signal, onProgress: progress.show },
      });
      progress.clear();
      // Also of the files no other rotation may take one for its own meanwhile.
      const isMoved = rotated.finished && inFiles;
      return { ...rotated, kept: isMoved ? promoteNextKey(dataDir, rotated.version - 1) : null };
    });
    if (!done) {
      throw new OperatorError('Another "feder keys rotate" is running. Nothing was changed.');
    }
    const { version, rewrapped, unopened, finished, kept } = done;
    if (values.json) printJson(shell, { version, rewrapped, unopened, finished, kept });
    else {
      for (const id of unopened) {
        shell.stdout.write(`The key of application ${id} opens under neither key.\n`);
      }
      shell.stdout.write(`Wrapped ${rewrapped} keys under master key ${version}.\n`);
      shell.stdout.write(tellEnd(finished, kept));
    }
    return finished ? 0 : 1;
  },
};

function tellEnd(finished: boolean, kept: string | null): string {
  if (!finished) return 'Not finished: the former key is still needed. Run this again.\n';
  if (kept === null) {
    return 'Done. Take MASTER_KEY_OLD out of the configuration; keep that key apart until the last backup from its time has gone.\n';
  }
  return `Done. The former key is in ${kept}: move it away from here, and delete it when the last backup from its time has gone.\n`;
}
