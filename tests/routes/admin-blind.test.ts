import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actInBulk } from '../../src/actions/act-in-bulk.ts';
import { askApplicant } from '../../src/actions/ask-applicant.ts';
import { addTag } from '../../src/actions/change-tags.ts';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { exportApplication } from '../../src/actions/export-application.ts';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { queueDigests } from '../../src/actions/queue-digests.ts';
import { queueWeeklyLists } from '../../src/actions/queue-weekly-lists.ts';
import { revealIdentity } from '../../src/actions/reveal-identity.ts';
import { saveCall } from '../../src/actions/save-call.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { writeFromApplicant } from '../../src/actions/write-message.ts';
import { startSession } from '../../src/auth/sessions.ts';
import { createId } from '../../src/crypto.ts';
import { listApplications } from '../../src/db/application-list.ts';
import { findEditedCall } from '../../src/db/call-versions.ts';
import { storeDocumentText } from '../../src/db/document-texts.ts';
import { listDocuments } from '../../src/db/documents.ts';
import type { ClaimedJob } from '../../src/db/jobs.ts';
import { openContent } from '../../src/db/mails.ts';
import { indexApplication, indexOutdated } from '../../src/db/search.ts';
import { maskMark } from '../../src/domain/masking.ts';
import { readSearchTerms } from '../../src/domain/search-terms.ts';
import { createStaffMailHandler } from '../../src/mail/deliver-to-staff.ts';
import { storeCopies } from '../support/copies.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { anyEditor, createSubmitted, type Sent } from '../support/factories.ts';
import { plainText } from '../support/html.ts';
import { claimIt, goodScores, press, textOfPage } from '../support/review-forms.ts';
import { claimAndReview, seenBy } from '../support/reviewing.ts';

const slug = 'regional-experts';
let desk: Desk;
let hidden: { id: string; reference: string; key: Buffer };
let plain: typeof hidden;
let documents: string[];
let noteId: string;
let tagId: string;
let bulkId: string;

const hiddenLine = 'Names are hidden where a call is reviewed blind.';

/** Everything that tells who it is, in whatever script. */
const canary =
  /kolib|zurab|nachtigal|колибр|зураб|კოლიბრ|ზურაბ|կոլիբր|զուրաբ|555 ?77|unterlage-k/iu;

const person: Sent = {
  values: {
    fullName: 'ზურაბ კოლიბრიშვილი',
    latinName: 'Zurab Kolibrishvili',
    penName: 'Alma Nachtigal',
    email: 'zkolib77@example.org',
    contactChannel: 'telegram',
    contactHandle: '@kolibhandle',
    topics: 'Rivers. Texts by Kolibrishvili, of Zurab too; +995 555 77 12 34',
    basedIn: 'Kutaisi, at Zurab’s',
    placesOther: 'the valley of Kolibrishvili',
    links: ['https://kolib.example/zurab'],
  },
  files: [
    { kind: 'cv', name: 'Unterlage-Kolibrishvili.pdf' },
    { kind: 'coverLetter', name: 'Зураб Колибришвили.pdf' },
    { kind: 'writingSample', name: 'ზურაბ.pdf' },
  ],
  via: 'https://example.org/kolibvia',
};

const spoken = [
  'CURRICULUM VITAE\nZURAB KOLIBRISHVILI\nzkolib77@example.org\nA reporter of wetlands.',
  'Я, Зураб Колибришвили, пишу о болотах. С Колибришвили говорили.',
  'ზურაბ კოლიბრიშვილის ტექსტი ჭაობებზე. Զուրաբ Կոլիբրիշվիլի։',
];

async function setBlind(blind: boolean): Promise<void> {
  const { db } = desk.deps;
  const { number } = (await findEditedCall(db, slug))!;
  const part = ({ blind: one }: { blind: boolean }) => one;
  const change = <T extends { blind: boolean }>(content: T): T => ({ ...content, blind });
  const author = desk.admin.staff;
  const { outcome } = await saveCall(desk.deps, { slug, base: number, part, change, author });
  if (outcome !== 'saved') throw new Error(`the call was ${outcome}`);
}

