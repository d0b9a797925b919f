import type { FoundText } from '../../db/application-rows.ts';
import { replyByDate } from '../../domain/calls.ts';
import { deskKeys } from '../../domain/desk-keys.ts';
import { languageCodes } from '../../domain/languages.ts';
import type { ListSort } from '../../domain/list-stages.ts';
import { daysBetween } from '../../domain/reply-clock.ts';
import type { Snippet } from '../../domain/snippets.ts';
import type { Decision, Stage } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';
import { FlagChips, type RowFlags } from './list-flags.tsx';
import { type PageTime, ReplyBy } from './reply-by.tsx';
import { ReviewCell, type ReviewFacts } from './review-cell.tsx';
import { Romanised } from './romanised.tsx';
import { StageChip } from './stage-chip.tsx';

/** One application as the list shows it. */
export type ApplicationRow = RowFlags & {
  reference: string;
  fullName: string;
  /** The reader may not know who it is: the reference stands for the name. */
  hidden: boolean;
  /** The same for everybody. */
  discreet: boolean;
  latinName: string;
  places: string[];
  placesOther: string;
  placeNames: Record<string, string>;
  /** ISO 639 codes, like those of the samples. */
  languages: string[];
  sampleLanguages: string[];
  stage: Stage;
  decision: Decision | null;
  /** The applicant knows of the decision. */
  told: boolean;
  stageSince: Date;
  submittedAt: Date;
  replyDays: number;
  opened: boolean;
  documentCount: number;
  /** Where a text has what was searched. */
  found: { kind: FoundText['kind']; snippet: Snippet } | undefined;
  /** To be shown that one of its mails did not arrive. */
  mailTrouble: boolean;
  tags: string[];
  /** How far its reading is; null where nobody asks. */
  review: ReviewFacts | null;
};

type TableProps = {
  t: Translator;
  rows: ApplicationRow[];
  time: PageTime;
  /** The filters as a query string, which each link takes along. */
  filters: string;
  sort: ListSort;
  /** Rows can be ticked, for acting on many. */
  pick: boolean;
};

const Codes = ({ t, codes }: { t: Translator; codes: string[] }) => (
  <>
    {codes.map((code, index) => (
      <>
        {index > 0 && ', '}
        {languageCodes.includes(code) ? <abbr title={t.languageName(code)}>{code}</abbr> : code}
      </>
    ))}
  </>
);

const Found = ({ t, kind, snippet }: { t: Translator } & NonNullable<ApplicationRow['found']>) => (
  <span class="under found">
    {t(`list.found.${kind}`)}{' '}
    <bdi>{snippet.map(({ text, hit }) => (hit ? <mark>{text}</mark> : text))}</bdi>
  </span>
);

const RowTags = ({ t, tags }: { t: Translator; tags: string[] }) => (
  <span class="under tags">
    <span class="unseen">{t('tag.title')}: </span>
    {tags.map((tag) => (
      <>
        <bdi class="tag">{tag}</bdi>{' '}
      </>
    ))}
  </span>
);

const Row = ({
  t,
  row,
  time,
  filters,
  pick,
}: Omit<TableProps, 'rows' | 'sort'> & { row: ApplicationRow }) => {
  const { now, timeZone } = time;
  const { fullName, latinName, reference, placesOther, languages, sampleLanguages } = row;
  const places = row.places
    .map((place) => (Object.hasOwn(row.placeNames, place) ? row.placeNames[place]! : place))
    .sort(t.compare);
  const atStage = daysBetween(row.stageSince, now);
  const age = daysBetween(row.submittedAt, now);
  const replyBy = replyByDate(row.submittedAt, row.replyDays);
  return (
    <tr class={pick ? 'pickable' : undefined}>
      {pick && (
        <td class="pick">
          <label>
            <input
              type="checkbox"
              name="pick"
              value={reference}
              aria-label={t('bulk.pick', { name: fullName })}
              {...keyed(deskKeys.pick)}
            />
          </label>
        </td>
      )}
      <th scope="row">
        <a
          class="person"
          id={reference}
          data-row=""
          href={`/admin/applications/${reference}${filters}`}
        >
          <bdi>{fullName}</bdi>
        </a>
        <span class="under">
          {latinName !== '' && latinName !== fullName && (
            <>
              <bdi>{latinName}</bdi> ·{' '}
            </>
          )}
          <Romanised t={t} fullName={fullName} latinName={latinName} />
          {fullName !== reference && <span class="reference">{reference}</span>}
          {row.discreet && <span class="chip">{t('discreet.chip')}</span>}
        </span>
        {row.tags.length > 0 && <RowTags t={t} tags={row.tags} />}
        {row.found && <Found t={t} {...row.found} />}
      </th>
      <td class="places">
        {places.length === 0 ? placesOther : places.join(', ')}
        {places.length > 0 && placesOther !== '' && <span class="under">{placesOther}</span>}
      </td>
      <td class="wide">
        {languages.length === 0 ? '–' : <Codes t={t} codes={languages} />}
        {sampleLanguages.length > 0 && (
          <span class="under">{t('list.sample', { languages: sampleLanguages.join(', ') })}</span>
        )}
      </td>
      <td class="stage">
        <StageChip t={t} {...row} />
        <FlagChips t={t} row={row} />
        {row.mailTrouble && (
          <>
            {' '}
            <span class="chip bad">{t('list.mailTrouble')}</span>
          </>
        )}
      </td>
      <td class="wide short num">
        {t('list.days', { days: atStage })}
        {age !== atStage && <span class="under">{t('list.age', { days: age })}</span>}
      </td>
      <td class="wide num">{t.number(row.documentCount)}</td>
      <td class="wide">{row.review?.handlingEditor ?? '–'}</td>
      <td class="reviews num">{row.review && <ReviewCell t={t} facts={row.review} />}</td>
      <td class="reply num">
        <ReplyBy
          t={t}
          time={time}
          stage={row.stage}
          told={row.told}
          replyBy={replyBy}
          text={t.shortDate(replyBy, now, timeZone)}
        />
      </td>
    </tr>
  );
};

/** The applications of one page; on a narrow screen each row becomes a card. */
export const ApplicationTable = (props: TableProps) => {
  const { t, rows, sort, pick } = props;
  return (
    <div class="frame">
      <table class="cards applications">
        <caption class="unseen">{t(`list.caption.${sort}`)}</caption>
        <thead>
          <tr>
            {pick && (
              <th scope="col" class="pick">
                {/* Without the script there is "all of this page" beside what is to be done. */}
                <label hidden id="pick-page">
                  <input type="checkbox" id="pick-all" aria-label={t('bulk.pickAll')} />
                </label>
                <span class="unseen">{t('bulk.picked')}</span>
              </th>
            )}
            <th scope="col">{t('list.column.applicant')}</th>
            <th scope="col">{t('list.column.places')}</th>
            <th scope="col">{t('list.column.languages')}</th>
            <th scope="col">{t('list.column.stage')}</th>
            <th scope="col">{t('list.column.atStage')}</th>
            <th scope="col">{t('list.column.documents')}</th>
            <th scope="col">{t('list.column.handling')}</th>
            <th scope="col">{t('list.column.reviews')}</th>
            <th scope="col">{t('list.column.replyBy')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row {...props} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
};
