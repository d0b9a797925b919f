import { saveCall } from '../../src/actions/save-call.ts';
import { findEditedCall } from '../../src/db/call-versions.ts';
import { indexOutdated } from '../../src/db/search.ts';
import type { Deps } from '../../src/deps.ts';
import type { Role } from '../../src/domain/permissions.ts';

/** Makes the first call blind, and has what reviewers read of its applications made. */
export async function setBlind(
  deps: Pick<Deps, 'db' | 'clock'>,
  author: { id: string; role: Role },
): Promise<void> {
  const slug = 'regional-experts';
  const { number } = (await findEditedCall(deps.db, slug))!;
  const part = ({ blind }: { blind: boolean }) => blind;
  const change = <T extends { blind: boolean }>(content: T): T => ({ ...content, blind: true });
  const saved = await saveCall(deps, { slug, base: number, part, change, author });
  if (saved.outcome !== 'saved') throw new Error(`the call was ${saved.outcome}`);
  await indexOutdated(deps.db, 100);
}
