import type { Child } from 'hono/jsx';
import { type BulkActName, bulkActs, type Obstacle } from '../../domain/bulk-acts.ts';
import type { Role } from '../../domain/permissions.ts';
import { isDecisionAct } from '../../domain/stages.ts';
import { tagLimits } from '../../domain/tags.ts';
import { CarriedFilters } from '../components/bulk-bar.tsx';
import { ErrorSummary, type FieldError, SelectField } from '../components/form.tsx';
import { formatListQuery, type ListQuery } from '../components/list-links.ts';
import { DeskPage, type Frame } from '../layout.tsx';

type Named = { reference: string; fullName: string };
export type LeftOut = Named & {
  why: Obstacle;
  /** What is wrong with their letter. */
  problems?: string[];
};
/** A letter as it will be read. */
export type ShownLetter = Named & {
  seen: number;
  /** Its digest. */
  shown: string;
  to: string;
  language: string;
  subject: string;
  text: string;
};

type Common = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** The filters of the list that one came from. */
  query: ListQuery;
};

/** What an act is called, with whom or what it is about. */
const titleOf = ({ t }: Frame, act: BulkActName, target: string | null): string =>
  bulkActs[act].target === 'none'
    ? t(`bulk.act.${act}`)
    : t('bulk.title', { act: t(`bulk.act.${act}`), target: target ?? t('list.handling.none') });

const BulkPage = (props: Common & { title: string; children?: Child }) => (
  <DeskPage frame={props.frame} title={props.title} staff={props.staff} current="applications">
    <p class="walk small">
      <a href={`/admin${formatListQuery(props.query)}`}>{props.frame.t('bulk.back')}</a>
    </p>
    {props.children}
  </DeskPage>
);

const Names = ({ frame: { t }, people }: Pick<Common, 'frame'> & { people: Named[] }) => (
  <ul class="names" aria-label={t('list.title')}>
    {people.map(({ reference, fullName }) => (
      <li>
        <a href={`/admin/applications/${reference}`}>
          <bdi>{fullName}</bdi>
        </a>{' '}
        <span class="reference soft">{reference}</span>
      </li>
    ))}
  </ul>
);

const LeftOutNames = ({ frame: { t }, people }: Pick<Common, 'frame'> & { people: LeftOut[] }) => (
  <ul class="names why">
    {people.map(({ reference, fullName, why, problems = [] }) => (
      <li>
        <a href={`/admin/applications/${reference}`}>
          <bdi>{fullName}</bdi>
        </a>{' '}
        <span class="reference soft">{reference}</span>
        <span class="under">{t(`bulk.why.${why}`, { limit: tagLimits.perApplication })}</span>
        {problems.map((problem) => (
          <span class="under">{problem}</span>
        ))}
      </li>
    ))}
  </ul>
);

/** Each letter in the language of whom it goes to; the first one lies open. */
const Letters = ({ frame: { t }, letters }: Pick<Common, 'frame'> & { letters: ShownLetter[] }) => (
  <div class="letters">
    {letters.map(({ reference, fullName, to, language, subject, text }, index) => (
      <details open={index === 0}>
        <summary>
          <bdi>{fullName}</bdi> <span class="reference soft">{reference}</span>{' '}
          <span class="soft">{t.languageName(language)}</span>
        </summary>
        <p class="small">
          <a href={`/admin/applications/${reference}`}>{t('decide.toApplication')}</a>{' '}
          <bdi class="soft">{to}</bdi>
        </p>
        <p lang={language} dir="auto">
          <b>{subject}</b>
        </p>
        <div class="paper" lang={language}>
          {text}
        </div>
      </details>
    ))}
  </div>
);

/** Nothing was chosen, or too much; nothing was done. */
export const BulkRefusedPage = (props: Common & { message: string }) => {
  const { t } = props.frame;
  const title = t('bulk.heading');
  return (
    <BulkPage {...props} title={t('form.errorTitle', { title })}>
      <div class="summary" role="alert" tabindex={-1} autofocus id="error-summary">
        <p>{props.message}</p>
      </div>
      <h1>{title}</h1>
    </BulkPage>
  );
};

