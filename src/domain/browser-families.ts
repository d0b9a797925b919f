/** What is kept of the browser of a session: enough to know one's own again, and no more. */
export const browserFamilies = [
  'firefox',
  'edge',
  'opera',
  'samsung',
  'chrome',
  'safari',
  'other',
] as const;
export type BrowserFamily = (typeof browserFamilies)[number];

// In this order: most browsers also name those whose engine they share.
const signs: readonly (readonly [RegExp, BrowserFamily])[] = [
  [/firefox|fxios/i, 'firefox'],
  [/edg(?:e|a|ios)?\//i, 'edge'],
  [/opr\/|opera/i, 'opera'],
  [/samsungbrowser/i, 'samsung'],
  [/chrom(?:e|ium)|crios/i, 'chrome'],
  [/safari/i, 'safari'],
];

/** The family of a browser by its header User-Agent, which is kept nowhere. */
export function readBrowserFamily(userAgent: string | undefined): BrowserFamily {
  const agent = (userAgent ?? '').slice(0, 1000);
  return signs.find(([sign]) => sign.test(agent))?.[1] ?? 'other';
}
