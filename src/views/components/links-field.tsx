import { type FormValues, linkLimit } from '../../domain/application-form.ts';
import type { Translator } from '../../i18n.ts';
import { type FieldError, TextField } from './form.tsx';

type Props = { t: Translator; values: Pick<FormValues, 'links'>; errors: FieldError[] };

/** Links to published work: as many as there are and one more in sight, the others on demand. */
export const LinksField = ({ t, values, errors }: Props) => {
  const { length } = values.links;
  const inSight = Math.max(length, Math.min(length + 1, linkLimit), 2);
  const fields = Array.from({ length: Math.max(linkLimit, length) }, (_, index) => (
    <TextField
      t={t}
      name="links"
      id={index === 0 ? 'links' : `links-${index + 1}`}
      label={t('field.links.one', { number: index + 1 })}
      type="url"
      inputmode="url"
      value={values.links[index] ?? ''}
      errors={errors}
    />
  ));
  return (
    <fieldset>
      <legend>
        {t('field.links')}
        <span class="optional"> {t('form.optional')}</span>
      </legend>
      <p class="hint">{t('field.links.hint')}</p>
      {fields.slice(0, inSight)}
      {inSight < linkLimit && (
        <details>
          <summary>{t('field.links.more')}</summary>
          {fields.slice(inSight)}
        </details>
      )}
    </fieldset>
  );
};
