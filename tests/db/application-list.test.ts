import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordOpened } from '../../src/db/access-log.ts';
import type { ListFilter } from '../../src/db/application-filter.ts';
import { type ListPage, listApplications } from '../../src/db/application-list.ts';
import type { Db } from '../../src/db/client.ts';
import { foldEmailAddress } from '../../src/domain/email-address.ts';
import type { ListStage } from '../../src/domain/list-stages.ts';
import { readSearchTerms } from '../../src/domain/search-terms.ts';
import type { TransitionName } from '../../src/domain/stages.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { moveSilently } from '../support/decide.ts';
import {
  anyEditor,
  createDraft,
  createStaff,
  createSubmitted,
  type Sent,
} from '../support/factories.ts';

let app: TestApp;
let staffId: string;
/** References by the names that this file gives. */
const named = new Map<string, string>();

const names = { language: 'en', fallback: 'de', reader: anyEditor };

async function submit(name: string, sent: Sent = {}): Promise<string> {
  const values = { fullName: name, email: `${name.toLowerCase()}@example.org`, ...sent.values };
  const { id, reference } = await createSubmitted(app.deps, { ...sent, values });
  named.set(reference, name);
  return id;
}

async function move(id: string, name: TransitionName): Promise<void> {
  await moveSilently(app.deps, { id, name, staff: { id: staffId } });
}

/** Names in the order of the list. */
async function namesOf(filter: ListFilter): Promise<string[]> {
  const { rows } = await listApplications(app.deps.db, filter, { limit: 100 }, names);
  return rows.map(({ reference }) => named.get(reference) ?? reference);
}

/** The counts of a filter. */
const countApplications = async (
  db: Db,
  filter: ListFilter,
): Promise<Pick<ListPage, 'total' | 'tabs'>> => {
  const { total, tabs } = await listApplications(db, filter, { limit: 1 }, names);
  return { total, tabs };
};

const searching = (text: string): ListFilter => {
  const { address, ...terms } = readSearchTerms(text)!;
  const emailHash = address && app.deps.keys.lookup('email', foldEmailAddress(address));
  return { search: { ...terms, emailHash: emailHash || undefined } };
};
const found = (text: string): Promise<string[]> => namesOf(searching(text));

beforeAll(async () => {
  app = await createTestApp();
  const { db } = app.deps;
  const staff = await createStaff(app.deps, { role: 'editor' });
  staffId = staff.id;
  const other = await sql<{ id: string }>`
    insert into calls (id, slug, opens_at, created_at)
    select gen_random_uuid(), 'essays', opens_at, created_at from calls returning id`.execute(db);
  await sql`
    insert into call_versions (id, call_id, number, texts, places, documents, questions,
      contact_email, reply_days, retention_days, created_at)
    select gen_random_uuid(), ${other.rows[0]!.id}, 1, texts, array['abroad'], documents, questions,
      contact_email, 30, retention_days, created_at from call_versions`.execute(db);

  // One a second apart, in the order in which they stand here; the last is the newest.
  const one = async (name: string, sent: Sent = {}): Promise<string> => {
    app.clock.advance(1);
    return await submit(name, sent);
  };
  await one('Nino', {
    values: { fullName: 'ნინო გელაშვილი', latinName: 'Nino Gelashvili', languages: ['ka', 'en'] },
  });
  const ani = await one('Ani', {
    values: { fullName: 'Անի Սարգսյան', places: ['armenia'], email: 'A.Sarg_syan@Example.ORG' },
    files: [{ kind: 'writingSample', name: 'sample.pdf', language: 'hy' }],
  });
  const zaur = await one('Zaur', {
    values: {
      fullName: 'Заур Магомедов',
      places: ['north-caucasus', 'georgia'],
      languages: ['ru'],
    },
  });
  const river = await one('River', {
    values: { fullName: 'River 100% Stone', penName: 'Li', email: 'river@other.example' },
  });
  const essay = await one('Essay', { call: 'essays', values: { places: ['abroad'] } });
  const gone = await one('Gone', { values: { fullName: 'Gone' } });
  await createDraft(app.deps, { values: { fullName: 'Nino Draft', email: 'draft@example.org' } });

  app.clock.advance(60);
  await recordOpened(db, { applicationId: essay, staffId, now: app.clock.now() });
  await move(ani, 'review');
  await move(zaur, 'shortlist');
  await move(river, 'decline');
  await sql`update applications set stage = 'withdrawn' where id = ${gone}`.execute(db);
}, 60_000);

