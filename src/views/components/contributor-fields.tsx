import { availabilities, type OwnDetails } from '../../domain/contributors.ts';
import { mainLanguageCodes, otherLanguageCodes } from '../../domain/languages.ts';
import type { Translator } from '../../i18n.ts';
import { Boxes, BoxesField, type BoxOption, listLanguages } from './boxes.tsx';
import { type FieldError, SelectField, TextField } from './form.tsx';

export type ContributorFieldsProps = {
  t: Translator;
  values: OwnDetails;
  places: readonly BoxOption[];
  errors: FieldError[];
};

/** What contributors say of themselves, on their own page and on the desk. */
export const ContributorFields = ({ t, values, places, errors }: ContributorFieldsProps) => {
  // Rarer ones stand last.
  const languages = [mainLanguageCodes, otherLanguageCodes].flatMap((codes) =>
    listLanguages(t, codes),
  );
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
        <BoxesField name="places" legend={t('contributor.places')} errors={errors}>
          {/* Named for the form of the applicant, and for the desk. */}
          <div class="columns boxes">
            <Boxes name="places" options={places} chosen={values.places} errors={errors} />
          </div>
        </BoxesField>
      )}
      <BoxesField name="languages" legend={t('contributor.languages')} errors={errors}>
        <div class="columns boxes">
          <Boxes name="languages" options={languages} chosen={values.languages} errors={errors} />
        </div>
      </BoxesField>
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
