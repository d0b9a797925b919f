import { isDeepStrictEqual } from 'node:util';
import { createId } from '../crypto.ts';
import { getPublication, type PrivacyNotice, type Publication } from '../db/calls.ts';
import {
  findNotice,
  insertNotice,
  lockPrivacyNotice,
  lockPublication,
  updatePublication,
} from '../db/publication.ts';
import type { Deps } from '../deps.ts';
import type { NoticeText } from '../domain/calls.ts';

type Core = Pick<Deps, 'db' | 'clock'>;

export type PublicationEdit = Pick<
  Publication,
  | 'name'
  | 'timeZone'
  | 'language'
  | 'imprint'
  | 'links'
  | 'draftDays'
  | 'floodGuard'
  | 'storageLimitGb'
>;

/** Saves the publication; false, and nothing written, when it was changed since `seen`. */
export async function savePublication(
  { db, clock }: Core,
  { seen, edit }: { seen: number; edit: PublicationEdit },
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const { updatedAt } = await lockPublication(trx);
    if (updatedAt.getTime() !== seen) return false;
    const { imprint, links, ...columns } = edit;
    await updatePublication(trx, {
      ...columns,
      imprint: JSON.stringify(imprint),
      links: JSON.stringify(links),
      // Two saves at one moment must differ, since the time tells which one a page showed.
      updatedAt: new Date(Math.max(clock.now().getTime(), seen + 1)),
    });
    return true;
  });
}

/**
 * Saves the privacy notice in one language as the next version; whoever applied before keeps the one
 * they read. Without sections the language is taken out, unless it is the publication's.
 */
export async function saveNotice(
  { db, clock }: Core,
  edit: { base: number; language: string; text: NoticeText; authorId: string },
): Promise<{ outcome: 'saved' | 'unchanged' | 'conflict'; notice: PrivacyNotice }> {
  const { language, text } = edit;
  return await db.transaction().execute(async (trx) => {
    const newest = await lockPrivacyNotice(trx);
    const base = await findNotice(trx, edit.base);
    const before = newest.texts[language];
    if (!base || !isDeepStrictEqual(base.texts[language], before)) {
      return { outcome: 'conflict', notice: newest };
    }
    const { [language]: _, ...others } = newest.texts;
    const isGone = text.sections.length === 0 && language !== (await getPublication(trx)).language;
    const texts = isGone ? others : { ...others, [language]: text };
    if (isDeepStrictEqual(texts, newest.texts)) return { outcome: 'unchanged', notice: newest };
    const now = clock.now();
    const number = newest.number + 1;
    await insertNotice(trx, {
      ...{ id: createId(now), number, texts: JSON.stringify(texts) },
      ...{ createdAt: now, createdBy: edit.authorId },
    });
    return { outcome: 'saved', notice: { ...newest, number, texts } };
  });
}
