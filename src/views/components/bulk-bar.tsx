import { bulkActNames, bulkLimit } from '../../domain/bulk-acts.ts';
import type { Translator } from '../../i18n.ts';
import { type ListQuery, listParameters } from './list-links.ts';

type BulkBarProps = {
  t: Translator;
  query: ListQuery;
  /** References of the rows below. */
  shown: string[];
  /** How many fit the filters. */
  total: number;
};

/** The filters as they are, for the form that acts on many. */
export const CarriedFilters = ({ query }: { query: ListQuery }) => (
  <>
    {listParameters.map(
      (name) => query[name] !== '' && <input type="hidden" name={name} value={query[name]} />,
    )}
  </>
);

/** What is to be done to which of the rows below: first a page that tells what would happen. */
export const BulkBar = ({ t, query, shown, total }: BulkBarProps) => (
  <div class="bulk">
    <CarriedFilters query={query} />
    <input type="hidden" name="shown" value={shown.join(',')} />
    <div>
      <label for="scope">{t('bulk.scope')}</label>
      <select id="scope" name="scope">
        <option value="ticked">{t('bulk.scope.ticked')}</option>
        <option value="page">{t('bulk.scope.page', { count: shown.length })}</option>
        {total > shown.length && total <= bulkLimit && (
          <option value="all">{t('bulk.scope.all', { count: total })}</option>
        )}
      </select>
    </div>
    <div>
      <label for="act">{t('bulk.act')}</label>
      <select id="act" name="act">
        {bulkActNames.map((name) => (
          <option value={name}>{t(`bulk.act.${name}`)}</option>
        ))}
      </select>
    </div>
    <button type="submit" class="button quiet small">
      {t('bulk.continue')}
    </button>
    <output class="soft num" id="picked" />
    {total > bulkLimit && <p class="under">{t('bulk.limit', { limit: bulkLimit })}</p>}
  </div>
);
