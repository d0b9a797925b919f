import { createId, createReference, createToken, seal } from '../crypto.ts';
import type { Application, DraftDays, HeldApplication } from '../db/applications.ts';
import { findByToken, insertDraft } from '../db/applications.ts';
import type { Call } from '../db/calls.ts';
import { openPerson } from '../db/discreet.ts';
import type { Deps } from '../deps.ts';
import { draftExpiry } from '../domain/calls.ts';
import { AppError, found } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { tokenContext } from './open-private-page.ts';

/** A draft that is open for changes, all of it in clear: its token for addresses, its own key for what is sealed. */
export type OpenDraft = { token: string; key: Buffer; application: HeldApplication & DraftDays };

type Core = Pick<Deps, 'db' | 'keys' | 'clock'>;

/** Starts a draft of a call: the application's own row, from the first moment with its final id. */
export async function startDraft(
  { db, keys, clock }: Core,
  { call, language, via }: { call: Call; language: Language; via: string | null },
): Promise<OpenDraft> {
  const now = clock.now();
  const id = createId(now);
  const token = createToken();
  const { key, wrapped, version } = keys.createKey(id);
  const application = await insertDraft(
    db,
    {
      id,
      callId: call.id,
      callVersionId: call.versionId,
      stage: 'draft',
      stageSince: now,
      language,
      via,
      createdAt: now,
      updatedAt: now,
      masterVersion: version,
      wrapped,
      tokenHash: keys.lookup('token', token),
      sealed: seal(key, Buffer.from(token), tokenContext('draft', id)),
    },
    createReference,
  );
  return { token, key, application: { ...application, wrapped } };
}

/** The application behind a draft's token, whatever has become of it since. Throws `not-found`, `gone`. */
export async function findDraft({ db, keys }: Core, token: string): Promise<OpenDraft> {
  const application = found(await findByToken(db, 'draft', keys.lookup('token', token)));
  if (application === 'gone') throw new AppError('gone');
  const key = keys.unwrapKey(application.id, application.wrapped);
  return { token, application: openPerson(key, application), key };
}

/** Throws `already-submitted`, or `gone` once the draft has expired: it can't be changed any more. */
export function assertOpen(
  { application }: { application: Pick<Application, 'stage' | 'updatedAt'> & DraftDays },
  now: Date,
): void {
  if (application.stage !== 'draft') throw new AppError('already-submitted');
  if (draftExpiry(application.updatedAt, application.draftDays) <= now) throw new AppError('gone');
}

/** A draft that can still be changed; throws like `findDraft` and `assertOpen`. */
export async function getOpenDraft(core: Core, token: string): Promise<OpenDraft> {
  const draft = await findDraft(core, token);
  assertOpen(draft, core.clock.now());
  return draft;
}
