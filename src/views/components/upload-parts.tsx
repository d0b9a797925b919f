import type { Translator } from '../../i18n.ts';

type Props = {
  t: Translator;
  /** The script that uploads, loaded once a file was chosen. */
  script: string;
  /** The call that a draft is opened for. */
  slug: string;
  /** Until when a draft that is opened now is kept. */
  keptUntil: string;
};

/** What the script that uploads puts into the page: texts with their gaps, the row of one upload. */
export const UploadParts = ({ t, script, slug, keptUntil }: Props) => {
  const gaps = { name: '{name}', percent: '{percent}' };
  return (
    <template
      id="upload-parts"
      data-script={script}
      data-call={slug}
      data-start={t('upload.start', gaps)}
      data-part={t('upload.part', gaps)}
      data-done={t('upload.done', gaps)}
      data-waiting={t('upload.waiting', gaps)}
      data-failed={t('upload.failed', gaps)}
      data-removed={t('upload.removed', gaps)}
      data-progress={t('upload.progress', gaps)}
      data-retry={t('upload.retryNamed', gaps)}
      data-remove={t('apply.removeNamed', gaps)}
      data-hold={t('upload.hold')}
    >
      <div class="upload">
        <progress max="1" value="0" />
        <div class="row">
          <strong />
          <span class="soft num" />
          <button type="button" class="link-button retry" hidden>
            {t('upload.retry')}
          </button>
          <button type="button" class="link-button remove">
            {t('apply.remove')}
          </button>
        </div>
      </div>
      <p class="soft" id="draft-kept">
        {t.rich('apply.draftKept', {
          until: keptUntil,
          link: (parts) => <a href="#draft-kept">{parts}</a>,
        })}
      </p>
    </template>
  );
};
