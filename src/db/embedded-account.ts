import { execFile } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { EmbeddedError, systemCode } from './embedded-error.ts';

/** Whom PostgreSQL runs as; undefined: as we do. */
export type Account = { uid: number; gid: number } | undefined;

/** "nobody" on every Linux distribution that the binaries run on. */
const NOBODY = { uid: 65534, gid: 65534 };

/** A fixed environment: PG* variables, LD_LIBRARY_PATH or an odd locale of ours must not reach PostgreSQL. */
export const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  HOME: '/',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/**
 * PostgreSQL refuses to run as root, so root hands it to whoever owns the cluster already, else to
 * nobody (65534).
 */
export function chooseAccount(clusterDir: string | undefined): Account {
  if (process.getuid?.() !== 0) return undefined;
  if (!clusterDir) return NOBODY;
  const owner = statSync(clusterDir);
  if (owner.uid === 0) {
    throw new EmbeddedError(
      'data-dir-unreachable',
      `${clusterDir} belongs to root, and PostgreSQL does not run as root. Give it away with: chown -R ${NOBODY.uid}:${NOBODY.gid} ${clusterDir}`,
    );
  }
  return { uid: owner.uid, gid: owner.gid };
}

/** What root makes in somebody's DATA_DIR is theirs, so that a later start of their own can use it. */
export function giveToOwner(dataDir: string, files: string[]): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dataDir);
  for (const file of files) chownSync(file, uid, gid);
}

/** How a short command ended: its exit status, or the word of the system error that kept it from running. */
export type Ran = { status: number | string; output: string };

/** Runs a short command to its end as `account`, with `input` on its stdin. Never rejects. */
export function run(
  command: string,
  args: string[],
  options: { account?: Account; cwd?: string; input?: string } = {},
): Promise<Ran> {
  const { account, cwd = '/', input = '' } = options;
  const settings = { ...account, cwd, env: ENVIRONMENT, maxBuffer: 1024 * 1024 };
  return new Promise((resolve) => {
    try {
      const child = execFile(command, args, settings, (error, stdout, stderr) => {
        const status = error ? (error.code ?? error.signal ?? 'failed') : 0;
        resolve({ status, output: `${stdout}${stderr}` });
      });
      // A command that ends without reading must not take us down with EPIPE.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    } catch (error) {
      // Node throws some system errors at once (EPERM: we may not become that user).
      resolve({ status: systemCode(error) ?? 'failed', output: '' });
    }
  });
}

/** Whether `account` can enter `dir`; tried for real, since ACLs and mounts say more than mode bits. */
export async function canEnter(account: Account, dir: string, cwd = '/'): Promise<boolean> {
  const tried = await run('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], { account, cwd });
  return tried.status === 0;
}
