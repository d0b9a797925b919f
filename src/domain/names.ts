// One Latin spelling per letter, chosen so that the usual romanisations of a name meet after folding.
const latin: Record<string, string> = Object.fromEntries(
  [
    // Russian and the Cyrillic letters of its neighbours
    'а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ  ы y ь  э e ю iu я ia',
    'і i ї i є e ґ g ў u ә a ғ g қ k ң n ө o ү u ұ u һ h җ j ӏ  ӕ a ӡ z ҕ g ҟ k ԥ p ҭ t ҳ kh ҵ ts ҷ ch ҽ ch ҿ ch ӷ g ҩ o ҽ ch ә a',
    // Georgian (Mkhedruli)
    'ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ g ყ k შ sh ჩ ch ც ts ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h',
    // Armenian
    'ա a բ b գ g դ d ե e զ z է e ը e թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ g ճ ch մ m յ i ն n շ sh ո o չ ch պ p ջ j ռ r ս s վ v տ t ր r ց ts ւ v փ p ք k օ o ֆ f և ev',
    // Azerbaijani and Turkish letters that decomposition does not reach
    'ə a ı i ø o ł l ß ss æ ae đ d ð d þ th',
  ].flatMap((row) => {
    const parts = row.split(' ');
    const pairs: [string, string][] = [];
    for (let i = 0; i + 1 < parts.length; i += 2) pairs.push([parts[i]!, parts[i + 1]!]);
    return pairs;
  }),
);

// Sounds that Armenian writes with two letters, or differently at the beginning of a word.
const armenianSounds: readonly [RegExp, string][] = [
  [/ու/gu, 'u'],
  [/(?<!\p{L})ո(?!վ)/gu, 'vo'],
  [/(?<!\p{L})ե/gu, 'ye'],
];

// Where romanisations differ for one sound: Sargsyan and Sargsian, Mariya and Maria, Gongadze and Ghongadze.
const oneSpelling: readonly [RegExp, string][] = [
  [/[’'ʼʻ‘`´]/gu, ''],
  [/y/g, 'i'],
  [/i{2,}/g, 'i'],
  [/w/g, 'v'],
  [/gh+/g, 'g'],
];

const replaceEach = (text: string, rules: readonly [RegExp, string][]): string =>
  rules.reduce((changed, [from, to]) => changed.replace(from, to), text);

const withoutMarks = (letter: string): string =>
  [...letter.normalize('NFKD').replace(/\p{M}+/gu, '')].map((one) => latin[one] ?? one).join('');

/**
 * The search key of a text: lower case, without accents, in Latin letters whatever script it came
 * in, single spaces. For finding only; people always see names as they were written.
 */
export function foldName(text: string): string {
  const lower = text.normalize('NFKC').replaceAll('İ', 'i').toLowerCase();
  let folded = '';
  // ё and й are in the table and must reach it composed; accents on other letters are dropped.
  for (const letter of replaceEach(lower, armenianSounds)) {
    folded += latin[letter] ?? withoutMarks(letter);
  }
  return replaceEach(folded, oneSpelling)
    .replace(/[^\p{L}\p{N}@.+_-]+/gu, ' ')
    .trim();
}

/** The folded key under which an application is found by any of its names. */
export function searchNameOf(names: {
  fullName: string;
  latinName: string;
  penName: string;
}): string {
  return [...new Set([names.fullName, names.latinName, names.penName].map(foldName))]
    .filter((name) => name !== '')
    .join(' | ');
}
