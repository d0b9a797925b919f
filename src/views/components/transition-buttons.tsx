import { findTransitionKeys } from '../../domain/desk-keys.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Standing, TransitionName } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';

type ButtonsProps = {
  t: Translator;
  role: Role;
  standing: Standing;
  transitions: TransitionName[];
  /** The newest event on the page. */
  seen: number;
  /** Where the forms go. */
  action: string;
};

const decisive: readonly TransitionName[] = ['accept', 'keep-on-file', 'decline'];
// The one act that leads on; from the shortlist on only people know which it is.
const leadingOn: Partial<Record<Standing, TransitionName>> = {
  screening: 'review',
  review: 'shortlist',
};

const Buttons = (props: ButtonsProps) => {
  const { t, standing, transitions, action, seen } = props;
  return (
    <div class="actions">
      {transitions.map((name) => (
        <form method="post" action={action}>
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

/** The acts that are open to this reader now, each a form of its own. */
export const TransitionButtons = (props: ButtonsProps) => {
  const { t, role, standing, transitions } = props;
  if (standing === 'withdrawn') return <p class="soft">{t('transition.withdrawn')}</p>;
  if (role === 'reviewer') return <p class="soft">{t('transition.reviewer')}</p>;
  const decisions = transitions.filter((name) => decisive.includes(name));
  return (
    <>
      <Buttons {...props} transitions={transitions.filter((name) => !decisive.includes(name))} />
      {decisions.length > 0 && (
        <>
          <h3>{t('transition.decide')}</h3>
          <Buttons {...props} transitions={decisions} />
        </>
      )}
      <p class="soft small">
        {t.rich('transition.letterNote', { link: (parts) => <a href="#messages">{parts}</a> })}
      </p>
    </>
  );
};
