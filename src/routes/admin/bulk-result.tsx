import type { Context } from 'hono';
import { undoEnd } from '../../actions/undo-bulk-act.ts';
import { findBulkAct, listBulkRows } from '../../db/bulk-acts.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type BulkActName, bulkLimit, undoSecondsOf } from '../../domain/bulk-acts.ts';
import { found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { BulkResultPage } from '../../views/pages/bulk-result.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { readListQuery } from './list-query.ts';

/** For so many whole minutes an act can be undone. */
export const undoMinutesOf = ({ config }: Pick<Deps, 'config'>, act: BulkActName): number =>
  Math.ceil(undoSecondsOf(act, config.outboxHoldSeconds) / 60);

/** How an act on many applications went, for whoever did it; `late`: it was to be undone after its time. */
export async function showBulkResult(
  deps: Deps,
  c: Context<AppEnv>,
  { late = false }: { late?: boolean } = {},
) {
  const { db, clock, config } = deps;
  const t = translatorFor(c.var.language);
  const id = c.req.param('id') ?? '';
  const bulk = found(isId(id) ? await findBulkAct(db, id) : undefined);
  if (bulk.staffId !== c.var.staff.id) found(undefined);
  const rows = await listBulkRows(db, id);
  const publication = await getPublication(db);
  const frame = await deskFrame(deps, c, publication);
  const done = rows.filter(({ outcome }) => outcome === 'done');
  const now = clock.now();
  const until = undoEnd(bulk, config);
  const isOpen = done.some(({ undoOutcome }) => undoOutcome === null);
  const asked = Number(/^\d{1,3}$/.exec(c.req.query('asked') ?? '')?.[0] ?? rows.length);
  const page = (
    <BulkResultPage
      {...{ frame, id, late, done }}
      staff={c.var.staff}
      query={readListQuery(c)}
      act={bulk.act}
      targetName={bulk.reason ? t(`declineReason.${bulk.reason}`) : bulk.targetName}
      undoMinutes={undoMinutesOf(deps, bulk.act)}
      leftOut={rows.flatMap(({ outcome, ...one }) =>
        outcome === 'done' || outcome === null ? [] : [{ ...one, why: outcome }],
      )}
      undone={
        bulk.undoneAt
          ? {
              done: done.filter(({ undoOutcome }) => undoOutcome === 'done'),
              kept: done.filter(({ undoOutcome }) => undoOutcome === 'stale'),
              left: done.filter(({ undoOutcome }) => undoOutcome === 'left'),
            }
          : undefined
      }
      open={rows.filter(({ outcome }) => outcome === null).length}
      gone={Math.max(0, Math.min(asked, bulkLimit) - rows.length)}
      undoUntil={
        isOpen && (bulk.undoneAt || now <= until)
          ? t.dateTime(until, publication.timeZone)
          : undefined
      }
    />
  );
  return sendPage(c, page, late ? 409 : 200);
}
