import { type Language, languages } from '../../i18n.ts';
import type { Shared } from '../../views/components/link-preview.tsx';

/**
 * How a page is known outside; `path` is what stands behind the language. `offered` are the
 * languages that it has texts in; in another one it shows those of `shown`, and that page is the one
 * to keep.
 */
export function sharedAt(
  { publicUrl }: { publicUrl: string },
  path: string,
  { shown, offered = languages }: { shown: Language; offered?: readonly Language[] },
): Shared {
  const address = (language: Language): string => `${publicUrl}/${language}${path}`;
  return {
    canonical: address(shown),
    alternates: new Map(offered.map((language) => [language, address(language)])),
  };
}
