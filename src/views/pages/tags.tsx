import type { Role } from '../../domain/permissions.ts';
import { tagLimits } from '../../domain/tags.ts';
import { ErrorSummary, type FieldError } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';

type TagsPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  tags: { id: string; name: string; uses: number }[];
  /** Uses are exact up to here. */
  useLimit: number;
  /** A name that did not do: the id of its tag, and what was typed. */
  typed: { id: string; name: string } | undefined;
  errors: FieldError[];
  notice: { text: string; bad: boolean } | undefined;
};

/** All tags: how much each is used, its name, and the button that removes one without a use. */
export const TagsPage = (props: TagsPageProps) => {
  const { frame, staff, tags, useLimit, typed, errors, notice } = props;
  const { t } = frame;
  const title = t('tag.title');
  return (
    <DeskPage
      frame={frame}
      title={title}
      failed={errors.length > 0}
      staff={staff}
      current="applications"
    >
      <p class="walk small">
        <a href="/admin">{t('desk.nav.applications')}</a>
      </p>
      <ErrorSummary t={t} errors={errors} />
      {notice && (
        <p class={notice.bad ? 'notice bad' : 'notice good'} role="status">
          {notice.text}
        </p>
      )}
      <h1>{title}</h1>
      <p class="soft">{t('tag.intro')}</p>
      {tags.length === 0 ? (
        <p class="soft">{t('tag.none')}</p>
      ) : (
        <ul class="managed">
          {tags.map(({ id, name, uses }) => {
            const field = `name-${id}`;
            const error = errors.find((one) => one.field === field);
            return (
              <li>
                <div>
                  <a href={`/admin?tag=${id}`}>
                    <bdi>{name}</bdi>
                  </a>
                  <span class="under num">
                    {uses > useLimit
                      ? t('list.countMore', { limit: useLimit })
                      : t('list.count', { count: uses })}
                  </span>
                </div>
                <form
                  method="post"
                  action={`/admin/tags/${id}`}
                  class={error ? 'field wrong' : 'field'}
                >
                  <label for={field}>{t('tag.name')}</label>
                  {error && (
                    <p class="error" id={`${field}-error`}>
                      {error.message}
                    </p>
                  )}
                  <div>
                    <input
                      type="text"
                      id={field}
                      name="name"
                      value={typed?.id === id ? typed.name : name}
                      maxlength={tagLimits.length}
                      autocomplete="off"
                      aria-describedby={error && `${field}-error`}
                      aria-invalid={error && 'true'}
                    />
                    <button
                      type="submit"
                      class="button quiet small"
                      name="act"
                      value="rename"
                      aria-label={spokenName(
                        t,
                        t('tag.rename'),
                        t('tag.renameNamed', { tag: name }),
                      )}
                    >
                      {t('tag.rename')}
                    </button>
                    {uses === 0 && (
                      <button
                        type="submit"
                        class="button quiet small"
                        name="act"
                        value="remove"
                        aria-label={spokenName(
                          t,
                          t('tag.remove'),
                          t('tag.removeNamed', { tag: name }),
                        )}
                      >
                        {t('tag.remove')}
                      </button>
                    )}
                  </div>
                </form>
              </li>
            );
          })}
        </ul>
      )}
    </DeskPage>
  );
};
