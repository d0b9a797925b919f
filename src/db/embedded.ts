import { setTimeout as sleep } from 'node:timers/promises';
import { chooseAccount } from './embedded-account.ts';
import { attachToHolder } from './embedded-attach.ts';
import { copyPlaces, findNative, type Native, prepareNative } from './embedded-binaries.ts';
import {
  checkCluster,
  clusterDirOf,
  createCluster,
  makePassword,
  prepareDataDir,
  reachCluster,
  readPassword,
  resetPassword,
  savePassword,
  tightenCluster,
} from './embedded-cluster.ts';
import { connectionTo, type EmbeddedConnection, ensureDatabase } from './embedded-database.ts';
import { EmbeddedError } from './embedded-error.ts';
import { findHolder, type HolderKind, type TakenHold, takeHold } from './embedded-holder.ts';
import {
  hurryShutdown,
  launchPostmaster,
  PORT,
  type Postmaster,
  settleCluster,
} from './embedded-postmaster.ts';
import type { EmbeddedLog } from './embedded-server-log.ts';
import { clearSocketDir, makeSocketDir, removeSocketDirs } from './embedded-socket-dir.ts';
import { supervise } from './embedded-supervision.ts';

export type { EmbeddedConnection } from './embedded-database.ts';
export { EmbeddedError } from './embedded-error.ts';

export type EmbeddedOptions = {
  /** Feder's DATA_DIR; the cluster lives in `<dataDir>/postgres`. */
  dataDir: string;
  /** Who starts it: a server refuses a second server and waits for a command; a command attaches. */
  holder: HolderKind;
  /** Further settings of PostgreSQL. With `fsync: 'off'` (tests) creating the cluster skips it too. */
  settings?: Record<string, string>;
  log: EmbeddedLog;
};

export type EmbeddedServer = {
  connection: EmbeddedConnection;
  /** The database is run by another process of ours, and `stop()` leaves it running. */
  attached: boolean;
  stop(): Promise<void>;
  /** Ends the wait of a server that somebody has asked to stop, so that it is started again. */
  hurryShutdown(): Promise<void>;
};

/**
 * Starts the embedded PostgreSQL on a unix socket, or attaches to the one that runs, and resolves
 * when its database `feder` can be used. The server ends with this process, whatever ends that, and
 * is started again behind the same connection when it dies alone. Throws EmbeddedError.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const installed = findNative();
  const dataDir = prepareDataDir(options.dataDir);
  const place = await holdOrAttach(dataDir, options);
  if ('leave' in place) {
    const { connection, leave } = place;
    const hurryNobody = async () => {};
    return { connection, attached: true, stop: async () => leave(), hurryShutdown: hurryNobody };
  }
  try {
    return await startHeld(dataDir, installed, place, options);
  } catch (error) {
    place.hold.release();
    throw error;
  }
}

async function holdOrAttach(dataDir: string, { holder, log }: EmbeddedOptions) {
  let told = false;
  for (;;) {
    const other = findHolder(dataDir);
    if (!other) {
      const taken = await takeHold(dataDir, holder);
      if (taken) return taken;
      continue;
    }
    if (other.kind === 'server' && holder === 'server' && !other.stopping) {
      throw new EmbeddedError(
        'already-running',
        `Another Feder server (process ${other.pid}) already uses the database in ${dataDir}. Stop it first, or give this one a DATA_DIR of its own.`,
      );
    }
    if (holder === 'command' && !other.stopping) {
      const visit = await attachToHolder(dataDir);
      if (visit) return visit;
    }
    if (!told)
      log.info({ pid: other.pid }, 'Waiting for another Feder process to leave the database');
    told = true;
    await sleep(50);
  }
}

async function startHeld(
  dataDir: string,
  installed: Native,
  { hold, deadSocketDirs }: TakenHold,
  { holder, settings = {}, log }: EmbeddedOptions,
): Promise<EmbeddedServer> {
  const clusterDir = clusterDirOf(dataDir);
  const exists = checkCluster(clusterDir, installed.version.split('.')[0] ?? '');
  const account = chooseAccount(exists ? clusterDir : undefined);
  const native = await prepareNative(installed, account, copyPlaces(account, dataDir));
  const saved = readPassword(dataDir);
  const password = saved ?? makePassword();
  if (!exists) {
    if (!saved) savePassword(dataDir, password);
    log.info({}, 'Creating the embedded PostgreSQL database');
    await createCluster({
      dir: clusterDir,
      initdb: `${native}/bin/initdb`,
      account,
      password,
      sync: settings.fsync !== 'off',
    });
  }
  tightenCluster(clusterDir);
  const cluster = await reachCluster(clusterDir, account);

  removeSocketDirs(deadSocketDirs, account);
  const socketDir = await makeSocketDir(account);
  hold.recordSocketDir(socketDir);
  const connection = connectionTo(socketDir, PORT, password);

  const ending = new AbortController();
  const launch = () => {
    clearSocketDir(socketDir, account);
    const { signal } = ending;
    const { isOurs } = hold;
    return launchPostmaster({ native, cluster, account, socketDir, settings, log, signal, isOurs });
  };
  let first: Postmaster | undefined;
  try {
    if (exists && !saved) {
      await settleCluster(cluster, hold.isOurs);
      await resetPassword(cluster, `${native}/bin/postgres`, account, password);
      savePassword(dataDir, password);
    }
    first = await launch();
    await ensureDatabase(connection, !exists);
  } catch (error) {
    ending.abort();
    await first?.ended;
    removeSocketDirs([socketDir], account);
    throw error;
  }
  const supervised = supervise(first, launch, log, ending.signal);
  return {
    connection,
    attached: false,
    async hurryShutdown() {
      if (hold.isOurs()) await hurryShutdown(cluster);
    },
    stop: once(async () => {
      if (holder === 'command') {
        await hold.dismissGuests(() => log.info({}, 'Waiting for other feder commands to finish'));
      }
      hold.closeToGuests();
      ending.abort();
      await supervised;
      removeSocketDirs([socketDir], account);
      hold.release();
    }),
  };
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
