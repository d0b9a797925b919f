import type { Child } from 'hono/jsx';
import type { FormValues } from '../../domain/application-form.ts';
import type { Translator } from '../../i18n.ts';
import { Choice } from './form.tsx';

/** Words of the form that the box for applying discreetly changes, with or without a script. */
export const eitherText = (open: Child, discreet: Child): Child => (
  <>
    <span class="when-open">{open}</span>
    <span class="when-discreet">{discreet}</span>
  </>
);

/** The page that says what discretion protects from, and what not. */
export const discreetPage = (t: Translator): string => `/${t.language}/discreet`;

/** Whether one applies discreetly: before everything that is asked under a name. */
export const DiscreetGroup = ({ t, values }: { t: Translator; values: FormValues }) => (
  <section class="group">
    <h2>{t('apply.discreet')}</h2>
    <p class="hint" id="discreet-hint">
      {t.rich('field.discreet.hint', {
        link: (parts) => <a href={discreetPage(t)}>{parts}</a>,
      })}
    </p>
    <div class="field">
      <Choice
        name="discreet"
        id="discreet"
        value="yes"
        checked={values.discreet}
        describedBy="discreet-hint"
        label={
          <>
            {t('field.discreet')}
            <span class="optional"> {t('form.optional')}</span>
          </>
        }
      />
      <div class="only-discreet">
        <Choice
          name="mailLinks"
          id="mailLinks"
          value="yes"
          checked={values.mailLinks}
          label={t('field.mailLinks')}
        />
      </div>
    </div>
  </section>
);
