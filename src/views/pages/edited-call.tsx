import type { CallHistoryEntry } from '../../db/call-versions.ts';
import type { Lack } from '../../domain/call-content.ts';
import { type CallAct, type CallEventType, eventOfAct } from '../../domain/call-opening.ts';
import { may, type Role } from '../../domain/permissions.ts';
import { type Todo, TodoNotice } from '../components/todo.tsx';
import { DeskPage, type Frame } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';
import { CallStateChip, type LanguageStand, type NamedState, sayPeriod } from './call-desk.tsx';

/** One part of the call: what is in it, and where it is changed. */
export type CallPart = { name: string; content: string; href: string };

export type EditedCallProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  slug: string;
  title: string;
  lang: string | undefined;
  state: NamedState;
  period: { opensAt: Date | null; closesAt: Date | null };
  timeZone: string;
  number: number;
  applications: string;
  /** What was just done. */
  done: CallEventType | undefined;
  mayEdit: boolean;
  acts: readonly CallAct[];
  lacks: Lack[];
  /** What may stay empty but had better not. */
  todo: Todo[];
  languages: LanguageStand[];
  parts: CallPart[];
  history: CallHistoryEntry[];
};

const Acts = ({ frame: { t }, slug, acts, lacks }: EditedCallProps) =>
  lacks.length > 0 ? (
    <p class="notice">
      {t('callOpening.lacks', { things: t.list(lacks.map((one) => t(`callEdit.section.${one}`))) })}
    </p>
  ) : (
    <p class="actions">
      {acts.map((act, index) => (
        <a
          class={index === 0 && act !== 'schedule' ? 'button' : 'button quiet'}
          href={`/admin/calls/${slug}/opening/${act}`}
        >
          {t(`callOpening.${act}`)}
        </a>
      ))}
    </p>
  );

const Languages = ({ frame: { t }, slug, languages, mayEdit }: EditedCallProps) => (
  <dl class="answers">
    {languages.map(({ code, name, missing, offered }) => (
      <div>
        <dt>{name}</dt>
        <dd>
          {missing === 0 ? (
            <span class="chip good">{t('translation.complete')}</span>
          ) : (
            <span class="chip warn">{t('translation.missing', { count: missing })}</span>
          )}{' '}
          {!offered && <span class="chip">{t('translation.notOffered')}</span>}
          <span class="under parted">
            {mayEdit && (
              <a
                href={`/admin/calls/${slug}/texts/${code}`}
                aria-label={spokenName(
                  t,
                  t('check.change'),
                  t('check.changeNamed', { label: name }),
                )}
              >
                {t('check.change')}
              </a>
            )}
            <a
              href={`/admin/calls/${slug}/preview/${code}`}
              aria-label={spokenName(
                t,
                t('callPreview.call'),
                t('callPreview.named', { language: name }),
              )}
            >
              {t('callPreview.call')}
            </a>
            <a
              href={`/admin/calls/${slug}/preview/${code}/apply`}
              aria-label={spokenName(
                t,
                t('callPreview.form'),
                t('callPreview.formNamed', { language: name }),
              )}
            >
              {t('callPreview.form')}
            </a>
          </span>
        </dd>
      </div>
    ))}
  </dl>
);

const Parts = ({ frame: { t }, parts, mayEdit }: EditedCallProps) => (
  <dl class="answers">
    {parts.map(({ name, content, href }) => (
      <div>
        <dt>{name}</dt>
        <dd>
          {content}
          {mayEdit && (
            <span class="under">
              <a
                href={href}
                aria-label={spokenName(
                  t,
                  t('check.change'),
                  t('check.changeNamed', { label: name }),
                )}
              >
                {t('check.change')}
              </a>
            </span>
          )}
        </dd>
      </div>
    ))}
  </dl>
);

const sayEntry = ({ frame: { t }, timeZone }: EditedCallProps, entry: CallHistoryEntry): string => {
  if (entry.type === 'version') return t('callHistory.version', { number: entry.number });
  const what = t(`callHistory.${entry.type}`);
  const isDated = entry.type === 'scheduled' || entry.type === 'reopened';
  return isDated ? `${what}: ${sayPeriod(t, entry, timeZone)}` : what;
};

const History = (props: EditedCallProps) => {
  const { t } = props.frame;
  return (
    <ul class="timeline">
      {props.history.map((entry) => (
        <li>
          {sayEntry(props, entry)}
          <span class="under num">
            {entry.name ?? 'Feder'} · {t.dateTime(entry.at, props.timeZone)}
          </span>
        </li>
      ))}
    </ul>
  );
};

/** A call as a whole: its state and what can be done about it, its languages, its parts, its history. */
export const EditedCallPage = (props: EditedCallProps) => {
  const { frame, slug, title, lang, state, period, timeZone, done, history } = props;
  const { t } = frame;
  const isDone = done !== undefined && [...Object.values(eventOfAct), 'created'].includes(done);
  return (
    <DeskPage frame={frame} title={title} staff={props.staff} current="calls" width="narrow">
      {isDone && (
        <p class="notice good" role="status">
          {t(`callDone.${done}`)}
        </p>
      )}
      <p class="walk">
        <a href="/admin/calls">{t('desk.nav.calls')}</a>
      </p>
      <h1 lang={lang}>{title}</h1>
      <p>
        <CallStateChip t={t} state={state} /> {sayPeriod(t, period, timeZone)}
      </p>
      {props.mayEdit && <Acts {...props} />}
      <TodoNotice t={t} todo={props.todo} />
      <p class="parted">
        <a href={`/admin?call=${slug}`}>{props.applications}</a>
        {state !== 'in-preparation' && (
          <a href={`/${t.language}/calls/${slug}`}>{t('callDesk.viewPage')}</a>
        )}
        <a href={`/admin/calls/${slug}/article`}>{t('callArticle.title')}</a>
        {may(props.staff.role, 'edit-templates') && (
          <a href={`/admin/calls/${slug}/templates`}>{t('templates.title')}</a>
        )}
      </p>
      <h2>{t('callEdit.section.texts')}</h2>
      <Languages {...props} />
      <h2>{t('callEdit.parts')}</h2>
      <Parts {...props} />
      <h2>{t('admin.application.events')}</h2>
      {history.length === 0 ? <p class="soft">{t('callHistory.none')}</p> : <History {...props} />}
    </DeskPage>
  );
};
