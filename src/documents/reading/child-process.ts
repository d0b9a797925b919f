import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { bundleProgram } from './program.ts';

const run = promisify(execFile);

export type ReadingProcess = {
  readonly pid: number;
  readonly pipe: Duplex;
  /** Resolves with the signal that ended it, or null. */
  readonly ended: Promise<NodeJS.Signals | null>;
  kill(): void;
};

/**
 * Starts a process that can do nothing but compute and answer by its pipe: no variables of ours, no
 * files, no processes, no threads (Node's permission model), a bounded heap, and a bound on its
 * processor time, so that it ends even where we were killed before we could kill it. Resolves when it
 * is ready; rejects when it does not get so far.
 */
export async function startReadingProcess(limits: {
  heapMb: number;
  cpuSeconds: number;
}): Promise<ReadingProcess> {
  const program = await bundleProgram();
  const node = [
    process.execPath,
    permissionFlag(),
    ...['--no-warnings', `--max-old-space-size=${limits.heapMb}`, '--input-type=module', '-'],
  ];
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -t "$0"; ulimit -c 0; exec "$@"', `${limits.cpuSeconds}`, ...node],
    { stdio: ['pipe', 'ignore', 'ignore', 'pipe'], env: {}, cwd: '/', detached: true },
  );
  const ended = endOf(child);
  const pipe = child.stdio[3] as Duplex;
  // A process that ends closes its pipes; what that means is known from its end.
  pipe.on('error', () => {});
  child.stdin!.on('error', () => {});
  child.stdin!.end(program);
  const { pid } = child;
  const isReady = once(pipe, 'data').then(
    () => true,
    () => false,
  );
  if (pid !== undefined) offerAsFirst(pid);
  if (pid === undefined || !(await Promise.race([isReady, ended.then(() => false)]))) {
    throw new Error('the process that reads documents could not be started');
  }
  return { pid, pipe, ended, kill: () => void child.kill('SIGKILL') };
}

async function endOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  try {
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal;
  } catch {
    return null;
  }
}

// Node 24 knows the one only, Node 20 the other.
function permissionFlag(): string {
  const isStable = process.allowedNodeEnvironmentFlags.has('--permission');
  return isStable ? '--permission' : '--experimental-permission';
}

// When memory runs out it goes before us and the database (proc(5)); elsewhere there is no such thing.
function offerAsFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // Not Linux, or ended already.
  }
}

/** Megabytes of memory that a process occupies; undefined when it has ended or can't be asked. */
export async function residentMb(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      return undefined;
    }
  }
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', `${pid}`]).catch(() => ({ stdout: '' }));
  return stdout.trim() === '' ? undefined : Number(stdout) / 1024;
}
