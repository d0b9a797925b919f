import type { Translator } from '../../i18n.ts';

/** How an application of a blind call stands for those who know who sent it. */
export type ShownBlindness = 'hidden' | 'revealed';

type BlindReviewProps = {
  t: Translator;
  blindness: ShownBlindness;
  /** It was revealed by the request that led here. */
  justRevealed: boolean;
  /** Where the form goes. */
  action: string;
};

/** Says that reviewers do not know the name, and lets an editor tell them. */
export const BlindReview = ({ t, blindness, justRevealed, action }: BlindReviewProps) =>
  blindness === 'revealed' ? (
    <p class={justRevealed ? 'notice good' : 'soft'} role={justRevealed ? 'status' : undefined}>
      {t(justRevealed ? 'blind.reveal.done' : 'blind.revealed')}
    </p>
  ) : (
    <>
      <p class="soft">{t('blind.editor')}</p>
      <details class="change">
        <summary>{t('blind.reveal')}</summary>
        <form method="post" action={action}>
          <p class="hint small" id="reveal-hint">
            {t('blind.reveal.hint')}
          </p>
          <p>
            <button type="submit" class="button quiet small" aria-describedby="reveal-hint">
              {t('blind.reveal')}
            </button>
          </p>
        </form>
      </details>
    </>
  );
