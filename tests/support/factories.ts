import { getOpenDraft, startDraft } from '../../src/actions/open-draft.ts';
import { saveDraft } from '../../src/actions/save-draft.ts';
import { submitApplication } from '../../src/actions/submit-application.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { createId } from '../../src/crypto.ts';
import { findCall } from '../../src/db/calls.ts';
import { getPublished } from '../../src/db/published.ts';
import type { Reader } from '../../src/db/review-access.ts';
import { insertStaff } from '../../src/db/staff.ts';
import type { Deps } from '../../src/deps.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { receiveDocument } from '../../src/documents/store.ts';
import type { FormValues, PastedTexts } from '../../src/domain/application-form.ts';
import type { DocumentKind } from '../../src/domain/documents.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { found } from '../../src/errors.ts';

type Core = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>;

/** A file to send; without bytes it is a short PDF. */
export type SentFile = { kind: DocumentKind; name: string; language?: string; bytes?: Buffer };

export type Sent = {
  values?: Partial<FormValues>;
  texts?: Partial<PastedTexts>;
  files?: SentFile[];
  via?: string;
  /** Slug of the call. */
  call?: string;
};

const blank: FormValues = {
  fullName: 'Some Body',
  latinName: '',
  penName: '',
  email: 'somebody@example.org',
  contactChannel: '',
  contactHandle: '',
  places: ['georgia'],
  placesOther: '',
  basedIn: '',
  languages: [],
  topics: '',
  links: [],
  answers: {},
  discreet: false,
  mailLinks: false,
  keepOnFile: false,
  consent: true,
};

export const pdf = makePdf({ title: 'Notes', paragraphs: ['The river was late this year.'] });

/** A draft with what was sent; answers with its token. */
export async function createDraft(core: Core, sent: Sent = {}): Promise<string> {
  const { db, clock } = core;
  const call = found(await findCall(db, sent.call ?? 'regional-experts'));
  const draft = await startDraft(core, { call, language: 'en', via: sent.via ?? null });
  const arrived: string[] = [];
  for (const [position, file] of (sent.files ?? []).entries()) {
    const { kind, name, language = null, bytes = pdf } = file;
    const incoming = { applicationId: draft.application.id, key: draft.key, kind, name, language };
    const receipt = await receiveDocument(
      db,
      { ...incoming, position, origin: 'file', maxBytes: 20_000_000 },
      (async function* () {
        yield bytes;
      })(),
      clock.now(),
    );
    if (!receipt.ok) throw new Error(`${name} was refused: ${receipt.problem}`);
    arrived.push(receipt.id);
  }
  await saveDraft(core, draft, {
    language: 'en',
    values: { ...blank, ...sent.values },
    texts: sent.texts ?? {},
    arrived,
    removed: [],
    sampleLanguages: new Map(),
  });
  return draft.token;
}

/** An application as an applicant would have submitted it at the clock's time. */
export async function createSubmitted(
  core: Core,
  sent: Sent = {},
): Promise<{ id: string; reference: string; key: Buffer }> {
  const draft = await getOpenDraft(core, await createDraft(core, sent));
  const { id, reference, revision, callVersionId } = draft.application;
  const { call, publication } = await getPublished(core.db, callVersionId);
  await submitApplication(core, draft, { call, publication, revision, language: 'en' });
  return { id, reference, key: draft.key };
}

/** Somebody who may know every name. */
export const anyEditor: Reader = { id: '01990000-0000-7000-8000-000000000000', role: 'editor' };

let added = 0;

/** A staff member who has nothing but a name, an address and a role. */
export async function createStaff(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  facts: { role: Role; name?: string },
): Promise<StaffMember> {
  added += 1;
  const { role, name = `Person ${added}` } = facts;
  const member = { id: createId(clock.now()), email: `desk${added}@example.org`, name, role };
  await db.transaction().execute((trx) =>
    insertStaff(trx, {
      ...member,
      language: 'en',
      passwordHash: null,
      totpSecretSealed: null,
      totpConfirmedAt: null,
      totpLastStep: null,
      createdAt: clock.now(),
      disabledAt: null,
    }),
  );
  return { ...member, language: 'en', keyboard: true };
}

/** For whoever stores what is not discreet: no key is asked for. */
export const notSealed = (): Buffer => {
  throw new Error('nothing of this is sealed');
};
