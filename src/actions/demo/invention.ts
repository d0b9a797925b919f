import { createId, type Keyring, seal } from '../../crypto.ts';
import type { Call } from '../../db/calls.ts';
import type { NewApplication } from '../../db/histories.ts';
import { foldEmailAddress } from '../../domain/email-address.ts';
import { clockHistory, undecidedStages } from '../../domain/reply-clock.ts';
import { findTransition, type Standing } from '../../domain/stages.ts';
import { contactContext } from '../read-application.ts';
import { writeDocuments } from './documents.ts';
import { type History, inventHistory } from './history.ts';
import { inventPerson, type Person } from './people.ts';
import { createRandom, type Random } from './random.ts';

const minuteMs = 60_000;

/** What every application of a run shares. */
export type Setting = {
  seed: number;
  now: Date;
  /** The publication's. */
  timeZone: string;
  keys: Keyring;
  calls: readonly Call[];
  noticeId: string;
  /** Ids of the staff who open applications, and of those who move them; both may be empty. */
  readers: readonly string[];
  deciders: readonly string[];
  /** Ids of the staff who review, and of the tags that they give; both may be empty. */
  reviewers: readonly string[];
  tagIds: readonly string[];
};

/** An invented application that is not stored yet. */
export type Invention = {
  id: string;
  call: Call;
  person: Person;
  history: History;
  key: Buffer;
  wrapped: Buffer;
  /** Of the master key that wraps it. */
  version: number;
  /** When its form was opened. */
  begunAt: Date;
  /** Streams of their own, so that a change in one part leaves the others as they were. */
  random(part: string): Random;
};

/** Invents the application with this number, counted from 0. */
export function invent(setting: Setting, number: number): Invention {
  const random = (part: string): Random => createRandom(`${setting.seed}:${number}:${part}`);
  const call = random('call').pick(setting.calls);
  const history = inventHistory(random('history'), number, setting.now);
  const begunAt = before(history.submittedAt, 10 + random('begin').below(180));
  const id = createId(begunAt);
  const person = inventPerson(random('person'), number + 1, call.places);
  return { id, call, person, history, begunAt, random, ...setting.keys.createKey(id) };
}

/** The application's own row, as a complete draft. */
export function draftOf(invention: Invention, setting: Setting): NewApplication {
  const { id, call, person, history, key, wrapped, version, begunAt, random } = invention;
  const { keys, noticeId, deciders } = setting;
  const { contactHandle, topics, pageLanguage, writes: _, ...typed } = person;
  const standing = stepsOf(invention, setting).at(-1)!.to;
  const isUndecided = undecidedStages.some((one) => one === standing);
  const promise = { submittedAt: history.submittedAt, replyDays: call.replyDays };
  const isHandled = history.steps.some(({ name }) => name === 'review' || name === 'shortlist');
  return {
    ...typed,
    id,
    callId: call.id,
    callVersionId: call.versionId,
    privacyNoticeId: noticeId,
    language: pageLanguage,
    topics: topics.join(', '),
    emailHash: keys.lookup('email', foldEmailAddress(person.email)),
    contactHandleSealed:
      contactHandle === '' ? null : seal(key, Buffer.from(contactHandle), contactContext(id)),
    consentedAt: before(history.submittedAt, 2),
    handlingEditorId: isHandled ? pickAny(random('handling'), deciders) : null,
    // As if the clock had run all the time, since nobody is to be told of invented people.
    ...(isUndecided && clockHistory(promise, setting)),
    createdAt: begunAt,
    updatedAt: before(history.submittedAt, 1),
    key: { masterVersion: version, wrapped },
  };
}

export function documentsOf({ id, key, person, history, random }: Invention) {
  return writeDocuments(random('documents'), person).map((document) => ({
    ...document,
    applicationId: id,
    key,
    receivedAt: before(history.submittedAt, 3),
  }));
}

/** What happened to it, oldest first: where each step leads and who took it. */
export function stepsOf({ history, random }: Invention, { deciders }: Setting) {
  const draws = random('deciders');
  const submitted = { name: 'submit' as const, at: history.submittedAt };
  let standing: Standing = 'draft';
  return [submitted, ...history.steps].map(({ name, at }) => {
    const transition = findTransition(name, standing);
    if (!transition || transition.to === 'back')
      throw new Error(`no way to ${name} from ${standing}`);
    standing = transition.to;
    const actor = transition.actors[0]!;
    const staffId = actor === 'staff' ? pickAny(draws, deciders) : null;
    return { to: standing, change: { name, actor, now: at, ...(staffId && { staffId }) } };
  });
}

/** Who opened it; some downloaded a document a minute later. */
export function accessesOf(
  { id, history, random }: Invention,
  { readers }: Setting,
  documentIds: readonly string[],
) {
  const draws = random('readers');
  return history.openedAt.flatMap((at) => {
    const staffId = draws.pick(readers);
    const access = { applicationId: id, staffId, documentId: null, type: 'opened' as const, at };
    if (!draws.chance(0.6)) return [access];
    const documentId = draws.pick(documentIds);
    const later = new Date(at.getTime() + minuteMs);
    return [access, { ...access, documentId, type: 'downloaded' as const, at: later }];
  });
}

const before = (time: Date, minutes: number): Date => new Date(time.getTime() - minutes * minuteMs);

const pickAny = <T>(random: Random, list: readonly T[]): T | null =>
  list.length === 0 ? null : random.pick(list);
