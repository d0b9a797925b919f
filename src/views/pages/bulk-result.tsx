import type { BulkActName } from '../../domain/bulk-acts.ts';
import { isDecisionAct } from '../../domain/stages.ts';
import {
  type BulkCommon,
  BulkNames,
  BulkPage,
  type LeftOut,
  LeftOutNames,
  type Named,
  titleOf,
} from '../components/bulk-page.tsx';
import { formatListQuery } from '../components/list-links.ts';

/** How an act went, and how taking it back did. */
export const BulkResultPage = (
  props: BulkCommon & {
    id: string;
    act: BulkActName;
    targetName: string | null;
    done: Named[];
    leftOut: LeftOut[];
    /** It was being taken back: of whom it was, and who was left as they are. */
    undone: { done: Named[]; kept: Named[]; left: Named[] } | undefined;
    undoMinutes: number;
    /** Applications that it has not come to: it broke off. */
    open: number;
    /** Applications that are gone. */
    gone: number;
    /** Until when it can be taken back, in words; undefined when it can't be. */
    undoUntil: string | undefined;
    late: boolean;
  },
) => {
  const { frame, id, act, done, leftOut, undone, open, gone, undoUntil } = props;
  const { t } = frame;
  const title = titleOf(frame, act, props.targetName);
  const undo = `/admin/bulk/${id}/undo${formatListQuery(props.query)}`;
  return (
    <BulkPage {...props} title={title}>
      {props.late && (
        <p class="notice bad" role="alert">
          {t('bulk.late', { minutes: props.undoMinutes })}
        </p>
      )}
      {undone ? (
        <p class="notice good" role="status">
          {t('bulk.undone', { count: undone.done.length })}
        </p>
      ) : (
        <p class={done.length > 0 ? 'notice good' : 'notice'} role="status">
          {t(isDecisionAct(act) ? 'bulk.decided' : 'bulk.done', { count: done.length })}
        </p>
      )}
      {open > 0 && (
        <p class="notice bad">{t(undone ? 'bulk.stopped' : 'bulk.open', { count: open })}</p>
      )}
      {undoUntil && (
        <form method="post" action={undo} class="undo">
          <button type="submit" class="button quiet">
            {t('bulk.undo')}
          </button>{' '}
          <span class="soft">{t('bulk.undoUntil', { time: undoUntil })}</span>
        </form>
      )}
      <h1>{title}</h1>
      {undone && undone.left.length > 0 && (
        <>
          <h2>{t('bulk.left', { count: undone.left.length })}</h2>
          <p class="soft">{t('bulk.left.text')}</p>
          <BulkNames frame={frame} people={undone.left} />
        </>
      )}
      {undone && undone.kept.length > 0 && (
        <>
          <h2>{t('bulk.kept', { count: undone.kept.length })}</h2>
          <p class="soft">{t('bulk.kept.text')}</p>
          <BulkNames frame={frame} people={undone.kept} />
        </>
      )}
      {done.length > 0 && (
        <>
          <h2>{t(undone ? 'bulk.wasDone' : 'bulk.isDone')}</h2>
          <BulkNames frame={frame} people={done} />
        </>
      )}
      <LeftOutNames frame={frame} people={leftOut} />
      {gone > 0 && <p class="soft">{t('bulk.gone', { count: gone })}</p>}
    </BulkPage>
  );
};
