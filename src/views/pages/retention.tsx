import type { Role } from '../../domain/permissions.ts';
import { announcedDays, type DeletionReason, deletionReasons } from '../../domain/retention.ts';
import type { ShownDeletion, ShownHold } from '../components/deletion.tsx';
import type { PageTime } from '../components/reply-by.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type Named = { reference: string; fullName: string };

type RetentionPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** Since when deleting waits for a confirmation. */
  pausedSince: Date | undefined;
  /** It was just confirmed. */
  confirmed: boolean;
  /** The earliest of what goes next. */
  deletions: (Named & ShownDeletion)[];
  counts: Partial<Record<DeletionReason, number>>;
  holds: (Named & ShownHold)[];
  time: PageTime;
};

const Person = ({ reference, fullName }: Named) => (
  <th scope="row">
    <a href={`/admin/applications/${reference}`}>
      <bdi>{fullName}</bdi>
    </a>
    <span class="under reference">{reference}</span>
  </th>
);

/** What is deleted next, what is kept from it, and whether deleting waits. */
export const RetentionPage = (props: RetentionPageProps) => {
  const { frame, staff, pausedSince, confirmed, deletions, counts, holds, time } = props;
  const { t } = frame;
  const day = (date: Date) => t.date(date, time.timeZone);
  const total = deletionReasons.reduce((sum, reason) => sum + (counts[reason] ?? 0), 0);
  return (
    <DeskPage frame={frame} title={t('retention.title')} staff={staff} current="publication">
      <p class="walk small">
        <a href="/admin/publication">{t('desk.nav.publication')}</a>
      </p>
      {confirmed && (
        <p class="notice good" role="status">
          {t('retention.confirmed')}
        </p>
      )}
      {pausedSince && (
        <form class="notice bad" method="post" action="/admin/retention">
          <p>{t('retention.paused', { since: t.dateTime(pausedSince, time.timeZone) })}</p>
          <p>
            <button type="submit" class="button small">
              {t('retention.confirm')}
            </button>
          </p>
        </form>
      )}
      <div class="flow">
        <h1>{t('retention.title')}</h1>
        <h2>{t('retention.next', { days: announcedDays })}</h2>
        {total === 0 ? (
          <p class="soft">{t('retention.none')}</p>
        ) : (
          <>
            <p class="soft">
              {t.list(
                deletionReasons
                  .filter((reason) => counts[reason])
                  .map((reason) => t(`retention.count.${reason}`, { count: counts[reason] ?? 0 })),
              )}
            </p>
            <div class="frame">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">{t('list.column.applicant')}</th>
                    <th scope="col">{t('retention.column.reason')}</th>
                    <th scope="col">{t('call.deletion')}</th>
                  </tr>
                </thead>
                <tbody>
                  {deletions.map((one) => (
                    <tr>
                      <Person {...one} />
                      <td>{t(`retention.reason.${one.reason}`)}</td>
                      <td class="num">{day(one.at)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {total > deletions.length && (
              <p class="soft">{t('retention.more', { count: total - deletions.length })}</p>
            )}
          </>
        )}
        <h2>{t('retention.holds')}</h2>
        {holds.length === 0 ? (
          <p class="soft">{t('retention.noHolds')}</p>
        ) : (
          <div class="frame">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">{t('list.column.applicant')}</th>
                  <th scope="col">{t('retention.reason')}</th>
                  <th scope="col">{t('retention.column.since')}</th>
                </tr>
              </thead>
              <tbody>
                {holds.map((one) => (
                  <tr>
                    <Person {...one} />
                    <td dir="auto">{one.reason}</td>
                    <td class="num">
                      {day(one.since)}
                      <span class="under">{one.staffName ?? t('event.someone')}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </DeskPage>
  );
};
