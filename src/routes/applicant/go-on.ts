import type { Fields } from '../../domain/application-form.ts';
import { cleanText } from '../../domain/text.ts';

/**
 * True for a form that is to be shown again as it was typed and not carried out: its language changes,
 * or it comes from the page that kept what was typed when a request had failed.
 */
export const goesOn = (fields: Fields): boolean =>
  ['switch', 'save'].includes(fields.get('intent')?.[0] ?? '');

/** What stands in the two boxes of the private page, whichever of them is sent. */
export const readTalk = (fields: Fields): { typed: string; answer: string } => ({
  typed: cleanText(fields.get('message')?.at(-1) ?? ''),
  answer: cleanText(fields.get('answer')?.at(-1) ?? ''),
});
