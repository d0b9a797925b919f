import { findTransitionKeys } from '../../domain/desk-keys.ts';
import type { Role } from '../../domain/permissions.ts';
import { isDecisionAct, type Standing, type TransitionName } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';

type ButtonsProps = {
  t: Translator;
  role: Role;
  standing: Standing;
  /** Another application stands for it. */
  merged: boolean;
  transitions: TransitionName[];
  /** The newest event on the page. */
  seen: number;
  /** The application's path, and the list's filters as a query string. */
  base: string;
  filters: string;
};

// The one act that leads on; from the shortlist on only people know which it is.
const leadingOn: Partial<Record<Standing, TransitionName>> = {
  screening: 'review',
  review: 'shortlist',
};

const Buttons = (props: ButtonsProps) => {
  const { t, standing, transitions, base, filters, seen } = props;
  return (
    <div class="actions">
      {transitions.map((name) => (
        <form method="post" action={`${base}/transitions${filters}`}>
          <input type="hidden" name="from" value={standing} />
          <input type="hidden" name="seen" value={String(seen)} />
          <button
            type="submit"
            name="name"
            value={name}
            {...keyed(findTransitionKeys(name))}
            class={leadingOn[standing] === name ? 'button small' : 'button quiet small'}
          >
            {t(`transition.${name}`)}
          </button>
        </form>
      ))}
    </div>
  );
};

/** Decisions and their reversal have steps of their own, where a reason is given and the letter written. */
const Decisions = ({ t, transitions, base, filters }: ButtonsProps) => (
  <div class="actions">
    {transitions.map((name) => (
      <a
        class="button quiet small"
        href={`${base}/decide/${name}${filters}`}
        {...keyed(findTransitionKeys(name))}
      >
        {t(`transition.${name}`)}
      </a>
    ))}
  </div>
);

/** The acts that are open to this reader now. */
export const TransitionButtons = (props: ButtonsProps) => {
  const { t, role, standing, transitions } = props;
  if (standing === 'withdrawn') return <p class="soft">{t('transition.withdrawn')}</p>;
  if (props.merged) return <p class="soft">{t('pair.follows')}</p>;
  if (role === 'reviewer') return <p class="soft">{t('transition.reviewer')}</p>;
  const decisions = transitions.filter(isDecisionAct);
  return (
    <>
      <Buttons {...props} transitions={transitions.filter((name) => !isDecisionAct(name))} />
      {decisions.length > 0 && (
        <>
          {!decisions.includes('reopen') && <h3>{t('transition.decide')}</h3>}
          <Decisions {...props} transitions={decisions} />
        </>
      )}
      <p class="soft small">{t('transition.letterNote')}</p>
    </>
  );
};
