import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eicar } from './clamd.ts';

const program = '/usr/sbin/clamd';

/** Debian's clamd, where it is installed, with one signature of our own (EICAR), on a socket of its own. */
export const hasClamd = (): boolean => existsSync(program);

export async function startRealClamd(): Promise<{ path: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'feder-clamd-'));
  const signatures = path.join(folder, 'signatures');
  const socket = path.join(folder, 'clamd.ctl');
  mkdirSync(signatures);
  writeFileSync(path.join(signatures, 'own.ndb'), `Own.Eicar:0:*:${eicar.toString('hex')}\n`);
  const settings = ['Foreground yes', `LocalSocket ${socket}`, `DatabaseDirectory ${signatures}`];
  const configuration = path.join(folder, 'clamd.conf');
  writeFileSync(configuration, `${settings.join('\n')}\nStreamMaxLength 5M\n`);
  const child = spawn(program, ['--config-file', configuration], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  for (let tries = 0; tries < 300 && !existsSync(socket) && child.exitCode === null; tries += 1) {
    await sleep(100);
  }
  return {
    path: socket,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
