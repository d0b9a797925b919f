import type { OwnDetails } from '../../domain/contributors.ts';
import type { BoxOption } from '../components/boxes.tsx';
import { ContributorFields } from '../components/contributor-fields.tsx';
import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { type Frame, type LanguageLink, PublicPage } from '../layout.tsx';

type ContributorDetailsProps = {
  frame: Frame;
  /** The address of the private page without its query. */
  base: string;
  values: OwnDetails;
  legalName: string;
  /** Only those who were accepted are asked for it. */
  asksLegalName: boolean;
  /** What was saved before is not shown. */
  discreet: boolean;
  places: BoxOption[];
  errors: FieldError[];
  languages: LanguageLink[];
};

const form = 'details-form';

/** Where contributors say how they want to be named and what they can do. */
export const ContributorDetailsPage = (props: ContributorDetailsProps) => {
  const { frame, base, values, places, errors, asksLegalName, legalName, languages } = props;
  const { t } = frame;
  const heading = t('contributor.own.title');
  return (
    <PublicPage
      frame={frame}
      title={heading}
      failed={errors.length > 0}
      languages={languages}
      form={{ id: form, submit: t('contributor.own.save') }}
    >
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      <p>{t('contributor.own.lead')}</p>
      {props.discreet && <p>{t('contributor.own.discreet')}</p>}
      <form
        class="flow"
        id={form}
        method="post"
        action={`${base}/details`}
        enctype="multipart/form-data"
        novalidate
      >
        <ContributorFields t={t} values={values} places={places} errors={errors} />
        {asksLegalName && (
          <TextField
            t={t}
            name="legalName"
            label={t('contributor.legalName')}
            hint={t('contributor.legalName.hint')}
            optional
            autocomplete="name"
            value={legalName}
            errors={errors}
          />
        )}
        <p class="actions">
          <button type="submit" class="button" name="intent" value="send">
            {t('contributor.own.save')}
          </button>
          <a class="button quiet" href={base}>
            {t('contributor.own.back')}
          </a>
        </p>
      </form>
    </PublicPage>
  );
};
