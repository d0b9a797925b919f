import type { Fields } from '../../domain/application-form.ts';

/**
 * True for a form that is to be shown again as it was typed and not carried out: its language changes,
 * or it comes from the page that kept what was typed when a request had failed.
 */
export const goesOn = (fields: Fields): boolean =>
  ['switch', 'save'].includes(fields.get('intent')?.[0] ?? '');
