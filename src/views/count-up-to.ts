import type { Translator } from '../i18n.ts';

/** A number that is exact up to a limit, as text: `> 100` for any that is more. */
export const countUpTo = (t: Translator, count: number, limit: number): string =>
  count > limit ? `> ${t.number(limit)}` : t.number(count);
