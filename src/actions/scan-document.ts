import type { Logger } from 'pino';
import { lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { enqueueReading } from '../db/document-texts.ts';
import { recordEvents } from '../db/events.ts';
import {
  isWaiting,
  noteScanner,
  recordScan,
  type ScanOutcome,
  type WaitingDocument,
} from '../db/scanning.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { describeError } from '../describe-error.ts';
import { type Scanner, ScannerFailure } from '../documents/clamd.ts';
import { DamagedDocument, readSealed } from '../documents/damaged.ts';
import type { DocumentKind } from '../domain/documents.ts';
import { renderDocumentInfected } from '../mail/templates/document-infected.ts';
import { writeToApplicant } from './write-mail.ts';

export type ScanningDeps = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'> & {
  log: Logger;
  scanner: Scanner;
};

/** Whether the scanner answers, which is noted. Rejects when the database is away and when the signal fires. */
export async function isScannerThere(
  { db, clock, log, scanner }: ScanningDeps,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await scanner.ping(signal);
    await noteScanner(db, 'ok', clock.now());
    return true;
  } catch (error) {
    if (!(error instanceof ScannerFailure)) throw error;
    log.warn({ reason: error.code }, 'the virus scanner does not answer');
    await noteScanner(db, 'failing', clock.now());
    return false;
  }
}

/**
 * Has the virus scanner look at a document that waits, outside of any transaction, and stores what came of
 * it. False when the scanner said nothing: the document goes on waiting. Rejects when the database is away
 * and when the signal fires.
 */
export async function scanDocument(
  deps: ScanningDeps,
  document: WaitingDocument,
  signal: AbortSignal,
): Promise<boolean> {
  const { db, clock, log } = deps;
  const { id: documentId } = document;
  const outcome = await look(deps, document, signal);
  if (outcome === undefined) {
    await noteScanner(db, 'failing', clock.now());
    return false;
  }
  // Of what is damaged it was not asked to the end.
  if (outcome.finding !== 'damaged') await noteScanner(db, 'ok', clock.now());
  if (outcome.scan === 'infected') {
    log.warn({ documentId, finding: outcome.finding }, 'a document is infected');
  }
  await db.transaction().execute(async (trx) => {
    await store(trx, deps, document, outcome);
  });
  return true;
}

/** Undefined when the scanner said nothing, and may say something another time. */
async function look(
  deps: ScanningDeps,
  document: WaitingDocument,
  signal: AbortSignal,
): Promise<ScanOutcome | undefined> {
  const { log, scanner } = deps;
  const { id: documentId } = document;
  try {
    const finding = await scanner.scan(readSealed(deps, document), signal);
    return finding === null ? { scan: 'clean', finding } : { scan: 'infected', finding };
  } catch (error) {
    if (error instanceof DamagedDocument) {
      log.error({ documentId, error: describeError(error.cause) }, 'a document is damaged');
      return { scan: 'unscannable', finding: 'damaged' };
    }
    if (!(error instanceof ScannerFailure)) throw error;
    log.warn({ documentId, reason: error.code }, 'a document could not be scanned');
    // It would say so each time.
    return error.code === 'too-large' ? { scan: 'unscannable', finding: error.code } : undefined;
  }
}

async function store(
  trx: Trx,
  deps: ScanningDeps,
  { id, applicationId, wrapped }: WaitingDocument,
  outcome: ScanOutcome,
): Promise<void> {
  const now = deps.clock.now();
  const application = await lockApplication(trx, applicationId);
  const scanned = application && (await recordScan(trx, { id, ...outcome, now }));
  // A draft's form tells by itself what is infected.
  if (!scanned || application.submittedAt === null) return;
  if (outcome.scan !== 'infected') {
    if (!(await isWaiting(trx, applicationId))) await enqueueReading(trx, applicationId, now);
    return;
  }
  const kind = scanned.kind as DocumentKind;
  const event = { type: 'document-infected', actor: 'system', at: now } as const;
  await recordEvents(trx, [{ ...event, applicationId, toValue: kind }]);
  await indexApplication(trx, applicationId);
  if (application.stage === 'withdrawn') return;
  const key = deps.keys.unwrapKey(applicationId, wrapped);
  await writeToApplicant(
    trx,
    deps,
    { application, key, now },
    {
      template: 'document-infected',
      render: (language, facts) => renderDocumentInfected(language, { ...facts, kind }),
    },
  );
}
