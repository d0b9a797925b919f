import { availabilities, type OwnDetails } from '../../domain/contributors.ts';
import { mainLanguageCodes, otherLanguageCodes } from '../../domain/languages.ts';
import type { Translator } from '../../i18n.ts';
import { Choice, type FieldError, SelectField, TextField } from './form.tsx';

export type PlaceOption = { key: string; name: string };

export type ContributorFieldsProps = {
  t: Translator;
  values: OwnDetails;
  places: readonly PlaceOption[];
  errors: FieldError[];
};

type BoxesProps = {
  name: 'places' | 'languages';
  legend: string;
  options: readonly PlaceOption[];
  chosen: readonly string[];
  errors: FieldError[];
};

const Boxes = ({ name, legend, options, chosen, errors }: BoxesProps) => {
  const error = errors.find((one) => one.field === name);
  return (
    <fieldset class={error ? 'wrong' : undefined}>
      <legend>{legend}</legend>
      {error && (
        <p class="error" id={`${name}-error`}>
          {error.message}
        </p>
      )}
      {/* Named for the form of the applicant, and for the desk. */}
      <div class="columns boxes">
        {options.map(({ key, name: label }, index) => (
          <Choice
            name={name}
            id={index === 0 ? name : `${name}-${key}`}
            label={label}
            value={key}
            checked={chosen.includes(key)}
            invalid={error !== undefined}
            describedBy={error && `${name}-error`}
          />
        ))}
      </div>
    </fieldset>
  );
};

/** What contributors say of themselves, on their own page and on the desk. */
export const ContributorFields = ({ t, values, places, errors }: ContributorFieldsProps) => {
  const named = (codes: readonly string[]): PlaceOption[] =>
    codes
      .map((key) => ({ key, name: t.languageName(key) }))
      .sort((a, b) => t.compare(a.name, b.name));
  // Rarer ones stand last.
  const languages = [...named(mainLanguageCodes), ...named(otherLanguageCodes)];
  return (
    <>
      <TextField
        t={t}
        name="byline"
        label={t('contributor.byline')}
        hint={t('contributor.byline.hint')}
        value={values.byline}
        errors={errors}
      />
      {places.length > 0 && (
        <Boxes
          name="places"
          legend={t('contributor.places')}
          options={places}
          chosen={values.places}
          errors={errors}
        />
      )}
      <Boxes
        name="languages"
        legend={t('contributor.languages')}
        options={languages}
        chosen={values.languages}
        errors={errors}
      />
      <TextField
        t={t}
        name="beats"
        label={t('contributor.beats')}
        hint={`${t('contributor.beats.hint')} ${t('field.sensitive')}`}
        optional
        rows={3}
        value={values.beats}
        errors={errors}
      />
      <SelectField
        t={t}
        name="availability"
        label={t('contributor.availability')}
        optional
        value={values.availability}
        options={[
          { value: '', label: t('contributor.availability.unknown') },
          ...availabilities.map((one) => ({
            value: one,
            label: t(`contributor.availability.${one}`),
          })),
        ]}
        errors={errors}
      />
      <TextField
        t={t}
        name="availabilityNote"
        label={t('contributor.availabilityNote')}
        hint={t('field.sensitive')}
        optional
        rows={2}
        value={values.availabilityNote}
        errors={errors}
      />
    </>
  );
};