async function storeTexts(id: string): Promise<string[]> {
  const { db, clock } = desk.deps;
  const held = await listDocuments(db, id);
  await db.transaction().execute(async (trx) => {
    for (const [at, document] of held.entries()) {
      const read = { documentId: document.id, applicationId: id, text: spoken[at]! };
      await storeDocumentText(
        trx,
        {
          ...read,
          ...{ state: 'read', reason: null, language: null, words: 9, pages: 1, active: [] },
          cut: false,
        },
        clock.now(),
        () => hidden.key,
      );
    }
    await indexApplication(trx, id);
  });
  return held.map((one) => one.id);
}

beforeAll(async () => {
  desk = await createDesk();
  const { deps } = desk;
  hidden = await createSubmitted(deps, person);
  plain = await createSubmitted(deps, { values: { fullName: 'Open Person' } });
  documents = await storeTexts(hidden.id);
  const page = await openPrivatePage(deps, await findPrivateToken(deps, hidden, hidden.key));
  const wish = { body: 'Kolibrishvili, one more', language: 'en' as const, dueOn: '2027-01-15' };
  const author = { kinds: ['writingSample'] as const, authorId: desk.editor.staff.id };
  await askApplicant(deps, page.application, { ...wish, ...author });
  await writeFromApplicant(deps, page, { body: 'Regards, Zurab Kolibrishvili', language: 'en' });
  const noted = await desk.editor.post(`/admin/applications/${hidden.reference}/notes`, {
    note: 'Zurab Kolibrishvili called.',
    tell: desk.reviewer.staff.id,
  });
  noteId = noted.location!.split('#note-')[1]!;
  const tagging = { id: hidden.id, typed: 'Kolibrishvili again', staffId: desk.editor.staff.id };
  const tagged = await addTag(deps, tagging);
  if (tagged.kind !== 'done') throw new Error(tagged.problem);
  tagId = tagged.tag.id;
  bulkId = createId(deps.clock.now());
  const rows = [
    { reference: hidden.reference, seen: await seenBy(deps, hidden.id, anyEditor), shown: null },
  ];
  const assigning = {
    act: 'reviewer' as const,
    target: desk.reviewer.staff.id,
    reason: null,
    rows,
  };
  await actInBulk(deps, { id: bulkId, ...assigning, staff: desk.editor.staff });
  await claimAndReview(deps, hidden.id, desk.editor.staff, { text: 'Kolibrishvili writes well.' });
  await setBlind(true);
  await indexOutdated(deps.db, 100);
});
afterAll(() => desk.stop());

/** The whole application, as a reviewer's browser with a session asks it. */
async function openBrowser(
  seat: Seat,
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const { db, clock } = desk.deps;
  const token = await db
    .transaction()
    .execute((trx) => startSession(trx, seat.staff.id, { now: clock.now(), browser: 'other' }));
  const origin = 'http://localhost:3000';
  return async (path, init) =>
    await desk.app.request(`${origin}${path}`, {
      ...init,
      headers: { cookie: `feder=${token}`, origin, ...init?.headers },
    });
}

/** What stands for a parameter of an address; one that is not here makes the test fail. */
const valuesOf = (name: string, path: string): string[] => {
  const known: Record<string, string[]> = {
    reference: [hidden.reference],
    note: [noteId],
    other: [plain.reference],
    id: path.includes('/documents/') ? documents : [noteId, tagId, bulkId],
    act: ['accept', 'decline', 'keep-on-file', 'close'],
    slug: [slug],
    language: ['en'],
    key: ['ai'],
    list: ['questions', 'criteria'],
    kind: ['decline', 'accept'],
    file: ['stages.csv'],
    section: ['newsroom'],
    token: ['nothing'],
    name: ['decline'],
    mail: [noteId],
    staff: [noteId],
  };
  const values = known[name];
  if (!values) throw new Error(`say what stands for :${name} in ${path}`);
  return values;
};

