import type { DecisionAct } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';

type LetterActionsProps = {
  t: Translator;
  /** The application's path, and the list's filters as a query string. */
  base: string;
  filters: string;
  act: { id: string; act: DecisionAct };
  /** Where there are several letters on the page: which one this is. */
  named?: { name: string; reference: string };
  /** Back to the outbox then. */
  fromOutbox?: boolean;
  /** There is no letter: it can only be recalled. */
  onlyRecall?: boolean;
};

const PostButton = (
  props: LetterActionsProps & { act: { id: string }; verb: 'recall' | 'hurry' },
) => {
  const { t, base, filters, act, named, verb } = props;
  return (
    <form method="post" action={`${base}/letter/${verb}${filters}`}>
      <input type="hidden" name="act" value={act.id} />
      {props.fromOutbox && <input type="hidden" name="back" value="outbox" />}
      <button
        type="submit"
        class="button quiet small"
        aria-label={named && spokenName(t, t(`letter.${verb}`), t(`letter.${verb}Named`, named))}
      >
        {t(`letter.${verb}`)}
      </button>
    </form>
  );
};

/** What can be done about a letter while it is held. */
export const LetterActions = (props: LetterActionsProps) => {
  const { t, base, filters, act, named, onlyRecall } = props;
  return (
    <div class="actions">
      <PostButton {...props} verb="recall" />
      {!onlyRecall && (
        <>
          <a
            class="button quiet small"
            href={`${base}/decide/${act.act}${filters}`}
            aria-label={named && spokenName(t, t('letter.edit'), t('letter.editNamed', named))}
          >
            {t('letter.edit')}
          </a>
          <PostButton {...props} verb="hurry" />
        </>
      )}
    </div>
  );
};
