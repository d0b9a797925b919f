import { createId, createReceiptCode, createReference, createToken, seal } from '../crypto.ts';
import { type Application, insertTokens } from '../db/applications.ts';
import { getPrivacyNotice, getPublication, listCalls, type Publication } from '../db/calls.ts';
import type { Db, Trx } from '../db/client.ts';
import { recordEvents } from '../db/events.ts';
import {
  type DeskWork,
  insertAccesses,
  insertApplications,
  insertDeskWork,
  insertDocumentTexts,
  markPastMailsSent,
} from '../db/histories.ts';
import { indexApplication } from '../db/search.ts';
import { listStaffRows } from '../db/staff.ts';
import { recordTransition } from '../db/stages.ts';
import type { Deps } from '../deps.ts';
import { insertWholeDocuments } from '../documents/whole-documents.ts';
import { columnsOf } from '../domain/stages.ts';
import { announceSubmission } from './announce-submission.ts';
import { openTag } from './change-tags.ts';
import { copyDemo } from './demo/copies.ts';
import { demoTags, deskWorkOf } from './demo/desk-work.ts';
import {
  accessesOf,
  documentsOf,
  draftOf,
  type Invention,
  invent,
  type Setting,
  stepsOf,
} from './demo/invention.ts';
import { tokenContext } from './open-private-page.ts';

/** Applications that are written in one transaction. */
const batchSize = 50;

type Core = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>;

export type Seeded = { applications: number; documents: number; mails: number };

/** More than this many are copies of the first ones: to write a million one by one takes hours. */
const mostInvented = 5_000;
const copied = 2_000;

/**
 * Writes invented applications of the last 120 days in all stages, with documents, history and
 * mails that count as sent, since nobody is to be told of them. The same `seed` gives the same
 * people and documents; references, tokens and keys are as random as ever. Of many, all but the first
 * 2,000 (`invented`) are copies of these, up to ten days earlier, with addresses of their own.
 * `onProgress` hears how many are there.
 */
export async function seedDemo(
  core: Core,
  {
    applications,
    seed,
    invented = applications > mostInvented ? copied : applications,
  }: { applications: number; seed: number; invented?: number },
  onProgress: (done: number) => void = () => {},
): Promise<Seeded> {
  const ids: string[] = [];
  const seeded = await inventAll(core, { applications: invented, seed }, ids, onProgress);
  if (invented === applications) return seeded;
  const rest = { first: invented, count: applications - invented, seed };
  const from = core.config.mailFrom.address;
  const copies = await copyDemo({ ...core, from }, ids, rest, (done) =>
    onProgress(invented + done),
  );
  return {
    applications,
    documents: seeded.documents + copies.documents,
    mails: seeded.mails + copies.mails,
  };
}

async function inventAll(
  core: Core,
  { applications, seed }: { applications: number; seed: number },
  ids: string[],
  onProgress: (done: number) => void,
): Promise<Seeded> {
  const publication = await getPublication(core.db);
  const setting = await readSetting(core, publication, seed);
  const seeded: Seeded = { applications: 0, documents: 0, mails: 0 };
  let begun = 0;
  const writeBatches = async (): Promise<void> => {
    while (begun < applications) {
      const first = begun;
      begun = Math.min(first + batchSize, applications);
      const inventions = Array.from({ length: begun - first }, (_, index) =>
        invent(setting, first + index),
      );
      const written = await core.db
        .transaction()
        .execute((trx) => writeBatch(trx, core, { setting, publication, inventions }));
      ids.push(...inventions.map(({ id }) => id));
      seeded.applications += inventions.length;
      seeded.documents += written.documents;
      seeded.mails += written.mails;
      onProgress(seeded.applications);
    }
  };
  // Two at a time: while one waits for the database, the other writes letters.
  await Promise.all([writeBatches(), writeBatches()]);
  return seeded;
}

async function readSetting(
  { db, keys, clock }: Core,
  { timeZone }: Publication,
  seed: number,
): Promise<Setting> {
  const now = clock.now();
  const staff = (await listStaffRows(db)).filter(({ disabledAt }) => disabledAt === null);
  const readers = staff.map(({ id }) => id);
  const deciders = staff.filter(({ role }) => role !== 'reviewer').map(({ id }) => id);
  return {
    seed,
    now,
    timeZone,
    keys,
    calls: await listCalls(db),
    noticeId: (await getPrivacyNotice(db)).id,
    // Before the first admin is there, those who opened something are people who have left: to add
    // invented staff would take the link away that creates the first admin.
    readers: readers.length > 0 ? readers : [createId(now), createId(now)],
    deciders,
    reviewers: readers,
    tagIds: await openTags(db, deciders[0], now),
  };
}

