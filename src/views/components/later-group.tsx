import type { Translator } from '../../i18n.ts';
import { type FieldError, TextField } from './form.tsx';

type Props = {
  t: Translator;
  /** The draft's address without its host; empty while there is no draft. */
  draft: string;
  /** Where this installation is. */
  publicUrl: string;
  keptUntil: string;
  mailTo: string;
  errors: FieldError[];
  /** In a preview nothing can be sent. */
  disabled: boolean;
};

/** How to come back: the draft's private link, to keep or to mail to oneself, and the end of the draft. */
export const LaterGroup = ({ t, draft, publicUrl, keptUntil, mailTo, errors, disabled }: Props) => (
  <section class="group" id="later">
    <h2>{t('draft.later')}</h2>
    <p class="hint">{t('draft.hint', { until: keptUntil })}</p>
    {/* A script shows these once it has opened a draft. */}
    <p class="address" data-draft="" hidden={draft === ''}>
      <a href={draft || undefined}>{draft && publicUrl + draft}</a>
    </p>
    <TextField
      t={t}
      name="mailTo"
      type="email"
      inputmode="email"
      label={t('draft.mailTo')}
      hint={t('draft.mailTo.hint')}
      optional
      value={mailTo}
      autocomplete="email"
      errors={errors}
    />
    <p class="actions">
      <button type="submit" class="button quiet" name="intent" value="save" disabled={disabled}>
        {t('apply.save')}
      </button>
      <button type="submit" class="button quiet" name="intent" value="mail" disabled={disabled}>
        {t('draft.mail')}
      </button>
    </p>
    <p data-draft="/erase" hidden={draft === ''}>
      <a href={draft ? `${draft}/erase` : undefined}>{t('draft.erase')}</a>
    </p>
  </section>
);
