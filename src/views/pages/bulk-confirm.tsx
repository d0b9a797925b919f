import type { BulkActName } from '../../domain/bulk-acts.ts';
import {
  type BulkCommon,
  BulkNames,
  BulkPage,
  type LeftOut,
  LeftOutNames,
  type Named,
  titleOf,
} from '../components/bulk-page.tsx';
import { formatListQuery } from '../components/list-links.ts';

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

/** Each letter in the language of whom it goes to; the first one lies open. */
const Letters = ({
  frame: { t },
  letters,
}: Pick<BulkCommon, 'frame'> & { letters: ShownLetter[] }) => (
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

/** What would happen to how many and to whom, and who is left out and why; nothing has happened yet. */
export const BulkConfirmPage = (
  props: BulkCommon & {
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
            <BulkNames frame={frame} people={people} />
          )}
        </>
      )}
      <LeftOutNames frame={frame} people={leftOut} />
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
