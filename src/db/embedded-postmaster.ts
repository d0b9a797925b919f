import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Account, ENVIRONMENT, run } from './embedded-account.ts';
import type { Cluster } from './embedded-cluster.ts';
import { EmbeddedError, systemCode } from './embedded-error.ts';
import { createMarkers, holdMarker, isHeld, waitUntil } from './embedded-marker.ts';
import { sharedBuffersFor, sizeOfCluster, usableMemory } from './embedded-memory.ts';
import { type EmbeddedLog, readServerLog } from './embedded-server-log.ts';

export const PORT = 5432;

/**
 * Stays between us and PostgreSQL, in a session of its own, where no Ctrl-C of a terminal arrives.
 * Its stdin is a pipe whose other end only we have: when we end it, or die by whatever cause, the
 * inner part reads end-of-file and stops PostgreSQL: fast, after 10 s by leaving recovery to the
 * next start, after 5 s more by force. The outer part tells us when PostgreSQL ends by itself, and
 * clears the socket's folder away when it was made to. Should it be killed alone, Node closes the
 * pipe, so that the inner part stops PostgreSQL.
 * Descriptor 3 is the marker, which belongs to PostgreSQL alone.
 */
const WRAPPER = `
trap '' HUP INT QUIT TERM
socket_dir=$1
shift
"$@" </dev/null &
postmaster=$!
exec 4<&0 </dev/null 3<&-
(
  exec >/dev/null 2>&1
  read -r _ <&4
  : >"$socket_dir/stopping"
  for step in INT:100 QUIT:50 KILL:50; do
    kill -s "\${step%:*}" "$postmaster" || exit
    tenths=\${step#*:}
    while [ "$tenths" -gt 0 ] && kill -0 "$postmaster"; do sleep 0.1; tenths=$((tenths - 1)); done
  done
) &
guard=$!
exec 4<&-
wait "$postmaster"
status=$?
kill -s KILL "$guard"
[ ! -e "$socket_dir/stopping" ] || rm -r "$socket_dir"
exit "$status"
`;

/**
 * For a small machine beside one app. Durability is PostgreSQL's default: fsync, full_page_writes
 * and synchronous_commit on. The log says what the server does, never what a statement or row held.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '40',
  jit: 'off',
  // Without helper processes that a small machine only pays memory for.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%b|%e|',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
};

/** What the postmaster writes into its cluster about itself. */
export type PostmasterFile = {
  pid: number;
  port: number;
  socketDir: string;
  ready: boolean;
  stopping: boolean;
};