/** The tags of the demo, made by an editor; none without one. */
async function openTags(db: Db, staffId: string | undefined, now: Date): Promise<string[]> {
  if (staffId === undefined) return [];
  return await db.transaction().execute(async (trx) => {
    const ids: string[] = [];
    for (const typed of demoTags) {
      const opened = await openTag(trx, { typed, staffId, now });
      if (opened.kind === 'done') ids.push(opened.tag.id);
    }
    return ids;
  });
}

async function writeBatch(
  trx: Trx,
  core: Core,
  batch: { setting: Setting; publication: Publication; inventions: readonly Invention[] },
): Promise<{ documents: number; mails: number }> {
  const { setting, publication, inventions } = batch;
  const applications = await insertApplications(
    trx,
    inventions.map((one) => draftOf(one, setting)),
    createReference,
  );
  const written = inventions.flatMap(documentsOf);
  const documents = await insertWholeDocuments(
    trx,
    written.map(({ said: _, ...document }) => document),
  );
  await insertDocumentTexts(
    trx,
    documents.map(({ id, applicationId }, index) => ({
      ...{ documentId: id, applicationId, ...written[index]!.said },
      readAt: written[index]!.receivedAt,
    })),
  );
  const privateTokens = await insertInventedTokens(trx, core, inventions);
  const accesses = [];
  const works: DeskWork[] = [];
  for (const [index, invention] of inventions.entries()) {
    const { id, key, call, history } = invention;
    let current: Pick<Application, 'id' | 'stage' | 'decision'> = applications[index]!;
    const work = deskWorkOf(invention, setting);
    works.push(work);
    let waiting = work.events;
    for (const { change, to } of stepsOf(invention, setting)) {
      await recordEvents(
        trx,
        waiting.filter(({ at }) => at < change.now),
      );
      waiting = waiting.filter(({ at }) => at >= change.now);
      await recordTransition(trx, current, change);
      current = { id, ...columnsOf(to) };
    }
    await recordEvents(trx, waiting);
    const held = documents.filter(({ applicationId }) => applicationId === id);
    const documentIds = held.map((document) => document.id);
    accesses.push(...accessesOf(invention, setting, documentIds));
    await announceSubmission(trx, core, {
      application: applications[index]!,
      documents: held,
      privateToken: privateTokens[index]!,
      now: history.submittedAt,
      ...{ key, call, publication },
    });
  }
  await insertAccesses(trx, accesses);
  await insertDeskWork(trx, joinWork(works));
  for (const { id } of inventions) await indexApplication(trx, id);
  const mails = await markPastMailsSent(
    trx,
    inventions.map(({ id }) => id),
  );
  return { documents: documents.length, mails };
}

/** Draft, private and receipt token of each; returns the private ones in their order. */
async function insertInventedTokens(
  trx: Trx,
  { keys }: Core,
  inventions: readonly Invention[],
): Promise<string[]> {
  const rows = [];
  const privateTokens: string[] = [];
  for (const { id, key, begunAt, history } of inventions) {
    const secrets = { draft: createToken(), private: createToken(), receipt: createReceiptCode() };
    for (const kind of ['draft', 'private', 'receipt'] as const) {
      rows.push({
        kind,
        tokenHash: keys.lookup(kind === 'receipt' ? 'receipt' : 'token', secrets[kind]),
        applicationId: id,
        sealed: seal(key, Buffer.from(secrets[kind]), tokenContext(kind, id)),
        createdAt: kind === 'draft' ? begunAt : history.submittedAt,
      });
    }
    privateTokens.push(secrets.private);
  }
  await insertTokens(trx, rows);
  return privateTokens;
}

const joinWork = (works: readonly DeskWork[]): Omit<DeskWork, 'events'> => ({
  assignments: works.flatMap(({ assignments }) => assignments),
  reviews: works.flatMap(({ reviews }) => reviews),
  notes: works.flatMap(({ notes }) => notes),
  tags: works.flatMap(({ tags }) => tags),
});
