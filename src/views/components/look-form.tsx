import type { Translator } from '../../i18n.ts';
import { type FieldError, TextField } from './form.tsx';

type LookFormProps = {
  t: Translator;
  action: string;
  /** The words of its button. */
  submit: string;
  quiet?: boolean;
  lookReason: string;
  errors: FieldError[];
};

/** Asks why somebody looks at what is sealed. */
export const LookForm = ({ t, action, submit, quiet, lookReason, errors }: LookFormProps) => (
  <form class="flow" method="post" action={action} novalidate>
    <TextField
      t={t}
      name="lookReason"
      label={t('contributor.lookReason')}
      hint={t('contributor.lookReason.hint')}
      value={lookReason}
      errors={errors}
    />
    <p>
      <button type="submit" class={quiet ? 'button quiet' : 'button'}>
        {submit}
      </button>
    </p>
  </form>
);
