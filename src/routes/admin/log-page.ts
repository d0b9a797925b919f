import type { Context } from 'hono';

const pageSize = 100;

/** One page of a log, the newest first, from where `before` in the address says; `older` is where the next one begins. */
export async function readLogPage<Entry extends { id: number }>(
  c: Context,
  list: (span: { before: number | undefined; limit: number }) => Promise<Entry[]>,
): Promise<{ shown: Entry[]; older: number | undefined }> {
  const before = Number(c.req.query('before') ?? Number.NaN);
  const entries = await list({
    before: Number.isSafeInteger(before) ? before : undefined,
    limit: pageSize + 1,
  });
  const shown = entries.slice(0, pageSize);
  return { shown, older: entries.length > pageSize ? shown.at(-1)!.id : undefined };
}
