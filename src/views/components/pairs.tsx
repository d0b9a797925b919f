import { listPairActs, type PairReason, type PairState } from '../../domain/pairs.ts';
import type { Decision, Stage } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import type { PageTime } from './reply-by.tsx';
import { StageChip } from './stage-chip.tsx';

/** Another application that may be the same person's. */
export type ShownPair = {
  reference: string;
  fullName: string;
  stage: Stage;
  decision: Decision | null;
  submittedAt: Date;
  opened: boolean;
  reasons: PairReason[];
  state: PairState;
  /** Of a merge: this page's application is the one that stays in the list. */
  kept: boolean;
  /** Who decided last; null once that person is deleted. */
  staffName: string | null;
  decidedAt: Date | null;
};

type PairsProps = {
  t: Translator;
  pairs: ShownPair[];
  /** False for those who may only look. */
  mayDecide: boolean;
  /** The application's address. */
  base: string;
  /** The list's filters as a query string. */
  filters: string;
  time: PageTime;
};

/** What was decided; undefined while nothing is. */
const decisionOf = ({ state, kept }: ShownPair) => {
  if (state === 'suspected') return undefined;
  if (state !== 'merged') return state;
  return kept ? 'merged-here' : 'merged-there';
};

const Pair = ({ t, pair, mayDecide, base, filters, time }: PairsProps & { pair: ShownPair }) => {
  const { reference, fullName, submittedAt, state, staffName, decidedAt } = pair;
  const decided = decisionOf(pair);
  return (
    <li>
      <a href={`/admin/applications/${reference}${filters}`}>
        <bdi>{fullName}</bdi>
      </a>{' '}
      <StageChip t={t} {...pair} />
      <span class="under num">
        <span class="reference">{reference}</span> · {t.date(submittedAt, time.timeZone)}
      </span>
      <span class="under">{t.list(pair.reasons.map((reason) => t(`pair.reason.${reason}`)))}</span>
      {decided && decidedAt && (
        <p class="small">
          {t(`pair.state.${decided}`, {
            name: staffName ?? t('event.someone'),
            date: t.date(decidedAt, time.timeZone),
          })}
        </p>
      )}
      {mayDecide && (
        <form class="actions" method="post" action={`${base}/pairs/${reference}${filters}`}>
          <input type="hidden" name="seen" value={state} />
          {listPairActs(state).map((act) => (
            <button type="submit" class="button quiet small" name="act" value={act}>
              {t(`pair.act.${act}`)}
            </button>
          ))}
        </form>
      )}
    </li>
  );
};

/** Applications that may be the same person's, why, and what can be done about it. */
export const Pairs = (props: PairsProps) => (
  <ul class="pairs">
    {props.pairs.map((pair) => (
      <Pair {...props} pair={pair} />
    ))}
  </ul>
);

/** Says on top of a page that another application stands for this one. */
export const MergedNotice = ({
  t,
  pairs,
  filters,
}: Pick<PairsProps, 't' | 'pairs' | 'filters'>) => {
  const into = pairs.find((pair) => decisionOf(pair) === 'merged-there');
  return into ? (
    <p class="notice">
      {t('pair.merged')}{' '}
      <a href={`/admin/applications/${into.reference}${filters}`}>{into.reference}</a>
    </p>
  ) : null;
};
