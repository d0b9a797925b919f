import { nameKeysOf, wordsOfName } from './name-keys.ts';
import { hearLetters, type Letters, lettersOf } from './name-letters.ts';

// Blind review: what tells who somebody is goes out of a text, in whatever script and case it stands. What
// can't be decided is masked: a word too few is a nuisance, a name too many is a leak.

/** Stands for anything that was masked, however long; no search finds it. */
export const maskMark = '[***]';

/** What is known of a person. */
export type Identity = {
  fullName: string;
  latinName: string;
  penName: string;
  email: string;
};

// How names end in Georgian, Russian, Armenian, Azerbaijani, German and English, as `nameKeysOf` hears it.
const endings = new Set(
  `a e i o u s d n m ma is it ad sa isa ita ze si shi tan stan istan asthan isgan sgan gan tvis stvis istvis
  ken sken isken dan idan mde amde mats sats its isats ts ebi ebis ebma ebs ebit ebo
  om oi ei im ih imi oiu ia iu em ov am ami ah ih uiu oe iei
  es er in ints um ii ner neri nerin ants antsi ov iov ist
  un nin nun ni nu da de dan den la le ila ile lar ler lari leri larin lerin gil giller dir dur di du
  ia ie iam iem liq lik`
    .split(/\s+/)
    .filter((ending) => ending !== ''),
);
const longestEnding = 7;

/** What Russian puts for the last letter of a name in a. */
const aEndings = ['i', 'e', 'u', 'oi', 'oiu', 'ei'];

/** Parts of names that are words of many a text: they go only where they stand beside another part. */
const particles = new Set(
  `von van de der den di da do la le el al as bin ben ibn ter und i e y o oglu ogli qizi kizi gizi`.split(
    ' ',
  ),
);

/** What stands before the @ of addresses that are nobody's own. */
const commonBoxes = new Set(
  'info mail email contact kontakt press presse office news redaktion editor editors journalist admin hello'.split(
    ' ',
  ),
);

const shortestBox = 5;
const shortestStem = 4;
const shortestInside = 6;

type Names = {
  /** Every key of every part. */
  parts: ReadonlySet<string>;
  /** The same without the vowel that cases replace. */
  stems: ReadonlySet<string>;
  particles: ReadonlySet<string>;
  /** Parts that are long enough to be looked for inside of words. */
  long: readonly string[];
  /** The letters that a word must have for being one of them: `first` is 0 where it may begin with others. */
  needed: readonly { letters: Letters; first: Letters }[];
};

function namesOf({ fullName, latinName, penName, email }: Identity): Names {
  const at = email.lastIndexOf('@');
  const box = at < 0 ? '' : email.slice(0, at).toLowerCase();
  const pieces = box.split(/[^\p{L}]+/u).filter((one) => one.length >= shortestBox);
  const words = [
    ...[fullName, latinName, penName].flatMap(wordsOfName),
    ...pieces.filter((one) => !commonBoxes.has(one)),
  ].filter((word) => [...word].length > 1);
  const parts = new Set<string>();
  const small = new Set<string>();
  for (const word of words) {
    const isParticle = particles.has(word.toLowerCase());
    for (const key of nameKeysOf(word)) (isParticle ? small : parts).add(key);
  }
  // Somebody whose name is nothing but particles is still to be hidden.
  if (parts.size === 0) for (const key of small) parts.add(key);
  const stems = [...parts].map((key) => key.replace(/[aeiou]$/, ''));
  // Анна, Анны: short ones have no stem of their own, but these forms.
  const declined = [...parts].flatMap((key) =>
    key.length > 2 && key.endsWith('a') ? aEndings.map((ending) => key.slice(0, -1) + ending) : [],
  );
  const forms = new Set([...parts, ...declined]);
  const longStems = new Set(stems.filter((stem) => stem.length >= shortestStem));
  const long = [...parts].filter((key) => key.length >= shortestInside);
  return {
    parts: forms,
    stems: longStems,
    particles: small,
    long,
    needed: [
      ...[...forms, ...longStems].map((key) => ({
        letters: lettersOf(key),
        first: lettersOf([...key][0]!),
      })),
      ...long.map((key) => ({ letters: lettersOf(key), first: 0 })),
    ],
  };
}

