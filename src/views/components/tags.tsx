import { tagLimits } from '../../domain/tags.ts';
import type { Translator } from '../../i18n.ts';
import type { FieldError } from './form.tsx';

type Tag = { id: string; name: string };

/** The tags of an application, for those who use them. */
export type ShownTags = {
  own: Tag[];
  /** All there are. */
  known: Tag[];
  /** A name that did not do, as it was typed. */
  typed: string;
};

type TagsProps = {
  t: Translator;
  tags: ShownTags;
  errors: FieldError[];
  /** Where its forms are sent. */
  action: string;
};

/** The tags of an application, each with its button to remove it, and a line to add one. */
export const Tags = ({ t, tags, errors, action }: TagsProps) => {
  const error = errors.find(({ field }) => field === 'tag');
  const others = tags.known.filter(({ id }) => !tags.own.some((one) => one.id === id));
  return (
    <div class="tagging" id="tags">
      {tags.own.length > 0 && (
        <ul aria-label={t('tag.title')}>
          {tags.own.map(({ id, name }) => (
            <li>
              <form method="post" action={action} class="tag">
                <bdi>{name}</bdi>
                <input type="hidden" name="tag" value={id} />
                <button
                  type="submit"
                  class="link-button"
                  name="act"
                  value="remove"
                  aria-label={t('tag.removeNamed', { tag: name })}
                >
                  ×
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form method="post" action={action} class={error ? 'field wrong' : 'field'}>
        <label for="tag" class="unseen">
          {t('tag.add.label')}
        </label>
        {error && (
          <p class="error" id="tag-error">
            {error.message}
          </p>
        )}
        <div>
          <input
            type="text"
            id="tag"
            name="tag"
            list="tags-known"
            value={tags.typed}
            maxlength={tagLimits.length}
            placeholder={t('tag.add.label')}
            autocomplete="off"
            aria-describedby={error && 'tag-error'}
            aria-invalid={error && 'true'}
          />
          <datalist id="tags-known">
            {others.map(({ name }) => (
              <option value={name} />
            ))}
          </datalist>
          <button type="submit" class="button quiet small" name="act" value="add">
            {t('tag.add')}
          </button>
        </div>
      </form>
    </div>
  );
};
