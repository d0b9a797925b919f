import {
  contactChannels,
  type FormValues,
  linkLimit,
  type PastedTexts,
} from '../../domain/application-form.ts';
import { mainLanguageCodes, otherLanguageCodes } from '../../domain/languages.ts';
import type { Language } from '../../i18n.ts';
import { DocumentFields, type HeldDocument } from '../components/document-fields.tsx';
import {
  Alert,
  Choice,
  ErrorSummary,
  type FieldError,
  SelectField,
  TextField,
} from '../components/form.tsx';
import { type Frame, PublicPage } from '../layout.tsx';

export type ApplyFormProps = {
  frame: Frame;
  title: string;
  slug: string;
  /** Empty before the first POST; afterwards the form carries on with this draft. */
  draftToken: string;
  /** Until when an untouched draft is kept; null while there is none. */
  keptUntil: string | null;
  via: string;
  values: FormValues;
  texts: PastedTexts;
  held: HeldDocument[];
  errors: FieldError[];
  /** Something that happened to the whole form rather than to one field. */
  alert?: string | undefined;
  /** A confirmation after saving or removing. */
  saved?: string | undefined;
  places: { key: string; name: string }[];
  documents: { kind: 'cv' | 'coverLetter' | 'writingSample'; required: boolean }[];
  maxFileBytes: number;
  languages: { language: Language; name: string; href: string }[];
};

type GroupProps = ApplyFormProps & { t: Frame['t'] };

const PersonGroup = ({ t, values, errors }: GroupProps) => (
  <section class="group">
    <h2>{t('apply.you')}</h2>
    <TextField
      t={t}
      name="fullName"
      label={t('field.fullName')}
      hint={t('field.fullName.hint')}
      value={values.fullName}
      autocomplete="name"
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

const PlacesField = ({ t, values, errors, places }: GroupProps) => {
  const error = errors.find((one) => one.field === 'places');
  return (
    <fieldset class={error ? 'wrong' : undefined}>
      <legend>{t('field.places')}</legend>
      <p class="hint" id="places-hint">
        {t('field.places.hint')}
      </p>
      {error && (
        <p class="error" id="places-error">
          {error.message}
        </p>
      )}
      {places.map(({ key, name }, index) => (
        <Choice
          name="places"
          id={index === 0 ? 'places' : `places-${key}`}
          label={name}
          value={key}
          checked={values.places.includes(key)}
          invalid={error !== undefined}
          describedBy={error ? 'places-error places-hint' : 'places-hint'}
        />
      ))}
    </fieldset>
  );
};

const LanguagesField = ({ t, values, errors }: GroupProps) => {
  const error = errors.find((one) => one.field === 'languages');
  const choices = (codes: readonly string[], firstId: string) => (
    <div class="columns">
      {[...codes]
        .map((code) => ({ code, name: t.languageName(code) }))
        .sort((a, b) => t.compare(a.name, b.name))
        .map(({ code, name }, index) => (
          <Choice
            name="languages"
            id={index === 0 ? firstId : `languages-${code}`}
            label={name}
            value={code}
            checked={values.languages.includes(code)}
            invalid={error !== undefined}
            describedBy={error && 'languages-error'}
          />
        ))}
    </div>
  );
  const chosenOther = values.languages.some((code) =>
    otherLanguageCodes.some((one) => one === code),
  );
  return (
    <fieldset class={error ? 'wrong' : undefined}>
      <legend>
        {t('field.languages')}
        <span class="optional"> {t('form.optional')}</span>
      </legend>
      {error && (
        <p class="error" id="languages-error">
          {error.message}
        </p>
      )}
      {choices(mainLanguageCodes, 'languages')}
      <details open={chosenOther}>
        <summary>{t('field.languages.more')}</summary>
        {choices(otherLanguageCodes, 'languages-other')}
      </details>
    </fieldset>
  );
};

const LinksField = ({ t, values, errors }: GroupProps) => {
  const shown = Math.min(Math.max(values.links.length + 1, 2), linkLimit);
  return (
    <fieldset>
      <legend>
        {t('field.links')}
        <span class="optional"> {t('form.optional')}</span>
      </legend>
      <p class="hint">{t('field.links.hint')}</p>
      {Array.from({ length: Math.max(shown, values.links.length) }, (_, index) => (
        <TextField
          t={t}
          name="links"
          id={index === 0 ? 'links' : `links-${index + 1}`}
          label={t('field.links.one', { number: index + 1 })}
          inputmode="url"
          value={values.links[index] ?? ''}
          errors={errors}
        />
      ))}
    </fieldset>
  );
};

const KnowledgeGroup = (props: GroupProps) => {
  const { t, values, errors } = props;
  return (
    <section class="group">
      <h2>{t('apply.knowledge')}</h2>
      <PlacesField {...props} />
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
        hint={t('field.topics.hint')}
        optional
        rows={4}
        value={values.topics}
        errors={errors}
      />
      <LinksField {...props} />
    </section>
  );
};

const ConsentGroup = ({ t, values, errors }: GroupProps) => {
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

/** The form, blank, resumed or with what has to be mended; complete without JavaScript. */
export const ApplyPage = (props: ApplyFormProps) => {
  const { frame, errors, draftToken, keptUntil, via } = props;
  const { t } = frame;
  const group: GroupProps = { ...props, t };
  const heading = t('apply.title', { call: props.title });
  const failed = errors.length > 0 || props.alert !== undefined;
  return (
    <PublicPage
      frame={frame}
      title={failed ? t('form.errorTitle', { title: heading }) : heading}
      scripts={['form.js']}
      languages={props.languages}
      form={{ id: 'application', submit: t('apply.check') }}
    >
      {props.alert && <Alert text={props.alert} focused={errors.length === 0} />}
      <ErrorSummary t={t} errors={errors} />
      {props.saved && (
        <p class="notice good" role="status">
          {props.saved}
        </p>
      )}
      <h1>{heading}</h1>
      {keptUntil ? (
        <p class="soft">
          {t.rich('apply.draftKept', {
            until: keptUntil,
            link: (parts) => <a href={`/${t.language}/drafts/${draftToken}`}>{parts}</a>,
          })}
        </p>
      ) : (
        <p class="soft">{t('apply.intro')}</p>
      )}
      <form
        id="application"
        class="flow"
        method="post"
        enctype="multipart/form-data"
        action={`/${t.language}/calls/${props.slug}/apply`}
        novalidate
      >
        {/* First in the form, so that the server knows where the files belong as they stream in. */}
        {draftToken !== '' && <input type="hidden" name="draft" value={draftToken} />}
        {via !== '' && <input type="hidden" name="via" value={via} />}
        <PersonGroup {...group} />
        <KnowledgeGroup {...group} />
        <section class="group" id="documents">
          <h2>{t('apply.documents')}</h2>
          <p class="hint">{t('apply.documents.hint', { size: t.size(props.maxFileBytes) })}</p>
          {props.documents.map(({ kind, required }) => (
            <DocumentFields
              t={t}
              kind={kind}
              required={required}
              held={props.held.filter((one) => one.kind === kind)}
              text={props.texts[kind]}
              maxFileBytes={props.maxFileBytes}
              errors={errors}
            />
          ))}
        </section>
        <ConsentGroup {...group} />
        <p class="actions">
          <button type="submit" class="button" name="intent" value="check">
            {t('apply.check')}
          </button>
          <button type="submit" class="button quiet" name="intent" value="save">
            {t('apply.save')}
          </button>
        </p>
        <p class="soft small">{t('apply.nothingSent')}</p>
      </form>
    </PublicPage>
  );
};
