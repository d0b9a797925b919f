import { migrations } from '../../../migrations/index.ts';
import { openKeyring } from '../../actions/open-keyring.ts';
import type { Config } from '../../config.ts';
import { type Db, readDatabaseState } from '../../db/client.ts';
import {
  type DatabaseFacts,
  listPendingMigrations,
  readDatabaseFacts,
} from '../../db/database-state.ts';
import { explainFailure } from '../../explain-failure.ts';
import { isLoopback } from '../../loopback.ts';
import type { Shell } from '../command.ts';
import { openForDoctor } from '../workplace.ts';
import type { Finding } from './finding.ts';

const about = 'database';
const oldest = 14;

/** The database as a start would meet it, and its clock beside ours. Changes nothing. */
export async function lookAtDatabase(shell: Shell, config: Config): Promise<Finding[]> {
  try {
    const { db, masterKeys } = await openForDoctor(shell, config);
    const { now, unsafe } = await readDatabaseState(db);
    const facts = await readDatabaseFacts(db);
    return [
      {
        about,
        state: 'ok',
        text: `PostgreSQL ${facts.version} answers; ${megabytes(facts.bytes)}.`,
      },
      ...judgeFacts(config, facts),
      ...unsafe.map(
        (setting): Finding => ({
          ...{ about, state: 'fault' },
          text: `${setting} is off: the database may lose what it has confirmed. Switch it on.`,
        }),
      ),
      ...(await judgeContents(db, masterKeys)),
      judgeClock(now, new Date()),
    ];
  } catch (error) {
    if (shell.signal.aborted) throw error;
    return [{ about, state: 'fault', text: firstLine(explainFailure(error)) }];
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
const firstLine = (text: string): string => text.split('\n')[0]!;

function judgeFacts({ databaseUrl }: Config, facts: DatabaseFacts): Finding[] {
  const findings: Finding[] = [];
  if (facts.major < oldest) {
    const text = `PostgreSQL ${facts.version} is too old: Feder needs ${oldest} or newer.`;
    findings.push({ about, state: 'fault', text });
  }
  const host = databaseUrl === null ? '' : hostOf(databaseUrl);
  if (databaseUrl !== null && !facts.encrypted && host !== '' && !isLoopback(host)) {
    findings.push({
      ...{ about, state: 'warning' },
      text: `The connection to ${host} is not encrypted: whoever is between reads everything. Add ?sslmode=verify-full to DATABASE_URL.`,
    });
  }
  return findings;
}

/** Empty for a socket. */
function hostOf(databaseUrl: string): string {
  const { hostname, searchParams } = new URL(databaseUrl.replace('@/', '@localhost/'));
  const host = searchParams.get('host') ?? hostname;
  return host.startsWith('/') ? '' : host;
}

async function judgeContents(db: Db, masterKeys: readonly Buffer[]): Promise<Finding[]> {
  const pending = await listPendingMigrations(db, migrations);
  if (pending.length === Object.keys(migrations).length) {
    return [
      { about, state: 'warning', text: 'It holds nothing of Feder yet: the first start fills it.' },
    ];
  }
  if (pending.length > 0) {
    const text = `It lacks ${pending.length} migrations: the next start brings them, "feder migrate" too.`;
    return [{ about, state: 'warning', text }];
  }
  try {
    await openKeyring(db, () => masterKeys, new Date(), { write: false });
    return [{ about, state: 'ok', text: 'MASTER_KEY opens it.' }];
  } catch (error) {
    return [{ about, state: 'fault', text: firstLine(explainFailure(error)) }];
  }
}

/** Sessions, links and retention go by the database's clock; codes of second factors by ours. */
export function judgeClock(theirs: Date, ours: Date): Finding {
  const seconds = Math.round(Math.abs(theirs.getTime() - ours.getTime()) / 1000);
  if (seconds < 5)
    return {
      about: 'clock',
      state: 'ok',
      text: `${theirs.toISOString()}, here and in the database.`,
    };
  return {
    about: 'clock',
    state: seconds < 60 ? 'warning' : 'fault',
    text: `The database says ${theirs.toISOString()}, this machine ${ours.toISOString()}: ${seconds} seconds apart. Set both by NTP.`,
  };
}