/** False for a word of which no key can be a form of a part, whichever way it is read. */
function mayBeForm(word: string, { needed }: Names): boolean {
  const heard = hearLetters(word);
  return needed.some(
    ({ letters, first }) => (letters & ~heard.letters) === 0 && (first & ~heard.first) === 0,
  );
}

/** True for a form of a part: itself, with an ending of a case, two parts in one word, a part within. */
function isForm(key: string, { parts, stems, long }: Names): boolean {
  if (parts.has(key)) return true;
  for (let cut = 0; cut <= longestEnding && key.length - cut >= 2; cut += 1) {
    const beginning = key.slice(0, key.length - cut);
    const ending = key.slice(key.length - cut);
    if (ending !== '' && !endings.has(ending) && !parts.has(ending)) continue;
    if (parts.has(beginning) || stems.has(beginning)) return true;
  }
  for (const part of parts) {
    if (part.length > 2 && key.startsWith(part) && parts.has(key.slice(part.length))) return true;
  }
  return long.some((part) => key.includes(part));
}

/** The words of a text: letters, marks and digits, with apostrophes inside. */
const wordPattern = /[\p{L}\p{M}\p{N}]+(?:[’'ʼʻ‘`´][\p{L}\p{M}]+)*/gu;
/** Longer ones are no names; they are compared by their beginning. */
const longestWord = 60;

type Span = { from: number; to: number; hit: boolean; word: string };

const domains =
  'com|net|org|info|biz|ge|am|az|ru|de|eu|ua|by|kz|tr|at|ch|fr|uk|us|io|me|tv|fm|ai|app|dev|news|media|press|blog|site|online|page|link|pro|space|club|рф|гe|გე|հայ';
const bareLink = new RegExp(
  `^[^\\p{L}\\p{N}]{0,8}[\\p{L}\\p{N}-]{1,63}(?:\\.[\\p{L}\\p{N}-]{1,63}){0,6}\\.(?:${domains})(?:[/:?#].*|[^\\p{L}\\p{N}]{0,8})$`,
  'iu',
);
const longestLink = 2000;

/** True for what has an address, a link or a handle in it. */
const isAddress = (chunk: string): boolean =>
  chunk.includes('@') ||
  chunk.includes('＠') ||
  chunk.includes('://') ||
  /^[^\p{L}\p{N}]{0,8}www\./iu.test(chunk) ||
  (chunk.length <= longestLink && bareLink.test(chunk));

/** Addresses, links, handles: whatever stands between two spaces goes with them. */
function maskAddresses(text: string): string {
  return text.replace(/\S+/g, (chunk) => (isAddress(chunk) ? maskMark : chunk));
}

const phonePattern = /\+?\(?\d[\d().\-–/ \u00a0]{5,24}\d/g;

/** Numbers that can be called: with a plus from seven digits on, without one from nine. */
function maskPhones(text: string): string {
  return text.replace(phonePattern, (number) => {
    const digits = number.replace(/\D/g, '').length;
    return digits >= (number.startsWith('+') ? 7 : 9) ? maskMark : number;
  });
}

/** What is not seen and only cuts words in two. */
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/**
 * Makes what masks one person's texts; it takes time in proportion to the text. Known are the forms in
 * which names and addresses are stored: a nickname, or a pen name that nobody entered, is not.
 */
export function createMasker(identity: Identity): (text: string) => string {
  const names = namesOf(identity);
  const known = new Map<string, boolean>();
  const isName = (word: string): boolean => {
    const lower = word.slice(0, longestWord).toLowerCase();
    const seen = known.get(lower);
    if (seen !== undefined) return seen;
    const hit = mayBeForm(lower, names) && nameKeysOf(lower).some((key) => isForm(key, names));
    known.set(lower, hit);
    return hit;
  };
  const isParticle = (word: string): boolean =>
    names.particles.size > 0 && nameKeysOf(word).some((key) => names.particles.has(key));

  return (text) => {
    if (names.parts.size === 0) return maskPhones(maskAddresses(text.replace(invisible, '')));
    const plain = maskPhones(maskAddresses(text.replace(invisible, '').normalize('NFC')));
    const spans: Span[] = [...plain.matchAll(wordPattern)].map((match) => ({
      from: match.index,
      to: match.index + match[0].length,
      hit: isName(match[0]),
      word: match[0],
    }));
    const gap = (index: number): string => plain.slice(spans[index]!.to, spans[index + 1]!.from);
    joinBroken(spans, gap, isName);
    joinSpaced(spans, gap, isName);
    joinBeside(spans, gap, isParticle);
    return cover(plain, spans, gap);
  };
}

type Gap = (index: number) => string;
type Test = (word: string) => boolean;

/** A word that goes on in the next line. */
function joinBroken(spans: Span[], gap: Gap, isName: Test): void {
  for (let at = 0; at + 1 < spans.length; at += 1) {
    const [one, next] = [spans[at]!, spans[at + 1]!];
    if (one.hit && next.hit) continue;
    const between = gap(at);
    if (between.length > 12 || !/^[-‐‑]?[ \t]*\r?\n[ \t]*$/.test(between)) continue;
    if (isName(one.word + next.word)) one.hit = next.hit = true;
  }
}

/** N I N O, as headings are sometimes set. */
function joinSpaced(spans: Span[], gap: Gap, isName: Test): void {
  for (let at = 0; at < spans.length; ) {
    let end = at;
    const isLetter = (index: number): boolean => [...spans[index]!.word].length === 1;
    while (
      end < spans.length &&
      isLetter(end) &&
      (end === at || /^[ \u00a0]{1,4}$/.test(gap(end - 1)))
    )
      end += 1;
    if (end - at >= 3 && end - at <= longestWord) {
      const run = spans.slice(at, end);
      if (isName(run.map(({ word }) => word).join(''))) for (const one of run) one.hit = true;
      // Wider gaps part the words of a name.
      let from = at;
      for (let index = at; index < end; index += 1) {
        const parts = index + 1 === end || gap(index).length > 1;
        if (!parts) continue;
        const word = spans.slice(from, index + 1);
        if (word.length > 1 && isName(word.map((one) => one.word).join(''))) {
          for (const one of word) one.hit = true;
        }
        from = index + 1;
      }
    }
    at = Math.max(end, at + 1);
  }
}

const beside = /^(?:\.?[ \u00a0]?|\.?\s?[-‐‑]\s?|\.?\s{1,4}|,\s)$/;

/** Initials and particles beside a name belong to it. */
function joinBeside(spans: Span[], gap: Gap, isParticle: Test): void {
  const belongs = (index: number): boolean => {
    const { word } = spans[index]!;
    const isInitial = [...word].length === 1 && /\p{L}/u.test(word);
    return isInitial ? gapStartsWithDot(index) : isParticle(word);
  };
  const gapStartsWithDot = (index: number): boolean =>
    index + 1 < spans.length ? gap(index).startsWith('.') : false;
  for (let at = 1; at < spans.length; at += 1) {
    if (!spans[at]!.hit) continue;
    for (let back = at - 1; back >= Math.max(0, at - 3); back -= 1) {
      if (spans[back]!.hit || !beside.test(gap(back)) || !belongs(back)) break;
      spans[back]!.hit = true;
    }
  }
  for (let at = 0; at + 1 < spans.length; at += 1) {
    if (!spans[at]!.hit || spans[at + 1]!.hit || !beside.test(gap(at))) continue;
    if (belongs(at + 1)) spans[at + 1]!.hit = true;
  }
}

/** One mark for what stands together, so that it does not tell how many words there were. */
function cover(text: string, spans: readonly Span[], gap: Gap): string {
  const pieces: string[] = [];
  let done = 0;
  for (let at = 0; at < spans.length; at += 1) {
    if (!spans[at]!.hit) continue;
    const { from } = spans[at]!;
    while (at + 1 < spans.length && spans[at + 1]!.hit && beside.test(gap(at))) at += 1;
    pieces.push(text.slice(done, from), maskMark);
    done = spans[at]!.to;
  }
  pieces.push(text.slice(done));
  return pieces.join('');
}