function expand(path: string): string[] {
  const match = /:(\w+)(?:\{[^}]*\})?/.exec(path);
  if (!match) return [path];
  return valuesOf(match[1]!, path).flatMap((value) => expand(path.replace(match[0], value)));
}

const sent = {
  ...{ name: 'review', from: 'screening', act: 'claim', message: 'x', note: 'A note', seen: '0' },
  ...{ intent: 'submit', language: 'en', tag: 'x', holdReason: 'x', recusal: 'nothing' },
};

const bodyAndHeaders = async (response: Response): Promise<string> =>
  decodeURIComponent(JSON.stringify([...response.headers]).replace(/%(?![0-9A-F]{2})/gi, '%25')) +
  Buffer.from(await response.arrayBuffer()).toString();

it('no route of the desk tells a reviewer who it is', async () => {
  const browse = await openBrowser(desk.reviewer);
  const routes = desk.app.routes.filter(
    ({ path, method }) => path.startsWith('/admin') && !path.includes('*') && method !== 'ALL',
  );
  const asked = new Set<string>();
  for (const { path, method } of routes) {
    for (const one of expand(path)) asked.add(`${method} ${one}`);
  }
  const leaks: string[] = [];
  const shown: string[] = [];
  // What ends the session comes last.
  const ordered = [...asked].sort(
    (a, b) => Number(/sign-out/.test(a)) - Number(/sign-out/.test(b)) || a.localeCompare(b),
  );
  for (const one of ordered) {
    const [method, path] = one.split(' ') as [string, string];
    const isRead = method === 'GET';
    for (const form of isRead ? [undefined] : [{}, sent]) {
      const init = form && { method, body: new URLSearchParams(form) };
      const response = await browse(path, init);
      if (response.status === 200) shown.push(one);
      if (canary.test(await bodyAndHeaders(response))) leaks.push(one);
      const head = isRead ? await browse(path, { method: 'HEAD' }) : undefined;
      if (head && canary.test(await bodyAndHeaders(head))) leaks.push(`HEAD ${path}`);
    }
  }
  expect(leaks).toEqual([]);
  const page = `/admin/applications/${hidden.reference}`;
  for (const path of [
    '/admin',
    page,
    `${page}/documents/${documents[0]}/text`,
    '/admin/mentions',
  ]) {
    expect(shown).toContain(`GET ${path}`);
  }
});

it('the same search finds the person on the pages of an editor', async () => {
  const browse = await openBrowser(desk.editor);
  const page = `/admin/applications/${hidden.reference}`;
  for (const path of ['/admin', page, `${page}/documents/${documents[0]}/text`]) {
    expect([path, canary.test(await bodyAndHeaders(await browse(path)))]).toEqual([path, true]);
  }
});

