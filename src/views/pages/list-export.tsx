import type { Role } from '../../domain/permissions.ts';
import {
  exportColumns,
  formatListQuery,
  type ListQuery,
  listParameters,
} from '../components/list-links.ts';
import { DeskPage, type Frame } from '../layout.tsx';

type ExportPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  query: ListQuery;
  /** Exact up to `countLimit`. */
  total: number;
  countLimit: number;
};

/** Which columns of the filtered list go into the table. */
export const ListExportPage = ({ frame, staff, query, total, countLimit }: ExportPageProps) => {
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('export.title')} staff={staff} current="applications">
      <div class="flow">
        <h1>{t('export.title')}</h1>
        <p>
          {total > countLimit
            ? t('list.countMore', { limit: countLimit })
            : t('list.count', { count: total })}
        </p>
        <p>{t('export.text')}</p>
        <p>{t('export.discreet')}</p>
        <form method="get" action="/admin/export.csv" class="flow">
          {listParameters.map(
            (name) => query[name] !== '' && <input type="hidden" name={name} value={query[name]} />,
          )}
          <fieldset>
            <legend>{t('export.columns')}</legend>
            {exportColumns.map((column) => (
              <div class="choice">
                <input type="checkbox" id={column} name="column" value={column} checked />
                <label for={column}>{t(`export.${column}`)}</label>
              </div>
            ))}
          </fieldset>
          <p>
            <button type="submit" class="button">
              {t('export.download')}
            </button>{' '}
            <a href={`/admin${formatListQuery(query)}`}>{t('export.back')}</a>
          </p>
        </form>
      </div>
    </DeskPage>
  );
};
