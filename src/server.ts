import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { migrations } from '../migrations/index.ts';
import { createPrivateLinkHandler, privateLinkJobKind } from './actions/find-application.ts';
import { nameHolder, openKeyring } from './actions/open-keyring.ts';
import { seedFirstCall } from './actions/seed-first-call.ts';
import { createApp } from './app.tsx';
import { buildAssets } from './assets.ts';
import { isEnrolmentOver } from './auth/enrolment.ts';
import { ensureFirstAdminLink } from './auth/staff-accounts.ts';
import { createFollowingClock } from './clock.ts';
import { type Config, formatMistakes, hasNobodysSender, readConfig } from './config.ts';
import { getPublication } from './db/calls.ts';
import { connect, createListener, migrateToLatest, readDatabaseState } from './db/client.ts';
import { getDeskFacts } from './db/desk-facts.ts';
import { mailJobKind } from './db/mails.ts';
import { setScanning } from './db/scanning.ts';
import { indexApplication } from './db/search.ts';
import { watchForShutdown } from './db/shutdown-watch.ts';
import { hasStaff } from './db/staff.ts';
import { staffMailJobKind } from './db/staff-mails.ts';
import type { Deps } from './deps.ts';
import { createScanner } from './documents/clamd.ts';
import { createDocumentReader } from './documents/reading/reader.ts';
import { enrolmentLink } from './domain/enrolment-link.ts';
import { listLacks } from './domain/lacks.ts';
import { OperatorError } from './errors.ts';
import { explainFailure, explainListening } from './explain-failure.ts';
import { keepFirstAdminLink, watchFirstAdminLink } from './first-admin-link.ts';
import { createHttpServer, type HttpServer } from './http-server.ts';
import { coarseTimesSchedule, createCoarseTimesHandler } from './jobs/coarse-times.ts';
import { consentSchedule, createConsentHandler } from './jobs/consents.ts';
import { createDigestHandler, digestSchedule } from './jobs/digests.ts';
import { startJobLoop } from './jobs/loop.ts';
import { createLull } from './jobs/lull.ts';
import {
  createReadingHandlers,
  earlierPairsSchedule,
  readingSchedule,
} from './jobs/read-documents.ts';
import { createReplyClockHandler, replyClockSchedule } from './jobs/reply-clock.ts';
import { createRequestHandler, requestSchedule } from './jobs/requests.ts';
import { createRetentionHandler, retentionSchedule } from './jobs/retention.ts';
import { createScanningHandlers, scanningSchedule } from './jobs/scan-documents.ts';
import { createScheduleHandlers, schedules } from './jobs/schedules.ts';
import { createSearchHandlers, searchSchedules } from './jobs/search-index.ts';
import { createStaleClaimsHandler, staleClaimsSchedule } from './jobs/stale-claims.ts';
import { createMailHandler } from './mail/deliver.ts';
import { createStaffMailHandler } from './mail/deliver-to-staff.ts';
import { createTransport } from './mail/transport.ts';
import { masterKeysOf } from './master-key.ts';
import { openDatabase } from './open-database.ts';
import { renderPlainly } from './plain-rendering.ts';
import { announcePublicUrl } from './public-address.ts';
import { describeStart, listStartFacts } from './start-message.ts';
import { listenForStop } from './stop-signals.ts';

const clockCheckMs = 60_000;
/** How soon a rotation that has begun is known here; `rotateKeys` waits for longer. */
const keysCheckMs = 5_000;
const linkCheckMs = 2_000;

const shutdownCheckMs = 10_000;
const requestGraceMs = 10_000;
/** How long the database may take over one statement before a request is told that it is away. */
const answerWithinMs = 8_000;
/** The same for jobs, which nobody waits for: clean-ups may take long. */
const jobAnswerWithinMs = 120_000;

