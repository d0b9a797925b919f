import { createId } from '../../src/crypto.ts';
import { findCall } from '../../src/db/calls.ts';
import type { Deps } from '../../src/deps.ts';
import type { Question } from '../../src/domain/calls.ts';
import { found } from '../../src/errors.ts';

/** A newer version of the seeded call that asks these and is otherwise as it was. */
export async function askQuestions(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  questions: readonly Question[],
): Promise<void> {
  const { versionId } = found(await findCall(db, 'regional-experts'));
  const version = await db
    .selectFrom('callVersions')
    .selectAll()
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('callVersions')
    .values({
      ...version,
      id: createId(clock.now()),
      number: version.number + 1,
      texts: JSON.stringify(version.texts),
      documents: JSON.stringify(version.documents),
      questions: JSON.stringify(questions),
      criteria: JSON.stringify([]),
      typed: null,
      fee: null,
    })
    .execute();
}
