import { type EditedCall, findEditedCall } from '../../db/call-versions.ts';
import type { Publication } from '../../db/calls.ts';
import type { Deps } from '../../deps.ts';
import { isKey, textIn } from '../../domain/call-content.ts';
import type { EditSetting } from '../../domain/call-sections/section.ts';
import { found } from '../../errors.ts';

/** A call in any state by its address; throws `not-found`. */
export async function getEditedCall({ db }: Pick<Deps, 'db'>, slug: string): Promise<EditedCall> {
  // Nothing else is an address, and the database refuses to look for some of it.
  return found(isKey(slug, Number.POSITIVE_INFINITY) ? await findEditedCall(db, slug) : undefined);
}

/** What a call is called at the desk: its title in the reader's language, else in any; its address when it has none. */
export function titleOfCall(
  { content, slug }: Pick<EditedCall, 'content' | 'slug'>,
  languages: readonly string[],
): { title: string; lang: string | undefined } {
  const known = [...languages, ...Object.keys(content.texts)];
  const lang = known.find((one) => textIn(content, one).title !== '');
  return lang ? { title: textIn(content, lang).title, lang } : { title: slug, lang: undefined };
}

export const settingOf = (
  { opensAt }: Pick<EditedCall, 'opensAt'>,
  { language }: Pick<Publication, 'language'>,
): EditSetting => ({ reference: language, opened: opensAt !== null });

export const callPath = (slug: string): string => `/admin/calls/${slug}`;
