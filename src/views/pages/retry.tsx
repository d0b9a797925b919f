import { proofParts } from '../components/proof-parts.ts';
import { type Frame, PublicPage } from '../layout.tsx';

/** Failures after which a form can be sent once more. */
export type RetryReason =
  | 'unavailable'
  | 'busy'
  | 'internal'
  | 'too-many-requests'
  | 'flooded'
  | 'too-large'
  | 'too-slow'
  | 'foreign-origin'
  | 'late-draft'
  | 'draft-gone';

type RetryPageProps = {
  frame: Frame;
  reason: RetryReason;
  action: string;
  /** What was typed, as it was sent. */
  fields: { name: string; value: string }[];
  /** The longest of it lost its end. */
  isCut: boolean;
  button: { name: string; value: string };
  /** The button shows the form again and sends nothing. */
  leadsBack: boolean;
};

const titles = {
  unavailable: 'error.unavailable.title',
  busy: 'error.busy.title',
  internal: 'error.internal.title',
  'too-many-requests': 'error.too-many-requests.title',
  flooded: 'error.flooded.title',
  'too-large': 'error.too-large.title',
  'too-slow': 'error.too-slow.title',
  'foreign-origin': 'error.foreign-origin.title',
  'late-draft': 'error.late-draft.title',
  'draft-gone': 'error.gone.title',
} as const;

/** Failures that would come again with the same form: its button leads to the form instead. */
export const leadsToForm = (reason: RetryReason): boolean =>
  reason === 'too-large' || reason === 'foreign-origin' || reason === 'late-draft';

/** A form that could not be stored: what was typed travels on this page, so that nothing is lost. */
export const RetryPage = (props: RetryPageProps) => {
  const { frame, reason, action, fields, isCut, button } = props;
  const { t } = frame;
  const title = t(titles[reason]);
  const flooded = reason === 'flooded';
  return (
    <PublicPage
      frame={frame}
      title={title}
      failed
      scripts={flooded ? ['form.js', 'proof.js'] : ['form.js']}
    >
      <h1>{title}</h1>
      <p>{t(`retry.${reason}`)}</p>
      {isCut && <p>{t('retry.cut')}</p>}
      <form
        method="post"
        enctype="multipart/form-data"
        action={action}
        {...(flooded && proofParts(frame))}
      >
        {fields.map(({ name, value }) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {flooded && <p class="soft" role="status" id="upload-hold" />}
        <p class="actions">
          <button type="submit" class="button" name={button.name} value={button.value}>
            {t(props.leadsBack ? 'retry.goOn' : 'retry.button')}
          </button>
        </p>
      </form>
    </PublicPage>
  );
};