describe('to a reviewer of a blind call', () => {
  const page = () => `/admin/applications/${hidden.reference}`;

  it('the reference stands for the person, and the page says that names are hidden', async () => {
    const { html } = await desk.reviewer.get(page());
    expect(html).toContain(`<bdi>${hidden.reference}</bdi>`);
    expect(plainText(html)).toContain('Names are hidden in this call.');
    expect(plainText(html)).toContain('Rivers. Texts by [***], of [***] too; [***]');
    expect(plainText(html)).toContain('Messages are hidden in this call.');
    expect(plainText(html)).not.toContain('15 January 2027');
  });

  it('documents are texts with marks; originals are not there, and nothing says that they were read', async () => {
    const text = await desk.reviewer.get(`${page()}/documents/${documents[0]}/text`);
    expect(plainText(text.html)).toContain('A reporter of wetlands.');
    expect(plainText(text.html)).toContain('[***]');
    const before = await countDownloads();
    await storeCopies(desk.deps, hidden.id);
    for (const id of documents) {
      const original = `${page()}/documents/${id}/original`;
      expect((await desk.reviewer.get(original)).status).toBe(404);
      expect((await desk.reviewer.post(original, { reason: 'Who is it' })).status).toBe(404);
      expect((await desk.reviewer.get(`${page()}/documents/${id}`)).status).toBe(404);
      expect((await desk.reviewer.head(`${page()}/documents/${id}`)).status).toBe(404);
    }
    expect(await countDownloads()).toBe(before);
    expect((await desk.editor.get(`${page()}/documents/${documents[0]}`)).status).toBe(200);
  });

  it('colleagues’ reviews come masked after their own', async () => {
    await claimIt(desk.reviewer, hidden);
    await press(desk.reviewer, hidden, 'review', { ...goodScores, intent: 'submit' });
    const { html } = await desk.reviewer.get(page());
    expect(plainText(html)).toContain('[***] writes well.');
    expect(canary.test(html)).toBe(false);
  });

  it('what waits for a review has no name', async () => {
    const other = await createSubmitted(desk.deps, person);
    await claimIt(desk.reviewer, other);
    const { html } = await desk.reviewer.get('/admin/reviewing');
    expect(html).toContain(other.reference);
    expect(plainText(html)).toContain(hiddenLine);
    expect(canary.test(html)).toBe(false);
  });

  it('the list says why there are references for names, to them alone, in as many queries for one row as for three', async () => {
    const count = async (seat: Seat, path: string) => {
      desk.countQueries();
      const { html } = await seat.get(path);
      return [
        html.match(/data-row/g)?.length,
        plainText(html).includes(hiddenLine),
        desk.countQueries(),
      ];
    };
    const [one, three] = [`/admin?q=${hidden.reference}`, '/admin'];
    const [rows, says, queries] = await count(desk.reviewer, one);
    expect([rows, says]).toEqual([1, true]);
    const [more, saysToo, same] = await count(desk.reviewer, three);
    expect([Number(more) >= 3, saysToo]).toEqual([true, true]);
    expect(same).toBe(queries);
    expect((await count(desk.editor, three))[1]).toBe(false);
  });

  it('there is no export of the list', async () => {
    for (const path of ['/admin/export', '/admin/export.csv?column=fullName', '/admin/outbox']) {
      expect((await desk.reviewer.get(path)).status).toBe(404);
    }
  });
});

const countDownloads = async (): Promise<number> => {
  const rows = await desk.deps.db
    .selectFrom('accessLog')
    .select('id')
    .where('type', '=', 'downloaded')
    .execute();
  return rows.length;
};

describe('a hidden name', () => {
  const search = async (seat: Seat, text: string) => {
    const names = { language: 'en', fallback: 'en', reader: seat.staff };
    const terms = readSearchTerms(text)!;
    const { address } = terms;
    const { db, keys } = desk.deps;
    const emailHash = address === undefined ? undefined : keys.lookup('email', address);
    const filter = { search: { ...terms, emailHash } };
    return await listApplications(db, filter, { limit: 10 }, names);
  };

  it.each([
    'Kolibrishvili',
    'kolib',
    'Kolibrishwili',
    'Zurab',
    'Колибришвили',
    'კოლიბრიშვილი',
    'Nachtigal',
    'zkolib77@example.org',
    'zkolib77',
    'kolibvia',
    'Regards',
    'called',
  ])('is not found by %s, and is not counted', async (text) => {
    const { rows, total, tabs } = await search(desk.reviewer, text);
    expect([rows.length, total, tabs?.all]).toEqual([0, 0, 0]);
  });

  it('is found by an editor, in each script', async () => {
    for (const text of ['Kolibrishvili', 'Колибришвили', 'კოლიბრიშვილი']) {
      const { rows } = await search(desk.editor, text);
      expect(rows.map(({ id }) => id)).toContain(hidden.id);
    }
  });

  it('leaves its application to be found by what it says, with masked places in it', async () => {
    const { rows, total, stems } = await search(desk.reviewer, 'wetlands');
    expect([rows.map(({ id }) => id).includes(hidden.id), total > 0, stems.length > 0]).toEqual([
      true,
      true,
      true,
    ]);
    expect(canary.test(JSON.stringify(rows))).toBe(false);
    const { html } = await desk.reviewer.get('/admin?q=wetlands');
    expect(textOfPage(html)).toContain('reporter of wetlands');
    expect(canary.test(html)).toBe(false);
    const { html: byReference } = await desk.reviewer.get(`/admin?q=${hidden.reference}`);
    expect(byReference).toContain(hidden.reference);
  });

  it('orders nothing: the list of a reviewer stands in the same order for all names', async () => {
    for (const sort of ['newest', 'oldest', 'waiting'] as const) {
      const lists = [];
      for (const reader of [desk.reviewer.staff, desk.editor.staff]) {
        const names = { language: 'en', fallback: 'en', reader };
        const { rows } = await listApplications(desk.deps.db, {}, { limit: 50, sort }, names);
        lists.push(rows.map(({ id }) => id));
      }
      expect(lists[0]).toEqual(lists[1]);
    }
  });
});

