import type { Translator } from '../i18n.ts';

/**
 * What a link or button is called where it is not seen (WCAG 2.5.3): its name has the words that are seen,
 * so that whoever says them presses it. They come first where the name says it in other words.
 */
export function spokenName(t: Translator, seen: string, name: string): string {
  const isIn = name.toLowerCase().includes(seen.toLowerCase());
  return isIn ? name : t('layout.spokenName', { seen, name });
}
