import type { WaitingApplication, Workload } from '../../db/review-assignments.ts';
import type { Role } from '../../domain/permissions.ts';
import { daysBetween } from '../../domain/reply-clock.ts';
import { workloadLimits } from '../../domain/review-assignments.ts';
import type { PageTime } from '../components/reply-by.tsx';
import { countUpTo } from '../count-up-to.ts';
import { DeskPage, type Frame } from '../layout.tsx';

type ReviewingPageProps = {
  frame: Frame;
  staff: { id: string; name: string; role: Role };
  waiting: WaitingApplication[];
  /** There is more than is shown. */
  more: boolean;
  workloads: Workload[];
  /** What calls name their places, by their keys. */
  placeNames: ReadonlyMap<string, string>;
  time: PageTime;
};

const Waiting = ({ frame: { t }, waiting, more, time }: ReviewingPageProps) =>
  waiting.length === 0 ? (
    <div class="empty">
      <p>{t('reviewing.nothing')}</p>
      <p class="soft">
        <a href="/admin?stage=review">{t('reviewing.toClaim')}</a>
      </p>
    </div>
  ) : (
    <>
      {waiting.some(({ hidden }) => hidden) && <p class="soft small">{t('blind.list')}</p>}
      <div class="frame">
        <table class="cards applications">
          <caption class="unseen">{t('reviewing.waiting')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('list.column.applicant')}</th>
              <th scope="col">{t('reviewing.sample')}</th>
              <th scope="col">{t('reviewing.how')}</th>
              <th scope="col">{t('reviewing.since')}</th>
            </tr>
          </thead>
          <tbody>
            {waiting.map((one) => (
              <tr>
                <th scope="row">
                  <a class="person" href={`/admin/applications/${one.reference}?waiting=me`}>
                    <bdi>{one.fullName}</bdi>
                  </a>
                  <span class="under">
                    {one.latinName !== '' && one.latinName !== one.fullName && (
                      <>
                        <bdi>{one.latinName}</bdi> ·{' '}
                      </>
                    )}
                    {one.fullName !== one.reference && (
                      <span class="reference">{one.reference}</span>
                    )}
                  </span>
                </th>
                <td>{t.list(one.sampleLanguages.map((code) => t.languageName(code))) || '–'}</td>
                <td>
                  {one.assignedBy
                    ? t('reviewing.assignedBy', { name: one.assignedBy })
                    : t('reviewing.claimed')}
                  {one.begun && (
                    <>
                      {' '}
                      <span class="chip">{t('reviewing.begun')}</span>
                    </>
                  )}
                </td>
                <td class="reply num">
                  {t('list.days', { days: daysBetween(one.since, time.now) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more && <p class="soft">{t('reviewing.more')}</p>}
    </>
  );

const Workloads = ({ frame: { t }, workloads, placeNames }: ReviewingPageProps) => (
  <div class="frame">
    <table class="cards workloads">
      <caption class="unseen">{t('reviewing.workload')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('reviewing.reviewer')}</th>
          <th scope="col">{t('reviewing.reads')}</th>
          <th scope="col">{t('reviewing.open')}</th>
          <th scope="col">{t('reviewing.done')}</th>
        </tr>
      </thead>
      <tbody>
        {workloads.map((one) => (
          <tr>
            <th scope="row">
              {one.name}
              <span class="under">{t(`staff.role.${one.role}`)}</span>
            </th>
            <td>
              {t.list(one.languages.map((code) => t.languageName(code))) || '–'}
              {one.places.length > 0 && (
                <span class="under">
                  {t.list(one.places.map((place) => placeNames.get(place) ?? place))}
                </span>
              )}
            </td>
            <td class="num">
              <span class="card-label">{t('reviewing.open')}: </span>
              {countUpTo(t, one.open, workloadLimits.open)}
            </td>
            <td class="num">
              <span class="card-label">{t('reviewing.done')}: </span>
              {countUpTo(t, one.done, workloadLimits.done)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** What waits for the reader's review, and how much everybody has. */
export const ReviewingPage = (props: ReviewingPageProps) => {
  const { frame, staff } = props;
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('reviewing.title')} staff={staff} current="reviewing">
      <h1>{t('reviewing.title')}</h1>
      <section class="above" aria-labelledby="waiting">
        <h2 id="waiting">{t('reviewing.waiting')}</h2>
        <Waiting {...props} />
      </section>
      <section class="above" aria-labelledby="workload">
        <h2 id="workload">{t('reviewing.workload')}</h2>
        <p class="soft">
          {t('reviewing.workload.hint')} <a href="/admin/account">{t('account.title')}</a>
        </p>
        <Workloads {...props} />
      </section>
    </DeskPage>
  );
};