/** Reads postmaster.pid; undefined when there is none or it is being written. */
export function readPostmasterFile(clusterDir: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(path.join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, , , port, socketDir, , , status] = lines;
    if (!pid || !port || !socketDir) return undefined;
    const state = status?.trim();
    const is = { ready: state === 'ready', stopping: state === 'stopping' };
    return { pid: Number(pid), port: Number(port), socketDir, ...is };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Held by PostgreSQL and its children for as long as any of them lives. */
function markerOf(cluster: Cluster): string {
  return path.join(path.dirname(cluster.dir), 'postgres.running');
}

export type Launch = {
  native: string;
  cluster: Cluster;
  account: Account;
  socketDir: string;
  settings: Record<string, string>;
  log: EmbeddedLog;
  /** Whether the DATA_DIR is still ours; nothing that runs there is touched otherwise. */
  isOurs(): boolean;
  /** Ends the start, or the server when it is up. */
  signal: AbortSignal;
};

export type Postmaster = {
  /** Resolves when it has ended, for whatever cause, and nothing of it runs any more. */
  ended: Promise<void>;
};

/**
 * Ends what an earlier start left running and removes the stale files that would keep a new server
 * from starting: PostgreSQL believes a postmaster.pid whose number any process has again by now
 * (1 or 7 in every container).
 */
export async function settleCluster(cluster: Cluster, isOurs: () => boolean): Promise<void> {
  if (!isOurs()) {
    throw new EmbeddedError(
      'start-failed',
      `${path.dirname(cluster.dir)} was moved, removed or taken over by somebody else. Stop Feder and start it again.`,
    );
  }
  await endLeftover(cluster);
  rmSync(path.join(cluster.dir, 'postmaster.pid'), { force: true });
}

/**
 * Starts PostgreSQL on the cluster and resolves when it takes connections. `signal` stops it: fast,
 * harder after 10 and 15 s.
 */
export async function launchPostmaster(launch: Launch): Promise<Postmaster> {
  const { native, cluster, account, log, signal } = launch;
  await settleCluster(cluster, launch.isOurs);
  rmSync(markerOf(cluster), { force: true });
  await createMarkers(path.dirname(cluster.dir), [markerOf(cluster)]);

  const data = sizeOfCluster(cluster.dir);
  const settings = {
    ...SETTINGS,
    shared_buffers: `${sharedBuffersFor({ data, memory: usableMemory() }) / 1024}kB`,
    ...launch.settings,
    // Quoted, since it is a list in which commas separate.
    unix_socket_directories: `"${launch.socketDir}"`,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const marker = holdMarker(markerOf(cluster));
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', WRAPPER, 'feder-postgres', launch.socketDir],
      ...[`${native}/bin/postgres`, '-D', cluster.seenAs, ...args],
    ],
    {
      ...account,
      cwd: cluster.dir,
      env: ENVIRONMENT,
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe', marker],
    },
  );
  closeSync(marker);

  const { stdin, stderr } = child as ChildProcessByStdio<Writable, null, Readable>;
  stdin.on('error', () => undefined);
  const serverLog = readServerLog(createInterface({ input: stderr }), log);
  const stop = () => {
    child.ref();
    stdin.end();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  let end: string | undefined;
  const exited = new Promise<void>((resolve) => {
    const settle = (how: string) => {
      end ??= how;
      signal.removeEventListener('abort', stop);
      resolve();
    };
    child.on('error', (error) => settle(error.message));
    child.on('exit', (status, killedBy) => settle(killedBy ?? `status ${status}`));
  });
  const ended = exited.then(async () => {
    if (!launch.isOurs()) return;
    await endLeftover(cluster);
    rmSync(markerOf(cluster), { force: true });
  });
  ended.catch(() => undefined);

  await waitUntil(() => end !== undefined || readPostmasterFile(cluster.dir)?.ready === true);
  if (end !== undefined) {
    throw new EmbeddedError(
      'start-failed',
      `PostgreSQL did not start (${end}). It said: ${serverLog.lastWords() || 'nothing'}`,
    );
  }
  // A process that forgets to stop us can still end; the pipe closes then.
  child.unref();
  for (const stream of [stdin, stderr]) (stream as Partial<Socket>).unref?.();
  return { ended };
}

/** A server that is stopping and waits for its guests to leave no longer waits. */
export async function hurryShutdown(cluster: Cluster): Promise<void> {
  const file = readPostmasterFile(cluster.dir);
  if (!file?.stopping || !(await isPostgres(file.pid))) return;
  try {
    process.kill(file.pid, 'SIGINT');
  } catch {
    // It ended meanwhile.
  }
}

/**
 * Ends what an earlier holder left running on the cluster: normally its wrapper is doing that
 * already, and only the wait remains.
 */
async function endLeftover(cluster: Cluster): Promise<void> {
  const marker = markerOf(cluster);
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ];
  for (const [signal, patience] of steps) {
    if (!isHeld(marker)) return;
    const pid = readPostmasterFile(cluster.dir)?.pid;
    if (pid && (await isPostgres(pid))) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended meanwhile.
      }
    }
    await waitUntil(() => !isHeld(marker), patience);
  }
  if (!isHeld(marker)) return;
  throw new EmbeddedError(
    'start-failed',
    `A PostgreSQL process of an earlier start still runs on ${cluster.dir} and does not end. Stop it, then start Feder again.`,
  );
}

/** Guards against a process id that was given to something else meanwhile. */
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') {
    const ran = await run('ps', ['-o', 'command=', '-p', String(pid)]);
    return ran.output.includes('bin/postgres');
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bin/postgres');
  } catch {
    return false;
  }
}
