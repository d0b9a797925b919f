import type { Keyring } from '../crypto.ts';
import type { Trx } from '../db/client.ts';
import {
  countAll,
  listApplicationFacts,
  listOrphans,
  listWrongCounts,
  type Orphan,
  orphanKinds,
} from '../db/verify.ts';
import { deskRules, listDeskFaults } from '../db/verify-desk.ts';
import type { Deps } from '../deps.ts';
import { type CheckedDocument, verifyCopies, verifyDocuments } from '../documents/verify.ts';
import { judgeApplication, type Rule } from './verify-application.ts';

/** `subject` names a row by its reference or id. Neither text holds personal data. */
export type Violation = { rule: Rule; subject: string; problem: string };

/** What was checked. */
export type Verified = {
  applications: number;
  documents: number;
  chunks: number;
  mails: number;
  violations: number;
};

const applicationBatch = 200;
const orphanBatch = 1000;
/** So many faults of one kind in what staff made are told: more would say no more. */
const deskFaultLimit = 1000;
/** An upload that still goes on after this is none; the clean-up takes as long to see it. */
const uploadHours = 1;
/** The same since the last byte of one that can go on: a day, and the hour until the clean-up comes. */
const resumableHours = 25;

type Listeners = {
  report(violation: Violation): void;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
};

/**
 * Checks every invariant of the stored data and tells `report` of each violation as it is found.
 * Reads one snapshot, so that a server may go on working, and changes nothing. Memory stays bounded
 * however much there is. `signal` ends it early by throwing.
 */
export async function verifyDatabase(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  listeners: Listeners,
): Promise<Verified> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => verifySnapshot(trx, { keys, now: clock.now() }, listeners));
}

/** The same on what a transaction sees. */
export async function verifySnapshot(
  trx: Trx,
  { keys, now }: { keys: Keyring; now: Date },
  listeners: Listeners,
): Promise<Verified> {
  const there = await countAll(trx);
  const total = there.applications + there.chunks;
  let violations = 0;
  let done = 0;
  const report: Report = (violation) => {
    violations += 1;
    listeners.report(violation);
  };
  const advance: Advance = (count) => {
    listeners.signal?.throwIfAborted();
    done += count;
    listeners.onProgress?.(done, total);
  };
  await checkApplications(trx, keys, report, advance);
  await checkDocuments(trx, { keys, now }, report, advance);
  for (const what of orphanKinds) await checkOrphans(trx, what, report);
  for (const { facet, tab, decision } of await listWrongCounts(trx)) {
    const subject = `counter ${[facet || 'all', tab, decision].filter(Boolean).join(', ')}`;
    report({ rule: 'search', subject, problem: 'does not say how many there are' });
  }
  for (const rule of deskRules) {
    for (const fault of await listDeskFaults(trx, rule, deskFaultLimit)) report(fault);
  }
  return { ...there, violations };
}

type Report = (violation: Violation) => void;
type Advance = (count: number) => void;

async function checkApplications(
  trx: Trx,
  keys: Keyring,
  report: Report,
  advance: Advance,
): Promise<void> {
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const batch = await listApplicationFacts(trx, after, applicationBatch);
    for (const facts of batch) {
      const subject = `application ${facts.reference}`;
      for (const finding of judgeApplication(facts, keys)) report({ ...finding, subject });
    }
    advance(batch.length);
    after = batch.at(-1)?.id;
    isLast = batch.length < applicationBatch;
  }
}

async function checkDocuments(
  trx: Trx,
  { keys, now }: { keys: Keyring; now: Date },
  report: Report,
  advance: Advance,
): Promise<void> {
  const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
  const nameOf = ({ id, reference }: CheckedDocument): string =>
    `document ${id} of ${reference ?? 'no application'}`;
  await verifyDocuments(trx, {
    unwrap: ({ applicationId, wrapped }) => unwrapOrNothing(keys, applicationId, wrapped),
    report: (document, problem) =>
      report({ rule: 'documents', subject: nameOf(document), problem }),
    visit(document) {
      const { state, startedAt, touchedAt } = document;
      const [movedAt, hours] = touchedAt ? [touchedAt, resumableHours] : [startedAt, uploadHours];
      if (state === 'received' || movedAt >= hoursAgo(hours)) return;
      const problem = `has been arriving since ${startedAt.toISOString()}`;
      report({ rule: 'uploads', subject: nameOf(document), problem });
    },
    onChunks: advance,
  });
  await verifyCopies(trx, {
    unwrap: ({ applicationId, wrapped }) => unwrapOrNothing(keys, applicationId, wrapped),
    report: ({ id, reference }, problem) => {
      const subject = `copy of document ${id} of ${reference ?? 'no application'}`;
      report({ rule: 'documents', subject, problem });
    },
    onChunks: advance,
  });
}

/** Undefined for a key that is missing or does not open: that is told with its application. */
function unwrapOrNothing(
  keys: Keyring,
  applicationId: string,
  wrapped: Buffer | null,
): Buffer | undefined {
  try {
    return wrapped ? keys.unwrapKey(applicationId, wrapped) : undefined;
  } catch {
    return undefined;
  }
}

async function checkOrphans(trx: Trx, what: Orphan['what'], report: Report): Promise<void> {
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const batch = await listOrphans(trx, what, after, orphanBatch);
    for (const { id, parent } of batch) report(describeOrphan({ what, id, parent }));
    after = batch.at(-1)?.id;
    isLast = batch.length < orphanBatch;
  }
}

function describeOrphan({ what, id, parent }: Orphan): Violation {
  const about = {
    key: [`key of application ${id}`, 'there is no such application'],
    document: [`document ${id}`, `there is no application ${parent}`],
    chunks: [`chunks of document ${id}`, 'there is no such document'],
    mail: [`mail ${id}`, `there is no application ${parent}`],
    'mail job': [`mail job ${id}`, `there is no mail ${parent}`],
    events: [`events of application ${id}`, 'it is gone, but was not erased'],
  } satisfies Record<Orphan['what'], [string, string]>;
  const [subject, problem] = about[what] as [string, string];
  return { rule: 'orphans', subject, problem };
}
