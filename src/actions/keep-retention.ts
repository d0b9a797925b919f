import { findDeletion, listDeletions } from '../db/retention.ts';
import type { Deps } from '../deps.ts';
import { eraseApplication } from './erase-application.ts';

/** Applications that one call looks at, at a time. */
const batchSize = 50;

/**
 * Deletes every application whose day has come, each in a transaction of its own that looks once more:
 * one that was reopened or put on hold meanwhile stays. Returns how many went. Two at once share the
 * work. `tell` hears of one that can't be deleted; it keeps no other.
 */
export async function keepRetention(
  deps: Pick<Deps, 'db' | 'clock' | 'config'>,
  { signal, tell }: { signal?: AbortSignal; tell(id: string, error: unknown): void },
): Promise<number> {
  const { db, clock } = deps;
  const now = clock.now();
  const failed = new Set<string>();
  let count = 0;
  for (;;) {
    const due = await listDeletions(db, now, batchSize + failed.size);
    const open = due.filter(({ id }) => !failed.has(id));
    if (open.length === 0) return count;
    for (const { id } of open) {
      if (signal?.aborted) return count;
      try {
        const isDue = async (trx: Parameters<typeof findDeletion>[0]): Promise<boolean> => {
          const deletion = await findDeletion(trx, id);
          return deletion?.id === id && deletion.at < now;
        };
        if (await eraseApplication(deps, { id, actor: 'system', isDue, withMerged: true }))
          count += 1;
      } catch (error) {
        failed.add(id);
        tell(id, error);
      }
    }
  }
}
