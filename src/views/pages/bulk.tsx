import { type BulkActName, bulkActs } from '../../domain/bulk-acts.ts';
import { tagLimits } from '../../domain/tags.ts';
import { CarriedFilters } from '../components/bulk-bar.tsx';
import { type BulkCommon, BulkPage } from '../components/bulk-page.tsx';
import { ErrorSummary, type FieldError, SelectField } from '../components/form.tsx';

/** Nothing was chosen, or too much; nothing was done. */
export const BulkRefusedPage = (props: BulkCommon & { message: string }) => {
  const { t } = props.frame;
  const title = t('bulk.heading');
  return (
    <BulkPage {...props} title={title} failed>
      <div class="summary" role="alert" tabindex={-1} autofocus id="error-summary">
        <p>{props.message}</p>
      </div>
      <h1>{title}</h1>
    </BulkPage>
  );
};

/** Whom or what an act is about. */
export const BulkTargetPage = (
  props: BulkCommon & {
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
    <BulkPage {...props} title={title} failed={errors.length > 0}>
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
