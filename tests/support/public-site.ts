import { sql } from 'kysely';
import { answerRequest } from '../../src/actions/answer-request.ts';
import { askApplicant } from '../../src/actions/ask-applicant.ts';
import { mailDraftLink } from '../../src/actions/mail-draft-link.ts';
import { getOpenDraft } from '../../src/actions/open-draft.ts';
import { openPrivatePage } from '../../src/actions/open-private-page.ts';
import { writeFromApplicant, writeFromEditor } from '../../src/actions/write-message.ts';
import { createApp } from '../../src/app.tsx';
import { createId } from '../../src/crypto.ts';
import { recordOpened } from '../../src/db/access-log.ts';
import { lockApplication } from '../../src/db/applications.ts';
import { recordRefusals } from '../../src/db/mail-outcome.ts';
import { findLastMail } from '../../src/db/mails.ts';
import { findOpenRequest } from '../../src/db/requests.ts';
import { recordTransition } from '../../src/db/stages.ts';
import type { TransitionName } from '../../src/domain/stages.ts';
import { noteTrap } from '../../src/routes/public/traps.ts';
import type { TestApp } from './app.ts';
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.ts';
import { decide } from './decide.ts';
import { createStaff } from './factories.ts';
import { filePart, fillDraft, goodFiles, submit, submitFilled } from './send-form.ts';
import { createTus } from './tus.ts';

type Ask = (path: string, init?: RequestInit) => Response | Promise<Response>;

/** An application with everything on it that the public pages can show, and the ways to it. */
export type Site = Pick<TestApp, 'place'> & {
  /** Asks the application of today. */
  ask: Ask;
  /** Asks it so many days from now. */
  askIn(days: number, ...request: Parameters<Ask>): ReturnType<Ask>;
  /** Asks it while its database is away. */
  askAway: Ask;
  /** Asks it, as somebody who is counted, until that is too often. */
  askOften: Ask;
  /** Asks it as somebody who is counted. */
  askCounted: Ask;
  /** Asks it in a flood, until those without proof of work have had their share. */
  askFlooded: Ask;
  /** Asks it while something in it is broken. */
  askBroken: Ask;
  /**
   * Tokens of drafts: one with everything, one with next to nothing, one with half a file, one as a
   * program would fill it in, one sent. */
  drafts: {
    full: string;
    scant: string;
    half: string;
    discreet: string;
    doubted: string;
    sent: string;
  };
  /** Private pages, as paths in English; in `written` there are messages of both sides. */
  private: Record<
    | 'received'
    | 'refused'
    | 'beingRead'
    | 'decided'
    | 'told'
    | 'withdrawn'
    | 'written'
    | 'asked'
    | 'answered'
    | 'discreet',
    string
  >;
  /** The path of the private page of an application that was erased. */
  erased: string;
  /** A second call: with fees, open for ten days. */
  otherCall: string;
  stop(): Promise<void>;
};

const longWord = 'გრძელისიტყვა'.repeat(8);

/** Answers as long and as foreign as people give them. */
export const longAnswers = {
  fullName: 'ნინო გელაშვილი-წერეთელი',
  latinName: 'Nino Gelashvili-Tsereteli',
  penName: 'Հայկուհի Տեր-Հովհաննիսյան',
  languages: ['ka', 'hy', 'lez'],
  placesOther: longWord,
  topics: `${'Water, roads and schools. '.repeat(12)}\n\n${longWord}`,
  links: [`https://example.org/${'a'.repeat(120)}`, 'https://example.org/b'],
  cvText: 'A pasted line.\n'.repeat(60),
};
const files = [
  filePart('cv', `${'Lebenslauf-'.repeat(9)}.pdf`),
  ...goodFiles().slice(1),
  filePart('writingSample', 'second.txt'),
];

/** A call like the seeded one, with fees, that closes in ten days. */
async function copyCall({ db, clock }: TestApp['deps'], slug: string): Promise<void> {
  const now = clock.now();
  const [callId, versionId] = [createId(now), createId(now)];
  const closesAt = new Date(now.getTime() + 10 * 86_400_000);
  const common = { opensAt: now, closesAt, inbox: null, createdAt: now };
  await db
    .insertInto('calls')
    .values({ id: callId, slug, ...common })
    .execute();
  const fee = { currency: 'EUR', from: 150, to: 400, expenses: true };
  const changes = {
    id: versionId,
    call_id: callId,
    fee: { ...fee, killFeePercent: 50, paidWithinDays: 30 },
  };
  await sql`
    insert into call_versions
    select (jsonb_populate_record(v, ${JSON.stringify(changes)}::jsonb)).* from call_versions v
    limit 1`.execute(db);
}

