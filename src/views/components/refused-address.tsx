import type { Translator } from '../../i18n.ts';
import { type FieldError, TextField } from './form.tsx';

type RefusedAddressProps = {
  t: Translator;
  /** The address of the private page without its query. */
  base: string;
  /** The address that mail is refused for; undefined where the page may not show it. */
  email: string | undefined;
  /** What is in the box. */
  typed: string;
  errors: FieldError[];
};

/** Tells the applicant that mail does not reach them, and takes another address. */
export const RefusedAddress = ({ t, base, email, typed, errors }: RefusedAddressProps) => (
  <form
    class="notice bad flow"
    id="address"
    method="post"
    action={`${base}/address`}
    enctype="multipart/form-data"
    novalidate
  >
    <h2>{t('status.address.title')}</h2>
    <p>
      {email === undefined
        ? t('status.address.refusedDiscreet')
        : t('status.address.refused', { email })}
    </p>
    <TextField
      t={t}
      name="newEmail"
      type="email"
      inputmode="email"
      autocomplete="email"
      label={t('status.address.label')}
      value={typed}
      errors={errors}
    />
    <p>
      <button type="submit" class="button" name="intent" value="correct">
        {t('status.address.button')}
      </button>
    </p>
  </form>
);
