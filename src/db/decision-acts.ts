import { type Insertable, type Selectable, sql } from 'kysely';
import { open, seal } from '../crypto.ts';
import { isDecisionTold } from '../domain/decisions.ts';
import type { DecisionAct, Stage } from '../domain/stages.ts';
import type { Db, Trx } from './client.ts';
import { mailJobKind } from './mails.ts';
import { prepare } from './prepared.ts';
import type { DecisionActTable } from './schema-decisions.ts';

/** What an act says in words; sealed as long as it is stored. */
export type ActContent = {
  /** Why, in own words: for the file. */
  reasonWords: string;
  /** As it was written, with placeholders. */
  source: { subject: string; body: string };
  /** As the applicant reads it; null of a draft, and without a letter. */
  letter: { subject: string; body: string } | null;
};

const contextOf = (id: string): string => `decision-act:${id}`;

export function openActContent(
  key: Buffer,
  act: Pick<Selectable<DecisionActTable>, 'id' | 'contentSealed'>,
): ActContent {
  return JSON.parse(open(key, act.contentSealed, contextOf(act.id)).toString());
}

/** What `openActContent` opens. */
export const sealActContent = (key: Buffer, id: string, content: ActContent): Buffer =>
  seal(key, Buffer.from(JSON.stringify(content)), contextOf(id));

/** An act with how far its letter has come. */
export type ActEntry = Selectable<DecisionActTable> & {
  /** Null once that person is deleted. */
  authorName: string | null;
  sentAt: Date | null;
  dealtWithAt: Date | null;
  refused: number | null;
  jobState: 'queued' | 'done' | 'parked' | null;
  attempts: number | null;
  leaseId: string | null;
  /** When the letter leaves. */
  notBefore: Date | null;
};

/**
 * When the applicant was told of an act `d` with the mail `m`, as SQL has it; it may be to come
 * (domain/decisions.ts).
 */
export const toldAt = sql<Date | null>`case when d.with_letter
  then coalesce(m.sent_at, m.dealt_with_at) else d.told_at end`;

/**
 * The decided applications `a` whose applicant waits for the letter to leave: a decision counts from then on
 * (contract.md, States). From an index that holds such letters alone.
 */
export const untoldDecisions = sql`mails as m
  join decision_acts as d on d.mail_id = m.id and d.state = 'live'
    and m.template = 'decision-letter' and m.sent_at is null and m.dealt_with_at is null
  join applications as a on a.id = d.application_id
    and a.stage = 'decided' and a.merged_into is null`;

const entries = (db: Db | Trx) =>
  db
    .selectFrom('decisionActs as d')
    .leftJoin('staff as s', 's.id', 'd.authorId')
    .leftJoin('mails as m', 'm.id', 'd.mailId')
    .leftJoin('jobs as j', (join) =>
      join.onRef('j.subjectId', '=', 'm.id').on('j.kind', '=', mailJobKind),
    )
    .selectAll('d')
    .select(['s.name as authorName', 'm.sentAt', 'm.dealtWithAt', 'm.refused'])
    .select(['j.state as jobState', 'j.attempts', 'j.leaseId', 'j.notBefore']);

const selectActs = prepare((db, slots: { applicationId: string }) =>
  entries(db)
    .where('d.applicationId', '=', slots.applicationId)
    .where('d.state', '<>', sql.lit('draft'))
    .orderBy('d.decidedAt', 'desc')
    .orderBy('d.id', 'desc')
    .compile(),
);

/** The acts of an application that were confirmed, the newest first; those taken back among them. */
export async function listActs(db: Db | Trx, applicationId: string): Promise<ActEntry[]> {
  return (await selectActs(db, { applicationId })).rows;
}

/** Those of `acts` that stand or stood, and what came of them counts. */
export const standingActs = (acts: readonly ActEntry[]): ActEntry[] =>
  acts.filter(({ state }) => state === 'live' || state === 'superseded');

/** Whether the newest that the applicant was told of is a decision. */
export async function readDecisionTold(
  db: Db | Trx,
  application: { id: string; stage: Stage },
  now: Date,
): Promise<boolean> {
  return isDecisionTold(application, standingActs(await listActs(db, application.id)), now);
}

/** An act of an application, drafts included. */
export async function findAct(
  db: Db | Trx,
  applicationId: string,
  id: string,
): Promise<ActEntry | undefined> {
  return await entries(db)
    .where('d.applicationId', '=', applicationId)
    .where('d.id', '=', id)
    .executeTakeFirst();
}

/** The act that stands. */
export async function findLiveAct(
  db: Db | Trx,
  applicationId: string,
): Promise<ActEntry | undefined> {
  return await entries(db)
    .where('d.applicationId', '=', applicationId)
    .where('d.state', '=', 'live')
    .executeTakeFirst();
}

/** What somebody is about to decide. */
export async function findDraft(
  db: Db | Trx,
  draft: { applicationId: string; authorId: string; act: DecisionAct },
): Promise<ActEntry | undefined> {
  return await entries(db)
    .where('d.applicationId', '=', draft.applicationId)
    .where('d.authorId', '=', draft.authorId)
    .where('d.act', '=', draft.act)
    .where('d.state', '=', 'draft')
    .executeTakeFirst();
}

/** Keeps a draft in place of its author's earlier one of this act. The caller holds the application's lock. */
export async function replaceDraft(
  trx: Trx,
  draft: Insertable<DecisionActTable> & { authorId: string },
): Promise<void> {
  await trx
    .deleteFrom('decisionActs')
    .where('applicationId', '=', draft.applicationId)
    .where('authorId', '=', draft.authorId)
    .where('act', '=', draft.act)
    .where('state', '=', 'draft')
    .execute();
  await trx.insertInto('decisionActs').values(draft).execute();
}

/** Keeps an act that was no draft before. */
export async function insertAct(trx: Trx, act: Insertable<DecisionActTable>): Promise<void> {
  await trx.insertInto('decisionActs').values(act).execute();
}

type ActChange = Partial<
  Pick<
    Selectable<DecisionActTable>,
    'state' | 'contentSealed' | 'mailId' | 'toldAt' | 'decidedAt' | 'withLetter' | 'reason'
  >
>;

export async function changeAct(trx: Trx, id: string, change: ActChange): Promise<void> {
  await trx.updateTable('decisionActs').set(change).where('id', '=', id).execute();
}

export async function deleteAct(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('decisionActs').where('id', '=', id).execute();
}

/** What stood before an act that was taken back stands again. */
export async function reviveAct(trx: Trx, applicationId: string): Promise<void> {
  await sql`update decision_acts set state = 'live' where id = (
    select id from decision_acts where application_id = ${applicationId}::uuid
      and state = 'superseded' order by decided_at desc, id desc limit 1)`.execute(trx);
}