afterAll(() => app.stop());

test('the newest stand first and drafts nowhere', async () => {
  expect(await namesOf({})).toEqual(['Gone', 'Essay', 'River', 'Zaur', 'Ani', 'Nino']);
});

test('a row says what the list shows of an application', async () => {
  const { rows } = await listApplications(app.deps.db, searching('ani'), { limit: 1 }, names);
  expect(rows).toHaveLength(1);
  const { id: _id, reference: _reference, ...row } = rows[0]!;
  const submittedAt = new Date('2026-11-24T09:00:02Z');
  expect(row).toEqual({
    hidden: false,
    discreet: false,
    fullName: 'Անի Սարգսյան',
    latinName: '',
    email: 'A.Sarg_syan@example.org',
    places: ['armenia'],
    placesOther: '',
    placeNames: {
      armenia: 'Armenia',
      azerbaijan: 'Azerbaijan',
      georgia: 'Georgia',
      'north-caucasus': 'North Caucasus',
    },
    languages: [],
    sampleLanguages: ['hy'],
    stage: 'review',
    decision: null,
    told: true,
    stageSince: new Date('2026-11-24T09:01:06Z'),
    submittedAt,
    micros: submittedAt.getTime() * 1000,
    replyDays: 14,
    opened: false,
    handling: null,
    documentCount: 1,
    mailTrouble: false,
    twin: false,
    ...{ awaiting: false, wrote: false, active: false, infected: false, unscanned: false },
    tags: [],
    review: null,
    texts: [{ kind: 'answers', text: '\n\n' }],
  });
});

test('each filter keeps what fits', async () => {
  expect(await namesOf({ stage: 'screening' })).toEqual(['Essay']);
  expect(await namesOf({ stage: 'review' })).toEqual(['Ani']);
  expect(await namesOf({ stage: 'shortlist' })).toEqual(['Zaur']);
  expect(await namesOf({ stage: 'decided' })).toEqual(['River']);
  expect(await namesOf({ stage: 'withdrawn' })).toEqual(['Gone']);
  expect(await namesOf({ decision: 'declined' })).toEqual(['River']);
  expect(await namesOf({ decision: 'accepted' })).toEqual([]);
  expect(await namesOf({ place: 'georgia' })).toEqual(['Gone', 'River', 'Zaur', 'Nino']);
  expect(await namesOf({ language: 'ru' })).toEqual(['Zaur']);
  expect(await namesOf({ call: 'essays' })).toEqual(['Essay']);
});

test('New is screening that nobody has opened, and Screening is what somebody has', async () => {
  expect(await namesOf({ stage: 'new' })).toEqual(['Nino']);
  expect(await namesOf({ stage: 'screening' })).toEqual(['Essay']);
});

test('a language is found in the samples too', async () => {
  expect(await namesOf({ language: 'hy' })).toEqual(['Ani']);
  expect(await namesOf({ language: 'ka' })).toEqual(['Nino']);
});

test('filters are combined', async () => {
  expect(await namesOf({ place: 'georgia', stage: 'shortlist', language: 'ru' })).toEqual(['Zaur']);
  expect(await namesOf({ place: 'georgia', stage: 'review' })).toEqual([]);
  expect(await namesOf({ ...searching('nino'), place: 'georgia', language: 'en' })).toEqual([
    'Nino',
  ]);
  expect(await namesOf({ ...searching('nino'), stage: 'decided' })).toEqual([]);
});

