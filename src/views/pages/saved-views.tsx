import { viewLimits } from '../../domain/list-views.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import { ErrorSummary, type FieldError } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';

type ManagedView = {
  id: string;
  name: string;
  query: string;
  shared: boolean;
  /** Whose it is, where it is somebody else's. */
  owner: string | undefined;
  mayChange: boolean;
  /** It filters by something that is no longer there. */
  broken: boolean;
};

type SavedViewsPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  views: ManagedView[];
  /** The filters that are to be kept, as a query string without its question mark; '' for none. */
  query: string;
  /** What was typed and did not do; its id is '' where it is a new one. */
  typed: { id: string; name: string; shared: boolean } | undefined;
  errors: FieldError[];
  notice: string | undefined;
};

type FieldsProps = {
  t: Translator;
  /** Distinguishes the controls of one form from another's. */
  suffix: string;
  value: { name: string; shared: boolean };
  errors: FieldError[];
};

const Fields = ({ t, suffix, value, errors }: FieldsProps) => {
  const field = `name${suffix}`;
  const error = errors.find((one) => one.field === field);
  return (
    <>
      <label for={field}>{t('view.name')}</label>
      {error && (
        <p class="error" id={`${field}-error`}>
          {error.message}
        </p>
      )}
      <input
        type="text"
        id={field}
        name="name"
        value={value.name}
        maxlength={viewLimits.length}
        autocomplete="off"
        aria-describedby={error && `${field}-error`}
        aria-invalid={error && 'true'}
      />
      <span class="choice">
        <input
          type="checkbox"
          id={`shared${suffix}`}
          name="shared"
          value="yes"
          checked={value.shared}
        />
        <label for={`shared${suffix}`}>{t('view.share')}</label>
      </span>
    </>
  );
};

/** Keeps the filters that one came with under a name, and changes those that were kept. */
export const SavedViewsPage = (props: SavedViewsPageProps) => {
  const { frame, staff, views, query, typed, errors, notice } = props;
  const { t } = frame;
  const title = t('view.title');
  return (
    <DeskPage
      frame={frame}
      title={title}
      failed={errors.length > 0}
      staff={staff}
      current="applications"
    >
      <p class="walk small">
        <a href={query === '' ? '/admin' : `/admin?${query}`}>{t('desk.nav.applications')}</a>
      </p>
      <ErrorSummary t={t} errors={errors} />
      {notice && (
        <p class="notice good" role="status">
          {notice}
        </p>
      )}
      <h1>{title}</h1>
      {query !== '' && (
        <form
          method="post"
          action="/admin/views"
          class={errors.some(({ field }) => field === 'name') ? 'keep field wrong' : 'keep field'}
        >
          <h2>{t('view.keep')}</h2>
          <input type="hidden" name="query" value={query} />
          <Fields
            {...{ t, errors, suffix: '' }}
            value={typed?.id === '' ? typed : { name: '', shared: false }}
          />
          <button type="submit" class="button">
            {t('view.save')}
          </button>
        </form>
      )}
      {views.length === 0 ? (
        <p class="soft">{t('view.none')}</p>
      ) : (
        <ul class="managed">
          {views.map((view) => (
            <li>
              <div>
                <a href={`/admin?${view.query}`}>
                  <bdi>{view.name}</bdi>
                </a>
                <span class="under">
                  {view.shared ? t('view.shared') : t('view.own')}
                  {view.owner !== undefined && (
                    <>
                      {' · '}
                      <bdi>{view.owner}</bdi>
                    </>
                  )}
                </span>
                {view.broken && <span class="chip warn">{t('view.broken')}</span>}
              </div>
              {view.mayChange && (
                <form
                  method="post"
                  action={`/admin/views/${view.id}`}
                  class={
                    errors.some(({ field }) => field === `name-${view.id}`)
                      ? 'field wrong'
                      : 'field'
                  }
                >
                  <Fields
                    {...{ t, errors, suffix: `-${view.id}` }}
                    value={typed?.id === view.id ? typed : view}
                  />
                  <div>
                    <button
                      type="submit"
                      class="button quiet small"
                      name="act"
                      value="change"
                      aria-label={spokenName(
                        t,
                        t('view.change'),
                        t('view.changeNamed', { view: view.name }),
                      )}
                    >
                      {t('view.change')}
                    </button>
                    <button
                      type="submit"
                      class="button quiet small"
                      name="act"
                      value="remove"
                      aria-label={spokenName(
                        t,
                        t('view.remove'),
                        t('view.removeNamed', { view: view.name }),
                      )}
                    >
                      {t('view.remove')}
                    </button>
                  </div>
                </form>
              )}
            </li>
          ))}
        </ul>
      )}
    </DeskPage>
  );
};
