import { contactChannels, type FormValues } from '../../domain/application-form.ts';
import { mainLanguageCodes, otherLanguageCodes } from '../../domain/languages.ts';
import type { Translator } from '../../i18n.ts';
import { Boxes, BoxesField, type BoxOption, listLanguages } from './boxes.tsx';
import { eitherText } from './discreet-group.tsx';
import { Choice, type FieldError, SelectField, TextField } from './form.tsx';
import { LinksField } from './links-field.tsx';

export type GroupProps = {
  t: Translator;
  values: FormValues;
  errors: FieldError[];
  places: BoxOption[];
};

/** Who applies, and how to reach them. */
export const PersonGroup = ({ t, values, errors }: GroupProps) => (
  <section class="group">
    <h2>{t('apply.you')}</h2>
    <TextField
      t={t}
      name="fullName"
      label={eitherText(t('field.fullName'), t('field.alias'))}
      hint={eitherText(t('field.fullName.hint'), t('field.alias.hint'))}
      value={values.fullName}
      // An alias is nothing that a browser should fill in, nor keep.
      autocomplete={values.discreet ? 'off' : 'name'}
      errors={errors}
    />
    <TextField
      t={t}
      name="latinName"
      label={t('field.latinName')}
      hint={t('field.latinName.hint')}
      optional
      value={values.latinName}
      errors={errors}
    />
    <TextField
      t={t}
      name="penName"
      label={t('field.penName')}
      hint={t('field.penName.hint')}
      optional
      value={values.penName}
      errors={errors}
    />
    <TextField
      t={t}
      name="email"
      type="email"
      inputmode="email"
      label={t('field.email')}
      hint={t('field.email.hint')}
      value={values.email}
      autocomplete="email"
      errors={errors}
    />
    <SelectField
      t={t}
      name="contactChannel"
      label={t('field.contactChannel')}
      optional
      value={values.contactChannel}
      options={[
        { value: '', label: t('field.contactChannel.none') },
        ...contactChannels.map((one) => ({ value: one, label: t(`contactChannel.${one}`) })),
      ]}
      errors={errors}
    />
    <TextField
      t={t}
      name="contactHandle"
      label={t('field.contactHandle')}
      hint={t('field.contactHandle.hint')}
      optional
      value={values.contactHandle}
      errors={errors}
    />
  </section>
);

const LanguagesField = ({ t, values, errors }: GroupProps) => {
  const choices = (codes: readonly string[], firstId: string) => (
    <div class="columns">
      <Boxes
        name="languages"
        options={listLanguages(t, codes)}
        chosen={values.languages}
        {...{ errors, firstId }}
      />
    </div>
  );
  const chosenOther = values.languages.some((code) =>
    otherLanguageCodes.some((one) => one === code),
  );
  return (
    <BoxesField
      name="languages"
      legend={
        <>
          {t('field.languages')}
          <span class="optional"> {t('form.optional')}</span>
        </>
      }
      errors={errors}
    >
      {choices(mainLanguageCodes, 'languages')}
      <details open={chosenOther}>
        <summary>{t('field.languages.more')}</summary>
        {choices(otherLanguageCodes, 'languages-other')}
      </details>
    </BoxesField>
  );
};

/** What the person knows: places, languages, topics, published work. */
export const KnowledgeGroup = (props: GroupProps) => {
  const { t, values, errors, places } = props;
  return (
    <section class="group">
      <h2>{t('apply.knowledge')}</h2>
      <BoxesField
        name="places"
        legend={t('field.places')}
        hint={t('field.places.hint')}
        errors={errors}
      >
        <Boxes name="places" options={places} chosen={values.places} errors={errors} hinted />
      </BoxesField>
      <TextField
        t={t}
        name="placesOther"
        label={t('field.placesOther')}
        hint={t('field.placesOther.hint')}
        optional
        value={values.placesOther}
        errors={errors}
      />
      <TextField
        t={t}
        name="basedIn"
        label={t('field.basedIn')}
        optional
        value={values.basedIn}
        errors={errors}
      />
      <LanguagesField {...props} />
      <TextField
        t={t}
        name="topics"
        label={t('field.topics')}
        hint={t('field.sensitive')}
        optional
        rows={4}
        value={values.topics}
        errors={errors}
      />
      <LinksField t={t} values={values} errors={errors} />
    </section>
  );
};

/** What has to be confirmed before anything is sent. */
export const ConsentGroup = ({ t, values, errors }: GroupProps) => {
  const error = errors.find((one) => one.field === 'consent');
  return (
    <section class="group">
      <h2>{t('apply.consent')}</h2>
      <div class={error ? 'field wrong' : 'field'}>
        {error && (
          <p class="error" id="consent-error">
            {error.message}
          </p>
        )}
        <Choice
          name="consent"
          id="consent"
          value="yes"
          checked={values.consent}
          invalid={error !== undefined}
          describedBy={error && 'consent-error'}
          label={t.rich('field.consent', {
            link: (parts) => <a href={`/${t.language}/privacy`}>{parts}</a>,
          })}
        />
        <Choice
          name="keepOnFile"
          id="keepOnFile"
          value="yes"
          checked={values.keepOnFile}
          label={
            <>
              {t('field.keepOnFile')}
              <span class="optional"> {t('form.optional')}</span>
            </>
          }
        />
      </div>
    </section>
  );
};
