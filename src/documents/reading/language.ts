// What most of the letters say comes first, then the small words that every text has. Texts in other
// languages of these scripts are told to be nothing rather than something wrong.
const looksAt = 50_000;
const fewestLetters = 12;

const scripts = {
  ka: /\p{Script=Georgian}/gu,
  hy: /\p{Script=Armenian}/gu,
  cyrillic: /\p{Script=Cyrillic}/gu,
  latin: /\p{Script=Latin}/gu,
} as const;

// Letters that Russian does not have: Ukrainian, Belarusian, Serbian, Ossetian, Abkhaz, Chechen, Turkic.
const notRussian = /[іїєґўјљњћђџѕӕӀӏәғқңөүҳҷҟҩҕԥ]/giu;
const russianWords = words(
  'и в не на что с по как это из у за от для он она мы я к о но а так же было был его её их при или то до',
);

const latinWords = {
  en: words(
    'the of and to in is was that for with it as on by at from this be are were have has had not they which but his her their we i an',
  ),
  de: words(
    'der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer war ich wir einem einen',
  ),
  az: words(
    'və bu bir ilə də da üçün olan o ki daha var idi onun hər çox sonra kimi isə ən mən biz amma lakin görə deyil olub il ildə qədər haqqında',
  ),
} as const;

/** One of the six languages that we know, by ISO 639-1, or null. */
export function guessLanguage(text: string): string | null {
  const sample = text.slice(0, looksAt).toLowerCase();
  const counts = Object.entries(scripts).map(
    ([script, letters]) => [script, countOf(sample, letters)] as const,
  );
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  const [script, most] = counts.reduce((best, one) => (one[1] > best[1] ? one : best));
  if (all < fewestLetters || most < all * 0.5) return null;
  if (script === 'cyrillic') return isRussian(sample, most) ? 'ru' : null;
  return script === 'latin' ? guessLatin(sample, most) : script;
}

function isRussian(sample: string, letters: number): boolean {
  if (countOf(sample, notRussian) > letters * 0.01) return false;
  const russian = countOf(sample, /[ыэё]/g);
  // Bulgarian has many hard signs and none of these; a longer Russian text can't do without them.
  if (countOf(sample, /ъ/g) > russian || (russian === 0 && letters > 150)) return false;
  return russian > 0 || shareOf(sample, russianWords) > 0.1;
}

function guessLatin(sample: string, letters: number): string | null {
  // No other living language of the region is written in Latin letters with ə.
  if (countOf(sample, /ə/g) > letters * 0.01) return 'az';
  const shares = Object.entries(latinWords).map(
    ([language, known]) => [language, shareOf(sample, known)] as const,
  );
  const [language, share] = shares.reduce((best, one) => (one[1] > best[1] ? one : best));
  return share > 0.12 ? language : null;
}

function words(line: string): ReadonlySet<string> {
  return new Set(line.split(' '));
}

function shareOf(sample: string, known: ReadonlySet<string>): number {
  const tokens = sample.match(/\p{L}+/gu) ?? [];
  return tokens.filter((token) => known.has(token)).length / Math.max(1, tokens.length);
}

function countOf(sample: string, pattern: RegExp): number {
  return sample.match(pattern)?.length ?? 0;
}
