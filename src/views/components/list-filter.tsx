import { deskKeys } from '../../domain/desk-keys.ts';
import { languageCodes } from '../../domain/languages.ts';
import { listFlags } from '../../domain/list-flags.ts';
import { listSorts } from '../../domain/list-stages.ts';
import { decisions } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';
import { sayFlag } from './list-flags.tsx';
import type { ListQuery } from './list-links.ts';

export type Option = { value: string; label: string };

type FilterProps = {
  t: Translator;
  query: ListQuery;
  places: Option[];
  calls: Option[];
  editors: Option[];
  tags: Option[];
};

type SelectProps = {
  name: string;
  label: string;
  all?: string;
  value: string;
  options: readonly Option[];
};

/** One choice of a bar of filters; `all` is the one that filters nothing. */
export const FilterSelect = ({ name, label, all, value, options }: SelectProps) => (
  <div>
    <label for={name}>{label}</label>
    <select id={name} name={name}>
      {all !== undefined && <option value="">{all}</option>}
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
  </div>
);

/** Search and filters; the stage stays as the tabs have set it. */
export const ListFilterForm = ({ t, query, places, calls, editors, tags }: FilterProps) => {
  const languages = languageCodes
    .map((code) => ({ value: code, label: t.languageName(code) }))
    .sort((a, b) => t.compare(a.label, b.label));
  const decidable = query.stage === '' || query.stage === 'decided' || query.decision !== '';
  return (
    <form class="bar" method="get" action="/admin">
      {query.stage !== '' && <input type="hidden" name="stage" value={query.stage} />}
      <div class="search">
        <label for="q">{t('list.search')}</label>
        <input
          type="search"
          id="q"
          name="q"
          value={query.q}
          autocomplete="off"
          {...keyed(deskKeys.search)}
        />
      </div>
      <FilterSelect
        name="place"
        label={t('list.place')}
        all={t('list.place.all')}
        value={query.place}
        options={places}
      />
      <FilterSelect
        name="language"
        label={t('list.language')}
        all={t('list.language.all')}
        value={query.language}
        options={languages}
      />
      {decidable && (
        <FilterSelect
          name="decision"
          label={t('list.decision')}
          all={t('list.decision.all')}
          value={query.decision}
          options={decisions.map((one) => ({ value: one, label: t(`decision.${one}`) }))}
        />
      )}
      {(calls.length > 1 || query.call !== '') && (
        <FilterSelect
          name="call"
          label={t('list.call')}
          all={t('list.call.all')}
          value={query.call}
          options={calls}
        />
      )}
      <FilterSelect
        name="handling"
        label={t('list.handling')}
        all={t('list.handling.all')}
        value={query.handling}
        options={[
          { value: 'me', label: t('list.handling.me') },
          { value: 'none', label: t('list.handling.none') },
          ...editors,
        ]}
      />
      {tags.length > 0 && (
        <FilterSelect
          name="tag"
          label={t('list.tag')}
          all={t('list.tag.all')}
          value={query.tag}
          options={tags}
        />
      )}
      <FilterSelect
        name="flag"
        label={t('list.flag')}
        all={t('list.flag.all')}
        value={query.flag}
        options={listFlags.map((value) => ({ value, label: sayFlag(t, value) }))}
      />
      <FilterSelect
        name="sort"
        label={t('list.sort')}
        value={query.sort}
        options={listSorts.map((sort) => ({
          value: sort === 'newest' ? '' : sort,
          label: t(`list.sort.${sort}`),
        }))}
      />
      <button type="submit" class="button quiet small">
        {t('list.filter')}
      </button>
    </form>
  );
};
