import type { Translator } from '../../i18n.ts';

/** Something that is still to be filled in, and where. */
export type Todo = { text: string; href: string };

/** What an admin has still to fill in, each with its place; nothing when there is nothing. */
export const TodoNotice = ({ t, todo }: { t: Translator; todo: readonly Todo[] }) =>
  todo.length === 0 ? null : (
    <div class="notice">
      <p>{t('admin.todo')}</p>
      <ul>
        {todo.map(({ text, href }) => (
          <li>
            <a href={href}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  );
