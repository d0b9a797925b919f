import type { Look } from '../../db/looks.ts';
import type { Role } from '../../domain/permissions.ts';
import { Looks } from '../components/looks.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type LooksPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  looks: Look[];
  /** Where those before these begin; undefined when these are the last. */
  older: number | undefined;
  timeZone: string;
};

/** Every look at what is sealed of anybody, for those who answer for it. */
export const LooksPage = ({ frame, staff, looks, older, timeZone }: LooksPageProps) => {
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('looks.title')} staff={staff} current="staff" width="narrow">
      <p class="walk small">
        <a href="/admin/staff">{t('staffList.title')}</a>
      </p>
      <h1>{t('looks.title')}</h1>
      <p>{t('looks.lead')}</p>
      {looks.length === 0 ? (
        <p class="soft">{t('looks.none')}</p>
      ) : (
        <Looks t={t} looks={looks} named timeZone={timeZone} />
      )}
      {older !== undefined && (
        <p>
          <a class="button quiet" href={`/admin/looks?before=${older}`}>
            {t('list.older')}
          </a>
        </p>
      )}
    </DeskPage>
  );
};
