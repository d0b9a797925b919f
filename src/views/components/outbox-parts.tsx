import type { Child } from 'hono/jsx';
import type { MailState } from '../../db/outbox.ts';
import type { StaffMailState } from '../../db/staff-outbox.ts';
import type { MessageKey, Translator } from '../../i18n.ts';

type TabsProps<State extends MailState | StaffMailState> = {
  t: Translator;
  states: readonly State[];
  /** Shown only where there are any. */
  rare: readonly State[];
  /** Undefined: all. */
  state: State | undefined;
  counts: Record<State, number>;
  /** What is listed is all that was counted. */
  counted: boolean;
  hrefOf(state: State | undefined): string;
};

/** The states of mails, one of which is shown. */
export const StateTabs = <State extends MailState | StaffMailState>(props: TabsProps<State>) => {
  const { t, states, rare, state, counts, counted, hrefOf } = props;
  const currentOf = (one: State | undefined) => (state === one ? 'page' : undefined);
  return (
    <nav class="tabs" aria-label={t('outbox.states')}>
      <a href={hrefOf(undefined)} aria-current={currentOf(undefined)}>
        {t('outbox.state.all')}
      </a>
      {states
        .filter((one) => !rare.includes(one) || counts[one] > 0 || state === one)
        .map((one) => (
          <a href={hrefOf(one)} aria-current={currentOf(one)}>
            {t(`outbox.state.${one}`)}
            {counted && (
              <>
                {' '}
                <span class="num">{t.number(counts[one])}</span>
              </>
            )}
          </a>
        ))}
    </nav>
  );
};

/** Mails, a row each, under these headings. */
export const MailTable = ({
  t,
  columns,
  children,
}: {
  t: Translator;
  columns: readonly MessageKey[];
  children: Child;
}) => (
  <div class="frame">
    <table class="cards">
      <caption class="unseen">{t('outbox.caption')}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col">{t(column)}</th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** The ways to older mails and back to the newest; undefined where there is none. */
export const MailPages = ({
  t,
  older,
  start,
}: {
  t: Translator;
  older: string | undefined;
  start: string | undefined;
}) =>
  older || start ? (
    <nav class="pages" aria-label={t('list.pages')}>
      {older && (
        <a class="button quiet small" href={older}>
          {t('list.older')}
        </a>
      )}
      {start && <a href={start}>{t('list.start')}</a>}
    </nav>
  ) : null;