/** Whom or what an act is about. */
export const BulkTargetPage = (
  props: Common & {
    act: BulkActName;
    count: number;
    /** What else the address says: which applications. */
    chosen: [name: string, value: string][];
    options: { value: string; label: string }[];
    /** Names of tags, where one is added. */
    known: string[] | undefined;
    typed: string;
    errors: FieldError[];
  },
) => {
  const { frame, act, count, chosen, options, known, typed, errors } = props;
  const { t } = frame;
  const { target } = bulkActs[act];
  const title = t(`bulk.act.${act}`);
  const error = errors[0];
  return (
    <BulkPage {...props} title={errors.length > 0 ? t('form.errorTitle', { title }) : title}>
      <ErrorSummary t={t} errors={errors} />
      <h1>{title}</h1>
      <p>{t('list.count', { count })}</p>
      {target === 'reason' && <p class="soft">{t('bulk.reason.note')}</p>}
      <form method="get" action="/admin/bulk" class="flow keep">
        <CarriedFilters query={props.query} />
        {chosen.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="act" value={act} />
        {known ? (
          <div class={error ? 'field wrong' : 'field'}>
            <label for="target">{t('list.tag')}</label>
            {error && (
              <p class="error" id="target-error">
                {error.message}
              </p>
            )}
            <input
              type="text"
              id="target"
              name="target"
              value={typed}
              list="tags-known"
              maxlength={tagLimits.length}
              autocomplete="off"
              aria-describedby={error && 'target-error'}
              aria-invalid={error && 'true'}
            />
            <datalist id="tags-known">
              {known.map((name) => (
                <option value={name} />
              ))}
            </datalist>
          </div>
        ) : (
          <SelectField
            t={t}
            name="target"
            label={
              target === 'none'
                ? title
                : target === 'reason'
                  ? t('decide.reason')
                  : t(`bulk.target.${target}`)
            }
            value={typed}
            options={options}
            errors={errors}
          />
        )}
        <p>
          <button type="submit" class="button">
            {t('bulk.continue')}
          </button>
        </p>
      </form>
    </BulkPage>
  );
};

/** What would happen to how many and to whom, and who is left out and why; nothing has happened yet. */
export const BulkConfirmPage = (
  props: Common & {
    /** Names this act: sent twice, it is done once. */
    id: string;
    act: BulkActName;
    target: string;
    targetName: string | null;
    people: (Named & { seen: number })[];
    /** Of an act that writes letters: to whom it is done, instead of `people`. */
    letters: ShownLetter[] | undefined;
    leftOut: LeftOut[];
    undoMinutes: number;
  },
) => {
  const { frame, id, act, target, letters, leftOut, undoMinutes: minutes } = props;
  const { t } = frame;
  const people = letters ?? props.people;
  const rows = letters
    ? letters.map(({ reference, seen, shown }) => `${reference}.${seen}.${shown}`)
    : props.people.map(({ reference, seen }) => `${reference}.${seen}`);
  const title = titleOf(frame, act, props.targetName);
  return (
    <BulkPage {...props} title={title}>
      <h1>{title}</h1>
      {people.length === 0 ? (
        <p>{t('bulk.nobody')}</p>
      ) : (
        <>
          <p>{t(letters ? 'bulk.letters' : 'bulk.count', { count: people.length })}</p>
          {letters ? (
            <Letters frame={frame} letters={letters} />
          ) : (
            <Names frame={frame} people={people} />
          )}
        </>
      )}
      {leftOut.length > 0 && (
        <>
          <h2>{t('bulk.leftOut', { count: leftOut.length })}</h2>
          <LeftOutNames frame={frame} people={leftOut} />
        </>
      )}
      {people.length > 0 && (
        <form method="post" action={`/admin/bulk${formatListQuery(props.query)}`}>
          <input type="hidden" name="id" value={id} />
          <input type="hidden" name="act" value={act} />
          <input type="hidden" name="target" value={target} />
          <input type="hidden" name="rows" value={rows.join(' ')} />
          <p class="soft">{t(letters ? 'bulk.recallable' : 'bulk.undoable', { minutes })}</p>
          <p class="actions">
            <button type="submit" class="button">
              {t(letters ? 'bulk.confirmLetters' : 'bulk.confirm', { count: people.length })}
            </button>
            <a href={`/admin${formatListQuery(props.query)}`}>{t('bulk.cancel')}</a>
          </p>
        </form>
      )}
    </BulkPage>
  );
};

/** How an act went, and how taking it back did. */
export const BulkResultPage = (
  props: Common & {
    id: string;
    act: BulkActName;
    targetName: string | null;
    done: Named[];
    leftOut: LeftOut[];
    /** It was being taken back: of whom it was, and who was left as they are. */
    undone: { done: Named[]; kept: Named[]; left: Named[] } | undefined;
    undoMinutes: number;
    /** Applications that it has not come to: it broke off. */
    open: number;
    /** Applications that are gone. */
    gone: number;
    /** Until when it can be taken back, in words; undefined when it can't be. */
    undoUntil: string | undefined;
    late: boolean;
  },
) => {
  const { frame, id, act, done, leftOut, undone, open, gone, undoUntil } = props;
  const { t } = frame;
  const title = titleOf(frame, act, props.targetName);
  const undo = `/admin/bulk/${id}/undo${formatListQuery(props.query)}`;
  return (
    <BulkPage {...props} title={title}>
      {props.late && (
        <p class="notice bad" role="alert">
          {t('bulk.late', { minutes: props.undoMinutes })}
        </p>
      )}
      {undone ? (
        <p class="notice good" role="status">
          {t('bulk.undone', { count: undone.done.length })}
        </p>
      ) : (
        <p class={done.length > 0 ? 'notice good' : 'notice'} role="status">
          {t(isDecisionAct(act) ? 'bulk.decided' : 'bulk.done', { count: done.length })}
        </p>
      )}
      {open > 0 && (
        <p class="notice bad">{t(undone ? 'bulk.stopped' : 'bulk.open', { count: open })}</p>
      )}
      {undoUntil && (
        <form method="post" action={undo} class="undo">
          <button type="submit" class="button quiet">
            {t('bulk.undo')}
          </button>{' '}
          <span class="soft">{t('bulk.undoUntil', { time: undoUntil })}</span>
        </form>
      )}
      <h1>{title}</h1>
      {undone && undone.left.length > 0 && (
        <>
          <h2>{t('bulk.left', { count: undone.left.length })}</h2>
          <p class="soft">{t('bulk.left.text')}</p>
          <Names frame={frame} people={undone.left} />
        </>
      )}
      {undone && undone.kept.length > 0 && (
        <>
          <h2>{t('bulk.kept', { count: undone.kept.length })}</h2>
          <p class="soft">{t('bulk.kept.text')}</p>
          <Names frame={frame} people={undone.kept} />
        </>
      )}
      {done.length > 0 && (
        <>
          <h2>{t(undone ? 'bulk.wasDone' : 'bulk.isDone')}</h2>
          <Names frame={frame} people={done} />
        </>
      )}
      {leftOut.length > 0 && (
        <>
          <h2>{t('bulk.leftOut', { count: leftOut.length })}</h2>
          <LeftOutNames frame={frame} people={leftOut} />
        </>
      )}
      {gone > 0 && <p class="soft">{t('bulk.gone', { count: gone })}</p>}
    </BulkPage>
  );
};
