import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterDirOf, readPassword } from './embedded-cluster.ts';
import { connectionTo, type EmbeddedConnection, tryConnection } from './embedded-database.ts';
import { EmbeddedError } from './embedded-error.ts';
import { findHolder, joinHolder } from './embedded-holder.ts';
import { readPostmasterFile } from './embedded-postmaster.ts';

/** A holder that has just begun makes its cluster first; a crashed server comes back by itself. */
const PATIENCE_MS = 20_000;

/** A visit to the database that another process of ours runs. */
export type Visit = { connection: EmbeddedConnection; leave(): void };

/** Attaches to the present holder's database; undefined when it is leaving or gone. */
export async function attachToHolder(dataDir: string): Promise<Visit | undefined> {
  const leave = joinHolder(dataDir);
  if (!leave) return undefined;
  try {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const holder = findHolder(dataDir);
      if (!holder || holder.stopping) {
        leave();
        return undefined;
      }
      const { connection, obstacle } = await look(dataDir);
      if (connection) return { connection, leave };
      if (performance.now() > end) throw unreachable(dataDir, holder.pid, obstacle);
      await sleep(50);
    }
  } catch (error) {
    leave();
    throw error;
  }
}

async function look(
  dataDir: string,
): Promise<{ connection?: EmbeddedConnection; obstacle: string }> {
  const server = readPostmasterFile(clusterDirOf(dataDir));
  const password = readPassword(dataDir);
  if (!server?.ready || !password) return { obstacle: 'it is still starting' };
  if (!existsSync(path.join(server.socketDir, `.s.PGSQL.${server.port}`))) {
    return {
      obstacle: `its socket ${server.socketDir} is not to be seen from here; run the command in the container of the server`,
    };
  }
  const connection = connectionTo(server.socketDir, server.port, password);
  const obstacle = await tryConnection(connection);
  return obstacle === undefined ? { connection, obstacle: '' } : { obstacle };
}

function unreachable(dataDir: string, pid: number, obstacle: string): EmbeddedError {
  return new EmbeddedError(
    'start-failed',
    `Another Feder process (${pid}) runs the database in ${dataDir}, but it cannot be reached: ${obstacle}.`,
  );
}
