import type { Translator } from '../../i18n.ts';

/** Told when what was typed here is not stored: both versions are there, and the applicant chooses. */
export const ConflictNotice = (props: { t: Translator; draft: string; focused: boolean }) => {
  const { t, draft, focused } = props;
  return (
    <div class="notice bad flow" role="alert" id="conflict" tabindex={-1} autofocus={focused}>
      <p>{t('typing.conflict')}</p>
      <p class="actions">
        <button type="submit" class="button quiet" form="application" name="intent" value="save">
          {t('typing.keepThis')}
        </button>
        <a href={draft} target="_blank" rel="noopener">
          {t('typing.openOther')}
        </a>
      </p>
    </div>
  );
};

type Props = {
  t: Translator;
  /** The script that saves by itself, loaded once something was typed. */
  script: string;
  slug: string;
};

/** Where a script says whether what was typed is stored: quietly, and aloud only when that changes. */
export const TypingState = ({ t, script, slug }: Props) => (
  <div
    class="typing"
    id="typing"
    data-script={script}
    data-open={`/${t.language}/calls/${slug}/typed`}
    data-saved={t('typing.saved')}
    data-waiting={t('typing.waiting')}
    data-stopped={t('typing.stopped')}
  >
    <p>
      <span role="status" /> <span class="num" />
      <a href="#conflict" hidden>
        {t('typing.whatNow')}
      </a>
    </p>
    <template>
      <ConflictNotice t={t} draft="#conflict" focused={false} />
    </template>
  </div>
);
