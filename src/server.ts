import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { migrations } from '../migrations/index.ts';
import { createPrivateLinkHandler, privateLinkJobKind } from './actions/find-application.ts';
import { openKeyring } from './actions/open-keyring.ts';
import { seedFirstCall } from './actions/seed-first-call.ts';
import { createApp } from './app.tsx';
import { buildAssets } from './assets.ts';
import { enrolmentLink } from './auth/enrolment.ts';
import { ensureFirstAdminLink } from './auth/staff-accounts.ts';
import { createFollowingClock } from './clock.ts';
import { type Config, formatMistakes, readConfig } from './config.ts';
import { connect, createListener, migrateToLatest, readDatabaseState } from './db/client.ts';
import { mailJobKind } from './db/mails.ts';
import type { Deps } from './deps.ts';
import { explainFailure } from './explain-failure.ts';
import { keepFirstAdminLink } from './first-admin-link.ts';
import { createHttpServer, type HttpServer } from './http-server.ts';
import { startJobLoop } from './jobs/loop.ts';
import { createReplyClockHandler, replyClockSchedule } from './jobs/reply-clock.ts';
import { createScheduleHandlers, schedules } from './jobs/schedules.ts';
import { createSearchHandlers, searchSchedules } from './jobs/search-index.ts';
import { createMailHandler } from './mail/deliver.ts';
import { createTransport } from './mail/transport.ts';
import { readOrCreateMasterKey } from './master-key.ts';
import { openDatabase } from './open-database.ts';
import { announcePublicUrl } from './public-address.ts';
import { describeStart, listStartFacts } from './start-message.ts';
import { listenForStop } from './stop-signals.ts';

const clockCheckMs = 60_000;
const requestGraceMs = 10_000;
/** How long the database may take over one statement before a request is told that it is away. */
const answerWithinMs = 8_000;
/** The same for jobs, which nobody waits for: clean-ups may take long. */
const jobAnswerWithinMs = 120_000;

/** Opens everything in order, serves, and returns what undoes it. */
async function start(config: Config): Promise<() => Promise<void>> {
  const log = pino({ level: config.logLevel, base: null });
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const assets = buildAssets();
    assets.catch(() => {});
    const masterKey = config.masterKey ?? readOrCreateMasterKey(config.dataDir);
    const { connection, close } = await openDatabase({ config, holder: 'server', log });
    undo.push(close);
    const onIdleError = () => log.warn('an idle database connection was lost');
    const db = connect(connection, { onIdleError, answerWithinMs });
    undo.push(() => db.destroy());

    const clock = createFollowingClock();
    const followDatabase = async (): Promise<string[]> => {
      const state = await readDatabaseState(db);
      clock.follow(state.now);
      return state.unsafe;
    };
    for (const setting of await followDatabase()) {
      log.warn({ setting }, 'the database may lose what it has confirmed: switch this setting on');
    }
    const clockTimer = setInterval(() => followDatabase().catch(() => {}), clockCheckMs);
    undo.push(() => clearInterval(clockTimer));

    const unhurried = connect(connection, { max: 2, onIdleError });
    await migrateToLatest(unhurried, migrations).finally(() => unhurried.destroy());
    const keys = await openKeyring(db, masterKey, clock.now());
    await seedFirstCall({ db, clock });

    const deps = { config, db, keys, clock, log, assets: await assets };
    const server = await listen(config, deps, undo);

    const transport = createTransport(config, log);
    undo.push(() => transport.close());
    const jobDb = connect(connection, {
      ...{ max: 6, onIdleError, answerWithinMs: jobAnswerWithinMs },
    });
    undo.push(() => jobDb.destroy());
    const jobs = startJobLoop({
      db: jobDb,
      listen: () => createListener(connection),
      clock,
      log,
      schedules: [...schedules, replyClockSchedule, ...searchSchedules],
      handlers: {
        ...createScheduleHandlers({ db: jobDb, clock, log }),
        ...createSearchHandlers({ db: jobDb, log }),
        [replyClockSchedule.kind]: createReplyClockHandler({
          ...{ db: jobDb, keys, clock, log, config, publicUrl: server.publicUrl },
        }),
        [mailJobKind]: createMailHandler({ db: jobDb, keys, config, transport }),
        [privateLinkJobKind]: createPrivateLinkHandler({
          ...{ keys, config, publicUrl: server.publicUrl },
        }),
      },
    });
    undo.push(() => jobs.stop());
    undo.push(() => server.close(requestGraceMs));

    const enrolment = await ensureFirstAdminLink(db, clock.now());
    const { publicUrl } = server;
    const firstAdminLink = enrolment && enrolmentLink(publicUrl, enrolment);
    const onTerminal = process.stdout.isTTY;
    const firstAdminLinkFile = keepFirstAdminLink(
      config.dataDir,
      onTerminal ? null : firstAdminLink,
    );
    if (onTerminal) process.stdout.write(describeStart({ config, publicUrl, firstAdminLink }));
    else log.info(listStartFacts({ config, publicUrl, firstAdminLinkFile }), 'ready');
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Listens, and only then builds the application: with PORT=0 its own address is known no sooner. */
async function listen(
  config: Config,
  deps: Omit<Deps, 'publicUrl'>,
  undo: (() => Promise<void> | void)[],
): Promise<{ close: HttpServer['close']; publicUrl: string }> {
  let app: ReturnType<typeof createApp> | undefined;
  const { http, close } = createHttpServer((request, env) => app!.fetch(request, env));
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(config.port, config.host, resolve);
  });
  undo.push(() => {
    http.closeAllConnections();
  });
  const { port } = http.address() as AddressInfo;
  const publicUrl = config.publicUrl ?? `http://localhost:${port}`;
  if (config.databaseUrl === null) undo.push(announcePublicUrl(config.dataDir, publicUrl));
  app = createApp({ ...deps, publicUrl });
  return { close, publicUrl };
}

async function main(): Promise<void> {
  const read = readConfig(process.env, (path) => readFileSync(path, 'utf8'));
  if ('mistakes' in read) {
    process.stderr.write(`${formatMistakes(read.mistakes)}\n`);
    process.exit(1);
  }
  const starting = start(read.config);
  listenForStop(['SIGTERM', 'SIGINT'], {
    async stop() {
      const undo = await starting.catch(() => undefined);
      await undo?.();
      process.exit(0);
    },
    hurry: () => process.exit(1),
  });
  try {
    await starting;
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exit(1);
  }
}

await main();
