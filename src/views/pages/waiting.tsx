import type { Role } from '../../domain/permissions.ts';
import type { WaitingRule } from '../../domain/waiting.ts';
import { DeskPage, type Frame } from '../layout.tsx';

type WaitingPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  show: 'all' | 'late';
  groups: {
    rule: WaitingRule;
    /** `name` is empty for those who may not know who applied. */
    rows: { reference: string; name: string; since: Date }[];
    more: boolean;
  }[];
  timeZone: string;
};

/** What waits for the reader, by why it does, the longest waiting first. */
export const WaitingPage = ({ frame, staff, show, groups, timeZone }: WaitingPageProps) => {
  const { t } = frame;
  const views = [
    { name: 'all', href: '/admin/waiting' },
    { name: 'late', href: '/admin/waiting?show=late' },
  ] as const;
  return (
    <DeskPage
      frame={frame}
      title={t(`waiting.title.${show}`)}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <p class="walk small">
        <a href="/admin">{t('desk.nav.applications')}</a>
      </p>
      <h1>{t(`waiting.title.${show}`)}</h1>
      <nav class="asides" aria-label={t('view.title')}>
        {views.map(({ name, href }) => (
          <a href={href} aria-current={name === show ? 'page' : undefined}>
            {t(`waiting.title.${name}`)}
          </a>
        ))}
      </nav>
      {groups.length === 0 && <p class="soft">{t(`waiting.nothing.${show}`)}</p>}
      {groups.map(({ rule, rows, more }) => (
        <section class="above" aria-labelledby={rule}>
          <h2 id={rule}>
            {t(`waiting.rule.${rule}`)}{' '}
            <span class="num soft">
              {more ? `${t.number(rows.length)}+` : t.number(rows.length)}
            </span>
          </h2>
          <ul class="timeline">
            {rows.map(({ reference, name, since }) => (
              <li>
                <a href={`/admin/applications/${reference}`}>
                  <bdi>{name === '' ? reference : name}</bdi>
                </a>
                <span class="under num">
                  {name !== '' && `${reference} · `}
                  {t('waiting.since', { day: t.date(since, timeZone) })}
                </span>
              </li>
            ))}
          </ul>
          {more && <p class="soft">{t('waiting.more')}</p>}
        </section>
      ))}
    </DeskPage>
  );
};