test('a name is found across scripts, in any order of its words, and by its parts', async () => {
  for (const text of ['Нино', 'nino', 'ნინო', 'Nino Gelashvili', 'gelashvili nino', 'ელაშვ']) {
    expect(await found(text), text).toEqual(['Nino']);
  }
  expect(await found('zaur magomedov')).toEqual(['Zaur']);
  expect(await found('sargsyan')).toEqual(['Ani']);
  expect(await found('nino sargsyan')).toEqual([]);
});

test('a short word is found where a name begins with it, the pen name included', async () => {
  expect(await found('li')).toEqual(['River']);
  expect(await found('st')).toEqual(['River']);
  expect(await found('to')).toEqual([]);
});

test('an e-mail address is found whole in any spelling and by its part', async () => {
  expect(await found('a.SARG_syan@example.org')).toEqual(['Ani']);
  expect(await found('other.example')).toEqual(['River']);
  expect(await found('sarg_')).toEqual(['Ani']);
});

test('an address is found by its hash alone', async () => {
  const { search } = searching('river@other.example');
  const hashOnly = { ...search!, words: [], parts: [], email: undefined };
  expect(await namesOf({ search: hashOnly })).toEqual(['River']);
});

test('a reference is found whole and by its beginning, with or without F-', async () => {
  const [reference] = [...named].find(([, name]) => name === 'Zaur')!;
  const texts = [reference, reference.toLowerCase(), reference.slice(2), reference.slice(0, 6)];
  for (const text of texts) expect(await found(text), text).toContain('Zaur');
  expect(await found(reference)).toEqual(['Zaur']);
});

test("LIKE's own characters stand for themselves", async () => {
  expect(await found('100% stone')).toEqual(['River']);
  expect(await found('%')).toEqual([]);
  expect(await found('%%%')).toEqual([]);
  expect(await found('___')).toEqual([]);
  expect(await found('r_ver')).toEqual([]);
  expect(await found('\\')).toEqual([]);
  expect(await found("'; drop table applications; --")).toEqual([]);
});

test('a search never finds a draft', async () => {
  expect(await found('draft')).toEqual([]);
  expect(await found('draft@example.org')).toEqual([]);
});

test('the tabs count nothing twice', async () => {
  const { total, tabs } = await countApplications(app.deps.db, {});
  const { all, ...stages } = tabs!;
  expect(Object.values(stages).reduce((sum, count) => sum + count, 0)).toBe(total);
  expect(all).toBe(total);
  for (const stage of Object.keys(stages) as ListStage[]) {
    expect([stage, (await namesOf({ stage })).length]).toEqual([stage, stages[stage]]);
  }
});

test('a row tells that one of its mails did not arrive', async () => {
  const { db } = app.deps;
  const troubled = async () =>
    (await listApplications(db, {}, { limit: 10 }, names)).rows
      .filter(({ mailTrouble }) => mailTrouble)
      .map(({ fullName }) => fullName);
  const park = (name: string, state: string) =>
    sql`
    update jobs set state = ${state} where subject_id in (
      select m.id from mails as m join applications as a on a.id = m.application_id
      where a.full_name = ${name} and m.thread = 'applicant')`.execute(db);
  await park('Gone', 'parked');
  expect(await troubled()).toEqual(['Gone']);
  await park('Gone', 'done');
  expect(await troubled()).toEqual([]);
});

test('the count and the tabs follow the filters, the tabs without the stage', async () => {
  expect(await countApplications(app.deps.db, { place: 'georgia', stage: 'shortlist' })).toEqual({
    total: 1,
    tabs: { all: 4, new: 1, screening: 0, review: 0, shortlist: 1, decided: 1, withdrawn: 1 },
  });
  expect(await countApplications(app.deps.db, { ...searching('nino'), stage: 'new' })).toEqual({
    total: 1,
    tabs: { all: 1, new: 1, screening: 0, review: 0, shortlist: 0, decided: 0, withdrawn: 0 },
  });
  expect(await countApplications(app.deps.db, { stage: 'decided', decision: 'accepted' })).toEqual({
    total: 0,
    tabs: { all: 6, new: 1, screening: 1, review: 1, shortlist: 1, decided: 1, withdrawn: 1 },
  });
});
