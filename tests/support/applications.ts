import type { Insertable } from 'kysely';
import { createId, createReference, type Keyring } from '../../src/crypto.ts';
import type { Db } from '../../src/db/client.ts';
import type { ApplicationTable, CallTable, CallVersionTable } from '../../src/db/schema.ts';

export type TestCall = { callId: string; versionId: string; noticeId: string };

/** A call with one version; by default as an admin would have entered it, not seeded. */
export async function createTestCall(
  db: Db,
  now: Date,
  values: Partial<
    Pick<Insertable<CallTable>, 'inbox' | 'slug'> &
      Pick<Insertable<CallVersionTable>, 'seededInbox' | 'contactEmail'>
  > = {},
): Promise<TestCall> {
  const [callId, versionId, noticeId] = [createId(now), createId(now), createId(now)];
  const { inbox = null, slug = callId, seededInbox = null } = values;
  await db
    .insertInto('calls')
    .values({ id: callId, slug, opensAt: now, closesAt: null, inbox, createdAt: now })
    .execute();
  await db
    .insertInto('callVersions')
    .values({
      id: versionId,
      callId,
      number: 1,
      texts: '{}',
      places: [],
      documents: '{}',
      questions: '[]',
      fee: null,
      contactEmail: values.contactEmail ?? 'questions@publication.example',
      seededInbox,
      replyDays: 14,
      retentionDays: 180,
      createdAt: now,
      createdBy: null,
    })
    .execute();
  const { number } = await db
    .selectFrom('privacyNotices')
    .select(({ fn }) => fn.countAll<number>().as('number'))
    .executeTakeFirstOrThrow();
  await db
    .insertInto('privacyNotices')
    .values({ id: noticeId, number: number + 1, texts: '{}', createdAt: now })
    .execute();
  return { callId, versionId, noticeId };
}

export type TestApplication = { id: string; reference: string; key: Buffer };

/** An application to the call, submitted unless told otherwise, with a key of its own. */
export async function createTestApplication(
  db: Db,
  keys: Keyring,
  call: TestCall,
  values: Partial<Insertable<ApplicationTable>> & { now: Date },
): Promise<TestApplication> {
  const { now, ...columns } = values;
  const id = createId(now);
  const reference = createReference();
  const { key, wrapped, version } = keys.createKey(id);
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('keys.masterVersions')
      .values({ version, probe: Buffer.alloc(1), createdAt: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await trx
      .insertInto('applications')
      .values({
        id,
        reference,
        callId: call.callId,
        callVersionId: call.versionId,
        privacyNoticeId: call.noticeId,
        stage: 'screening',
        stageSince: now,
        language: 'en',
        createdAt: now,
        updatedAt: now,
        submittedAt: columns.stage === 'draft' ? null : now,
        ...columns,
      })
      .execute();
    await trx
      .insertInto('keys.applicationKeys')
      .values({ applicationId: id, masterVersion: version, wrapped })
      .execute();
  });
  return { id, reference, key };
}