/** Opens everything in order, serves, and returns what undoes it. */
async function start(config: Config): Promise<() => Promise<void>> {
  const log = pino({ level: config.logLevel, base: null });
  const undo: (() => Promise<void> | void)[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    // What is lost from here on is lost on purpose.
    stopping = true;
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const assets = buildAssets();
    assets.catch(() => {});
    const readMasterKeys = masterKeysOf(config);
    // Read before the database is made: once that is there, a missing key is an error.
    const name = nameHolder(config, readMasterKeys());
    const { close, hurryShutdown, ...opened } = await openDatabase({
      config,
      holder: 'server',
      log,
    });
    undo.push(close);
    const connection = { ...opened.connection, name };
    const onIdleError = () => {
      if (!stopping) log.warn('an idle database connection was lost');
    };
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
    await setScanning(db, config.clamd !== null);
    const keys = await openKeyring(db, readMasterKeys, clock.now());
    const keysTimer = setInterval(() => keys.refresh().catch(() => {}), keysCheckMs);
    undo.push(() => clearInterval(keysTimer));
    await seedFirstCall({ db, clock });

    const { name: siteName } = await getPublication(db);
    const deps = { config, siteName, db, keys, clock, log, assets: await assets };
    const server = await listen(config, deps, undo);

    const transport = createTransport(config, log);
    undo.push(() => transport.close());
    const jobDb = connect(connection, {
      ...{ max: 8, onIdleError, answerWithinMs: jobAnswerWithinMs },
    });
    undo.push(() => jobDb.destroy());
    const listeners = new Set<ReturnType<typeof createListener>>();
    const listenOn = () => {
      const listener = createListener(connection);
      listeners.add(listener);
      listener.once('end', () => listeners.delete(listener));
      return listener;
    };
    const jobs = startJobLoop({
      db: jobDb,
      listen: listenOn,
      clock,
      log,
      schedules: [
        ...schedules,
        replyClockSchedule,
        retentionSchedule,
        staleClaimsSchedule,
        coarseTimesSchedule,
        digestSchedule,
        consentSchedule,
        requestSchedule,
        ...searchSchedules,
      ],
      handlers: {
        ...createScheduleHandlers({ db: jobDb, clock, log, config }),
        ...createSearchHandlers({ db: jobDb, log }),
        [retentionSchedule.kind]: createRetentionHandler({ db: jobDb, clock, log, config }),
        [replyClockSchedule.kind]: createReplyClockHandler({
          ...{ db: jobDb, keys, clock, log, config, publicUrl: server.publicUrl },
        }),
        [staleClaimsSchedule.kind]: createStaleClaimsHandler({ db: jobDb, clock, log }),
        [coarseTimesSchedule.kind]: createCoarseTimesHandler({ db: jobDb, clock, log }),
        [requestSchedule.kind]: createRequestHandler({
          ...{ db: jobDb, keys, clock, log, config, publicUrl: server.publicUrl },
        }),
        [consentSchedule.kind]: createConsentHandler({
          ...{ db: jobDb, keys, clock, log, config, publicUrl: server.publicUrl },
        }),
        [digestSchedule.kind]: createDigestHandler({
          ...{ db: jobDb, keys, clock, log, config, publicUrl: server.publicUrl },
        }),
        [staffMailJobKind]: createStaffMailHandler({
          ...{ db: jobDb, keys, clock, config, transport, publicUrl: server.publicUrl },
        }),
        [mailJobKind]: createMailHandler({ db: jobDb, keys, config, transport }),
        [privateLinkJobKind]: createPrivateLinkHandler({
          ...{ keys, config, publicUrl: server.publicUrl },
        }),
      },
    });
    undo.push(() => jobs.stop());
    undo.push(
      watchForShutdown({
        createClient: () => createListener(connection),
        pools: [db, jobDb],
        onRefused() {
          log.warn(
            'the database is shutting down and takes no new connections: ours are given back',
          );
          for (const listener of listeners) listener.end().catch(() => {});
          hurryShutdown().catch(() => {});
        },
        everyMs: shutdownCheckMs,
      }),
    );
    const reader = createDocumentReader();
    undo.push(() => reader.close());
    // A loop of its own, so that no mail waits for a document. One job may walk through what was never
    // read while another reads what has just come; the reader takes their documents in turn.
    const reading = startJobLoop({
      ...{ db: jobDb, listen: listenOn, clock, log },
      ...{ schedules: [readingSchedule, earlierPairsSchedule], concurrency: 2, graceMs: 500 },
      handlers: createReadingHandlers({
        ...{ db: jobDb, keys, clock, log, reader },
        afterTextRead: indexApplication,
        lull: createLull(),
      }),
    });
    undo.push(() => reading.stop());
    if (config.clamd !== null) {
      // A loop of its own as well: no document waits for the scanner longer because others are read.
      const scanning = startJobLoop({
        ...{ db: jobDb, listen: listenOn, clock, log },
        ...{ schedules: [scanningSchedule], concurrency: 2, graceMs: 500 },
        handlers: createScanningHandlers({
          ...{ db: jobDb, keys, clock, log, config, publicUrl: server.publicUrl },
          scanner: createScanner(config.clamd),
        }),
      });
      undo.push(() => scanning.stop());
    }
    undo.push(() => server.close(requestGraceMs));

    const madeAt = clock.now();
    const enrolment = await ensureFirstAdminLink(db, madeAt);
    const { publicUrl } = server;
    const firstAdminLink = enrolment && enrolmentLink(publicUrl, enrolment);
    const firstAdminLinkFile = keepOrWarn(config, firstAdminLink, log);
    if (firstAdminLink) {
      const isUseless = async () => isEnrolmentOver(madeAt, clock.now()) || (await hasStaff(db));
      undo.push(watchFirstAdminLink({ dataDir: config.dataDir, isUseless, everyMs: linkCheckMs }));
    }
    if (hasNobodysSender(config)) {
      // No address in the log, not even this one.
      const sender = { setting: 'MAIL_FROM', domain: config.mailFrom.address.split('@').at(-1) };
      log.warn(sender, 'mail servers refuse mail from a domain that is nobody’s: set one of yours');
    }
    const { publication, calls } = await getDeskFacts(db);
    const sendsMail = config.smtpUrl !== null;
    const lacks = listLacks({ imprint: publication.imprint, calls }, { sendsMail });
    const facts = { config, publicUrl, firstAdminLinkFile, lacks };
    if (process.stdout.isTTY) process.stdout.write(describeStart({ ...facts, firstAdminLink }));
    else log.info(listStartFacts(facts), 'ready');
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where everything else lives elsewhere DATA_DIR may be read-only: that is no reason not to start. */
function keepOrWarn({ dataDir }: Config, link: string | null, log: Logger): string | null {
  try {
    return keepFirstAdminLink(dataDir, link);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    log.warn(
      { reason: error.message },
      'the first admin’s link is not kept: "feder staff add" prints one',
    );
    return null;
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
    const refuse = (error: Error) => reject(explainListening(error, config));
    http.once('error', refuse).listen(config.port, config.host, resolve);
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

renderPlainly();
await main();
