import type { CallState } from '../../domain/calls.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import { DeskPage, type Frame } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';

/** What a call's state is called at the desk: an open one without a closing date is rolling. */
export type NamedState = CallState | 'rolling';

const stateClasses: Partial<Record<NamedState, string>> = {
  'in-preparation': ' warn',
  'not-yet-open': ' new',
  open: ' good',
  rolling: ' good',
};

export const CallStateChip = ({ t, state }: { t: Translator; state: NamedState }) => (
  <span class={`chip${stateClasses[state] ?? ''}`}>{t(`callState.${state}`)}</span>
);

/** From when to when, in words. */
export function sayPeriod(
  t: Translator,
  { opensAt, closesAt }: { opensAt: Date | null; closesAt: Date | null },
  timeZone: string,
): string {
  if (opensAt === null) return t('callPeriod.none');
  const from = t.dateTime(opensAt, timeZone);
  return closesAt === null
    ? t('callPeriod.rolling', { from })
    : t('callPeriod.fixed', { from, to: t.dateTime(closesAt, timeZone) });
}

/** A language of a call: how much it lacks, and whether readers are offered it. */
export type LanguageStand = { code: string; name: string; missing: number; offered: boolean };

export type ListedCall = {
  slug: string;
  title: string;
  lang: string | undefined;
  state: NamedState;
  period: string;
  applications: string;
  languages: LanguageStand[];
};

type CallDeskProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  calls: ListedCall[];
  mayEdit: boolean;
};

const Languages = ({ t, languages }: { t: Translator; languages: LanguageStand[] }) => {
  const ready = languages.filter((one) => one.offered && one.missing === 0);
  const unfinished = languages.filter((one) => one.missing > 0);
  const names = (some: LanguageStand[]): string => t.list(some.map((one) => one.name));
  return (
    <>
      {ready.length > 0 && <span>{t('callDesk.complete', { languages: names(ready) })}</span>}
      {unfinished.length > 0 && (
        <span class="under">{t('callDesk.unfinished', { languages: names(unfinished) })}</span>
      )}
    </>
  );
};

const Row = ({ t, call }: { t: Translator; call: ListedCall }) => (
  <tr>
    <th scope="row">
      <a class="person" href={`/admin/calls/${call.slug}`} lang={call.lang}>
        {call.title}
      </a>
      <span class="under">{call.slug}</span>
    </th>
    <td class="reply">
      <CallStateChip t={t} state={call.state} />
    </td>
    <td>{call.period}</td>
    <td class="short">
      <a href={`/admin?call=${call.slug}`}>{call.applications}</a>
    </td>
    <td>
      <Languages t={t} languages={call.languages} />
    </td>
    <td class="short">
      <a
        href={
          call.state === 'in-preparation'
            ? `/admin/calls/${call.slug}/preview/${t.language}`
            : `/${t.language}/calls/${call.slug}`
        }
        aria-label={spokenName(t, t('callDesk.view'), t('list.empty.call', { call: call.title }))}
      >
        {t('callDesk.view')}
      </a>
    </td>
  </tr>
);

/** All calls of the publication, those in preparation first. */
export const CallDeskPage = ({ frame, staff, calls, mayEdit }: CallDeskProps) => {
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('desk.nav.calls')} staff={staff} current="calls">
      <h1>{t('desk.nav.calls')}</h1>
      {mayEdit && (
        <p class="actions above">
          <a class="button" href="/admin/calls/new">
            {t('callDesk.new')}
          </a>
        </p>
      )}
      {calls.length === 0 ? (
        <div class="empty flow">
          <h2>{t('callDesk.empty.title')}</h2>
          <p>{t('callDesk.empty.text')}</p>
        </div>
      ) : (
        <div class="frame">
          <table class="cards calls">
            <caption class="unseen">{t('desk.nav.calls')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('admin.application.call')}</th>
                <th scope="col">{t('outbox.column.state')}</th>
                <th scope="col">{t('callDesk.period')}</th>
                <th scope="col">{t('desk.nav.applications')}</th>
                <th scope="col">{t('callEdit.section.languages')}</th>
                <th scope="col">{t('callDesk.page')}</th>
              </tr>
            </thead>
            <tbody>
              {calls.map((call) => (
                <Row t={t} call={call} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </DeskPage>
  );
};
