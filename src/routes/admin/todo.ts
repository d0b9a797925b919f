import type { Lack } from '../../domain/lacks.ts';
import type { Translator } from '../../i18n.ts';
import type { Todo } from '../../views/components/todo.tsx';

/** What is lacking, in words, with the page and the field where it is entered. */
export function sayTodo(
  t: Translator,
  lacks: readonly Lack[],
  titleOf: (slug: string) => string,
): Todo[] {
  return lacks.map((lack) => {
    if (lack.what === 'imprint') {
      return { text: t('admin.todo.imprint'), href: '/admin/publication#imprint' };
    }
    const { slug } = lack;
    const call = titleOf(slug);
    return lack.what === 'fee'
      ? { text: t('admin.todo.fee', { call }), href: `/admin/calls/${slug}/fee` }
      : {
          text: t('admin.todo.contact', { call }),
          href: `/admin/calls/${slug}/newsroom#contactEmail`,
        };
  });
}
