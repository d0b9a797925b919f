import type { Child } from 'hono/jsx';
import { type BulkActName, bulkActs, type Obstacle } from '../../domain/bulk-acts.ts';
import type { Role } from '../../domain/permissions.ts';
import { tagLimits } from '../../domain/tags.ts';
import { DeskPage, type Frame, type Titled } from '../layout.tsx';
import { formatListQuery, type ListQuery } from './list-links.ts';

export type Named = { reference: string; fullName: string };
export type LeftOut = Named & {
  why: Obstacle;
  /** What is wrong with their letter. */
  problems?: string[];
};
/** What all pages of acts on many applications are given. */
export type BulkCommon = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** The filters of the list that one came from. */
  query: ListQuery;
};

/** What an act is called, with whom or what it is about. */
export const titleOf = ({ t }: Frame, act: BulkActName, target: string | null): string =>
  bulkActs[act].target === 'none'
    ? t(`bulk.act.${act}`)
    : t('bulk.title', { act: t(`bulk.act.${act}`), target: target ?? t('list.handling.none') });

type BulkPageProps = BulkCommon & Titled & { children?: Child };

/** The frame of such a page, with the way back to the list. */
export const BulkPage = ({ frame, staff, query, title, failed, children }: BulkPageProps) => (
  <DeskPage {...{ frame, title, failed, staff }} current="applications">
    <p class="walk small">
      <a href={`/admin${formatListQuery(query)}`}>{frame.t('bulk.back')}</a>
    </p>
    {children}
  </DeskPage>
);

/** Applications by the names of their applicants. */
export const BulkNames = ({
  frame: { t },
  people,
}: Pick<BulkCommon, 'frame'> & { people: Named[] }) => (
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

/** Those that an act leaves out, each with the reason; nothing where it leaves out nobody. */
export const LeftOutNames = ({
  frame: { t },
  people,
}: Pick<BulkCommon, 'frame'> & { people: LeftOut[] }) =>
  people.length > 0 && (
    <>
      <h2>{t('bulk.leftOut', { count: people.length })}</h2>
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
    </>
  );