/** Fills a served application. */
export async function prepareSite(test: TestApp, url: string): Promise<Site> {
  const { deps, app } = test;
  const otherCall = 'with-fees';
  await copyCall(deps, otherCall);
  const staff = await createStaff(deps, { role: 'editor' });
  const readToken = (location: string): string => location.slice(location.lastIndexOf('/') + 1);

  const submitMoved = async (name: TransitionName | 'open' | undefined): Promise<string> => {
    const location = await submitFilled(app, longAnswers);
    const { application } = await openPrivatePage(deps, readToken(location));
    const { id } = application;
    const now = deps.clock.now();
    if (name === 'open') {
      await recordOpened(deps.db, { applicationId: id, staffId: staff.id, now });
    } else if (name) {
      await deps.db.transaction().execute(async (trx) => {
        const locked = await lockApplication(trx, id);
        const by = name === 'withdraw' ? 'applicant' : 'staff';
        const who = by === 'staff' ? { staffId: staff.id } : {};
        await recordTransition(trx, locked!, { name, actor: by, ...who, now });
      });
    }
    return location;
  };

  /** The applicant's mail server says no. */
  const submitRefused = async (): Promise<string> => {
    const location = await submitMoved(undefined);
    const { application, key } = await openPrivatePage(deps, readToken(location));
    const mail = await findLastMail(deps.db, application.id, 'receipt');
    const refusals = [{ address: application.email, reply: '550 No such mailbox' }];
    await recordRefusals(deps.db, { id: mail!.id, key, refusals });
    return location;
  };
  /** Its decision letter has left. */
  const submitTold = async (): Promise<string> => {
    const location = await submitMoved('open');
    const { application } = await openPrivatePage(deps, readToken(location));
    await decide(deps, application, 'accept', staff);
    await deps.db
      .updateTable('mails')
      .set({ sentAt: deps.clock.now(), held: false })
      .where('applicationId', '=', application.id)
      .where('template', '=', 'decision-letter')
      .execute();
    return location;
  };
  /** The editors ask for something by a day. */
  const submitAsked = async ({ isAnswered }: { isAnswered: boolean }): Promise<string> => {
    const location = await submitMoved('open');
    const page = await openPrivatePage(deps, readToken(location));
    await askApplicant(deps, page.application, {
      ...{ authorId: staff.id, body: `${longWord}\n\nIhr neuer Lebenslauf.`, language: 'de' },
      ...{ kinds: ['cv', 'writingSample'], dueOn: '2026-12-01' },
    });
    if (!isAnswered) return location;
    const { id } = (await findOpenRequest(deps.db, page.application.id))!;
    const answer = { body: longWord, language: 'ka' as const };
    await answerRequest(deps, page, { requestId: id, arrived: [], ...answer });
    return location;
  };
  const messaged = await submitMoved('open');
  const written = await openPrivatePage(deps, readToken(messaged));
  const message = { body: `${longWord}\n\nA second paragraph.`, language: 'ka' as const };
  await writeFromApplicant(deps, written, message);
  const answer = { body: 'Danke, bis bald.', language: 'de' as const, authorId: staff.id };
  await writeFromEditor(deps, written.application, answer);
  const erased = await submitMoved(undefined);
  await app.request(`${erased}/erase`, { method: 'POST' });

  const full = await fillDraft(app, longAnswers, files);
  const address = 'nino.gelashvili@example.org';
  await mailDraftLink(deps, await getOpenDraft(deps, full), { address, language: 'en' });
  const discreet = await fillDraft(app, { ...longAnswers, discreet: 'yes' }, files);
  const sent = await fillDraft(app);
  await submit(app, sent);

  const half = await fillDraft(app, { intent: 'save' }, []);
  const tus = createTus(url);
  const bytes = filePart('cv', 'cv.pdf', 600_000).bytes;
  const begun = await tus.make({ draft: half, length: bytes.length, name: files[0]!.name! });
  await tus.patch(begun.path, 0, bytes.subarray(0, 300_000));

  const doubted = await fillDraft(app, longAnswers, files);
  const trap = new Map([['homepage', ['https://spam.example']]]);
  const { application: trapped } = await getOpenDraft(deps, doubted);
  await noteTrap({ ...deps, config: { ...deps.config, rateLimits: true } }, trapped.id, trap);

  const proxy: DatabaseProxy = await createDatabaseProxy(deps.db);
  const away = createApp({ ...deps, db: proxy.db });
  const counting = createApp({ ...deps, config: { ...deps.config, rateLimits: true } });
  const flooded = createApp({
    ...deps,
    config: { ...deps.config, rateLimits: true, trustProxy: 1 },
  });
  const guard = async (floodGuard: 'auto' | 'on') => {
    await deps.db.updateTable('publication').set({ floodGuard }).execute();
  };
  const nobody = new Proxy({}, { get: () => undefined }) as TestApp['deps']['keys'];
  const broken = createApp({ ...deps, keys: nobody });
  return {
    place: test.place,
    async askOften(...request) {
      let answer = await counting.request(...request);
      for (let asked = 1; answer.status !== 429 && asked < 200; asked += 1) {
        answer = await counting.request(...request);
      }
      return answer;
    },
    askCounted: (...request) => counting.request(...request),
    async askFlooded(path, init = {}) {
      await guard('on');
      const askFrom = (last: number) => {
        const headers = { ...init.headers, 'x-forwarded-for': `203.0.113.${last}` };
        return flooded.request(path, { ...init, headers });
      };
      try {
        let answer = await askFrom(0);
        for (let last = 1; answer.status === 303; last += 1) answer = await askFrom(last);
        return answer;
      } finally {
        await guard('auto');
      }
    },
    askBroken: (...request) => broken.request(...request),
    ask: (...request) => app.request(...request),
    askIn(days, ...request) {
      const now = (): Date => new Date(deps.clock.now().getTime() + days * 86_400_000);
      return createApp({ ...deps, clock: { now } }).request(...request);
    },
    async askAway(...request) {
      await proxy.cut();
      const answer = await away.request(...request);
      await proxy.restore();
      return answer;
    },
    drafts: {
      full,
      scant: await fillDraft(app, { intent: 'save' }, []),
      half,
      discreet,
      doubted,
      sent,
    },
    erased,
    private: {
      written: messaged,
      asked: await submitAsked({ isAnswered: false }),
      answered: await submitAsked({ isAnswered: true }),
      received: await submitMoved(undefined),
      refused: await submitRefused(),
      beingRead: await submitMoved('open'),
      decided: await submitMoved('accept'),
      told: await submitTold(),
      withdrawn: await submitMoved('withdraw'),
      discreet: await submitFilled(app, { ...longAnswers, discreet: 'yes' }),
    },
    otherCall,
    stop: () => proxy.stop(),
  };
}
