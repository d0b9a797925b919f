import type { Contributor } from '../../db/contributors.ts';
import type { Look } from '../../db/looks.ts';
import { type DeskDetails, isAvailability } from '../../domain/contributors.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import type { BoxOption } from '../components/boxes.tsx';
import { ContributorFields } from '../components/contributor-fields.tsx';
import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { LookForm } from '../components/look-form.tsx';
import { Looks } from '../components/looks.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

export type ContributorPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  contributor: Contributor;
  values: DeskDetails;
  places: BoxOption[];
  errors: FieldError[];
  /** What somebody saved meanwhile; the form then overwrites it knowingly. */
  rival: DeskDetails | undefined;
  done: boolean;
  looks: Look[];
  /** In clear, just after it was asked for. */
  legalName: string | undefined;
  lookReason: string;
  timeZone: string;
};

const LegalName = (props: ContributorPageProps & { t: Translator; path: string }) => {
  const { t, path, contributor, legalName, lookReason, looks, errors, timeZone } = props;
  return (
    <section class="above" aria-labelledby="legal-name">
      <h2 id="legal-name">{t('contributor.legalName')}</h2>
      {legalName !== undefined && (
        <p class="notice" role="status">
          {t('contributor.legalName.is')} <strong>{<bdi>{legalName}</bdi>}</strong>
        </p>
      )}
      {contributor.hasLegalName ? (
        <LookForm
          {...{ t, lookReason, errors }}
          action={`${path}/legal-name`}
          submit={t('contributor.look')}
          quiet
        />
      ) : (
        <p class="soft">{t('contributor.legalName.none')}</p>
      )}
      {looks.length > 0 && <Looks t={t} looks={looks} timeZone={timeZone} />}
    </section>
  );
};

const Rival = ({
  t,
  rival,
  places,
}: {
  t: Translator;
  rival: DeskDetails;
  places: readonly BoxOption[];
}) => (
  <div class="notice bad" role="alert" id="conflict">
    <p>{t('contributor.conflict')}</p>
    <dl class="facts">
      <div>
        <dt>{t('contributor.places')}</dt>
        <dd>
          {t.list(rival.places.map((key) => places.find((one) => one.key === key)?.name ?? key)) ||
            '–'}
        </dd>
      </div>
      <div>
        <dt>{t('contributor.languages')}</dt>
        <dd>{t.list(rival.languages.map((code) => t.languageName(code))) || '–'}</dd>
      </div>
      {isAvailability(rival.availability) && (
        <div>
          <dt>{t('contributor.availability')}</dt>
          <dd>{t(`contributor.availability.${rival.availability}`)}</dd>
        </div>
      )}
      {(['byline', 'beats', 'availabilityNote', 'fee', 'notes'] as const).map((name) => (
        <div>
          <dt>{t(`contributor.${name}`)}</dt>
          <dd>{rival[name] === '' ? '–' : <bdi>{rival[name]}</bdi>}</dd>
        </div>
      ))}
    </dl>
  </div>
);

/** One contributor: what they say, what was agreed, and what the newsroom notes. */
export const ContributorPage = (props: ContributorPageProps) => {
  const { frame, staff, contributor, values, places, errors, rival, done, timeZone } = props;
  const { t } = frame;
  const { reference, byline, fullName, email, decision, since, filledAt } = contributor;
  const path = `/admin/contributors/${reference}`;
  return (
    <DeskPage
      frame={frame}
      title={byline}
      failed={errors.length > 0}
      staff={staff}
      current="contributors"
      width="narrow"
    >
      <p class="walk small">
        <a href="/admin/contributors">{t('contributors.title')}</a>
      </p>
      <ErrorSummary t={t} errors={errors} />
      {done && (
        <p class="notice good" role="status">
          {t('contributor.saved')}
        </p>
      )}
      {rival && <Rival t={t} rival={rival} places={places} />}
      <h1>
        <bdi>{byline}</bdi>
      </h1>
      <p class="soft">
        <bdi>{fullName}</bdi> ·{' '}
        {email !== '' && (
          <>
            <a href={`mailto:${email}`}>{email}</a> ·{' '}
          </>
        )}
        <a href={`/admin/applications/${reference}`}>{reference}</a>
      </p>
      <p class="soft">
        {t(`contributor.since.${decision}`, { day: t.date(since, timeZone) })}{' '}
        {filledAt
          ? t('contributor.filled', { day: t.date(filledAt, timeZone) })
          : t('contributor.notFilled')}
      </p>
      <p class="soft">
        {t('contributor.agreedUntil', { date: t.date(contributor.agreedUntil, timeZone) })}{' '}
        {contributor.pending && <span class="chip warn">{t('contributor.pending')}</span>}
      </p>
      <form class="flow" method="post" action={path} novalidate>
        <input type="hidden" name="revision" value={String(contributor.revision)} />
        <ContributorFields t={t} values={values} places={places} errors={errors} />
        <TextField
          t={t}
          name="fee"
          label={t('contributor.fee')}
          hint={t('contributor.fee.hint')}
          optional
          value={values.fee}
          errors={errors}
        />
        <TextField
          t={t}
          name="notes"
          label={t('contributor.notes')}
          hint={t('contributor.notes.hint')}
          optional
          rows={4}
          value={values.notes}
          errors={errors}
        />
        <p>
          <button type="submit" class="button">
            {t('contributor.save')}
          </button>
        </p>
      </form>
      <LegalName {...props} t={t} path={path} />
    </DeskPage>
  );
};