it('between the change of a call and its indexing, reviewers find nothing by a name', async () => {
  await setBlind(false);
  await indexOutdated(desk.deps.db, 100);
  const find = async () => (await desk.reviewer.get('/admin?q=Kolibrishvili&stage=')).html;
  expect(await find()).toContain(hidden.reference);
  await setBlind(true);
  expect(await find()).not.toContain(hidden.reference);
  await indexOutdated(desk.deps.db, 100);
  expect(await find()).not.toContain(hidden.reference);
});

describe('the invariant checker', () => {
  const check = async (): Promise<string[]> => {
    const problems: string[] = [];
    await verifyDatabase(desk.deps, {
      report: ({ rule, problem }) => {
        if (rule === 'blind') problems.push(problem);
      },
    });
    return problems;
  };

  it('finds nothing, then a name that was left in a masked text, and a row that has the name', async () => {
    expect(await check()).toEqual([]);
    const { db } = desk.deps;
    const leak = { applicationId: hidden.id, source: 'answer/leak', text: 'Zurab was here' };
    await db.insertInto('maskedTexts').values(leak).execute();
    await sql`update application_search set masked = false where application_id = ${hidden.id}`.execute(
      db,
    );
    expect(await check()).toEqual([
      'is found by its name in a call that is reviewed blind',
      'has 1 masked text with a name or an address',
    ]);
    await db.transaction().execute((trx) => indexApplication(trx, hidden.id));
    expect(await check()).toEqual([]);
  });
});

describe('revealing', () => {
  it('is an editor’s act, logged once, after which reviewers see who it is', async () => {
    const made = await createSubmitted(desk.deps, person);
    const page = `/admin/applications/${made.reference}`;
    expect((await desk.reviewer.post(`${page}/reveal`)).status).toBe(404);
    expect(canary.test((await desk.reviewer.get(page)).html)).toBe(false);
    const before = await desk.editor.get(page);
    expect(before.html).toContain(`action="${page}/reveal"`);
    const done = await desk.editor.post(`${page}/reveal`);
    expect([done.status, done.location]).toEqual([303, `${page}?revealed=yes#blind`]);
    expect((await desk.editor.post(`${page}/reveal`)).status).toBe(303);
    const events = await desk.deps.db
      .selectFrom('events')
      .select(['type', 'staffId', 'fromValue', 'toValue'])
      .where('applicationId', '=', made.id)
      .where('type', '=', 'identity-revealed')
      .execute();
    const event = { type: 'identity-revealed', staffId: desk.editor.staff.id };
    expect(events).toEqual([{ ...event, fromValue: null, toValue: null }]);
    const { html } = await desk.reviewer.get(page);
    expect(html).toContain('Zurab Kolibrishvili');
    expect(plainText(html)).toContain('Edda Editor revealed the identity to the reviewers');
    expect((await desk.reviewer.get('/admin?q=Kolibrishvili')).html).toContain(made.reference);
    expect((await desk.editor.get(page)).html).not.toContain(`${page}/reveal`);
  });

  it('is not there in a call that is not blind', async () => {
    await setBlind(false);
    await indexOutdated(desk.deps.db, 100);
    const staffId = desk.editor.staff.id;
    expect(await revealIdentity(desk.deps, { id: plain.id, staffId })).toBe(false);
    const { html } = await desk.editor.get(`/admin/applications/${plain.reference}`);
    expect(html).not.toContain('/reveal');
  });
});

