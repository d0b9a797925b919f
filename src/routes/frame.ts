import type { Deps } from '../deps.ts';
import type { Translator } from '../i18n.ts';
import type { Frame } from '../views/layout.tsx';

/** What every page needs beside its own facts. */
export function frameFor(
  { assets }: Pick<Deps, 'assets'>,
  t: Translator,
  siteName = 'Feder',
): Frame {
  return { t, siteName, asset: assets.href };
}