describe('what reviewers get by mail', () => {
  it('tells of the note, the assignment and what waits, by references alone', async () => {
    const { deps } = desk;
    const { db, clock, keys, config, publicUrl } = deps;
    const { email, id: staffId } = desk.reviewer.staff;
    await setBlind(true);
    await indexOutdated(db, 100);
    // What was written while the call was not blind is theirs already.
    desk.clock.advance(60);
    const since = clock.now();
    const noted = await desk.editor.post(`/admin/applications/${hidden.reference}/notes`, {
      ...{ note: 'Zurab Kolibrishvili called again.', tell: staffId },
    });
    expect(noted.status).toBe(303);
    const rows = await db
      .selectFrom('mails')
      .selectAll()
      .where('applicationId', '=', hidden.id)
      .where('createdAt', '>=', since)
      .execute();
    const contents: { to?: unknown }[] = rows
      .map((row) => openContent(hidden.key, row))
      .filter(({ to }) => to?.address === email);
    expect(contents.length).toBeGreaterThan(0);

    const waits = { timeZone: 'Europe/Berlin', signal: new AbortController().signal };
    await db.updateTable('staff').set({ weeklyList: true }).where('id', '=', staffId).execute();
    for (let day = 0; day < 7; day += 1) {
      desk.clock.advance(24 * 3600);
      await queueDigests(deps, waits);
      await queueWeeklyLists(deps, waits);
    }
    const transport = {
      kind: 'captured' as const,
      send: async (mail: { to: unknown }) => {
        contents.push(mail);
        return { refusals: [] };
      },
      close: () => {},
      forget: async () => {},
    };
    const handler = createStaffMailHandler({ db, clock, keys, config, publicUrl, transport });
    const mails = await db
      .selectFrom('staffMails')
      .select(['id', 'template'])
      .where('staffId', '=', staffId)
      .orderBy('template')
      .execute();
    expect(mails.map(({ template }) => template)).toEqual(['digest', 'weekly']);
    for (const { id } of mails) {
      const job = { id, subjectId: id } as ClaimedJob;
      await handler(job, waits.signal);
    }
    const told = contents.map((one) => JSON.stringify(one));
    expect(told.every((one) => /F-[0-9A-Z]{6}/.test(one))).toBe(true);
    expect(told.filter((one) => canary.test(one))).toEqual([]);
    await setBlind(false);
  });
});

describe('what was masked', () => {
  const countMasked = async (id: string): Promise<number[]> => {
    const { rows } = await sql<{ texts: number; found: number }>`select
      (select count(*) from masked_texts where application_id = ${id}) as texts,
      (select count(*) from masked_search where application_id = ${id}) as found`.execute(
      desk.deps.db,
    );
    return [rows[0]!.texts, rows[0]!.found];
  };

  it('is no part of what applicants get of themselves, and goes with their application', async () => {
    const { deps } = desk;
    await setBlind(true);
    await indexOutdated(deps.db, 100);
    const { id, key } = await createSubmitted(deps, person);
    const [texts, found] = await countMasked(id);
    expect([texts! > 0, found]).toEqual([true, 1]);
    const { application } = await openPrivatePage(deps, await findPrivateToken(deps, { id }, key));
    const files = await exportApplication(deps, { application, key, reviews: true });
    for (const file of files.filter(({ name }) => name.endsWith('.json'))) {
      const chunks = [];
      for await (const chunk of file.read()) chunks.push(Buffer.from(chunk));
      const told = Buffer.concat(chunks).toString();
      expect([told.includes('Zurab'), told.includes(maskMark)]).toEqual([true, false]);
    }
    expect(await eraseApplication(deps, { id, actor: 'applicant' })).toBe(true);
    expect(await countMasked(id)).toEqual([0, 0]);
  });
});
