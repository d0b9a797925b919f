// How a name in another script is read aloud, for editors who do not know the script. The national
// systems of romanisation: Georgia 2002 without its apostrophes, BGN/PCGN for Armenian and Russian.

const pairsOf = (text: string): Map<string, string> =>
  new Map(
    text
      .trim()
      .split(/\s+/)
      .map((pair) => pair.split('=') as [string, string]),
  );

const georgian =
  pairsOf(`ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t
  უ=u ფ=p ქ=k ღ=gh ყ=q შ=sh ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh ჯ=j ჰ=h`);

const armenian =
  pairsOf(`ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=y թ=t ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh
  ճ=ch մ=m յ=y ն=n շ=sh ո=o չ=ch պ=p ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=k օ=o ֆ=f և=ev`);

// ъ, ь and the palochka change the letter before them, and no Latin letter stands for them.
const cyrillic =
  pairsOf(`а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s
  т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya ӏ= ӕ=a і=i ї=yi є=ye ґ=g ў=w ә=a
  ғ=gh қ=q ң=ng ө=o ү=u ұ=u һ=h җ=j ӡ=dz ҟ=q ԥ=p ҭ=t ҳ=h ҵ=ts ҷ=ch ҽ=ch ҿ=ch ӷ=gh ҩ=o`);

// Azerbaijani has the one letter that readers of other Latin alphabets stop at.
const latin = pairsOf('ə=a');

const letters = new Map([...georgian, ...armenian, ...cyrillic, ...latin]);

const vowels = /[аеёиоуыэюяъь]/;

/** A letter whose sound its neighbours decide; undefined where it is the one of the table. */
function soundAmong(letter: string, before: string, after: string): string | undefined {
  const begins = before === '';
  if (letter === 'ո' && begins && after !== 'վ') return 'vo';
  if (letter === 'ե' && begins) return 'ye';
  // BGN/PCGN: е is ye at the beginning and after a vowel, ъ or ь.
  if (letter === 'е' && (begins || vowels.test(before))) return 'ye';
  return undefined;
}

function romaniseWord(word: string): string {
  // Armenian writes the sound u with two letters.
  const small = word.toLowerCase().replaceAll('ու', 'u');
  const isCapital = word !== word.toLowerCase() || /\p{Script=Georgian}/u.test(word);
  const spelt = [...small];
  // What is plain already stays as it was written, capitals inside it included (McEwan, F-7K3M9Q).
  if (!spelt.some((letter) => letters.has(letter))) return word;
  const read = spelt
    .map((letter, index) => {
      const sound = soundAmong(letter, spelt[index - 1] ?? '', spelt[index + 1] ?? '');
      return sound ?? letters.get(letter) ?? letter;
    })
    .join('');
  // Georgian has no capitals, names have.
  return isCapital ? read.replace(/\p{L}/u, (first) => first.toUpperCase()) : read;
}

/**
 * How a name is read, in plain Latin letters; undefined where every letter of it is one already, or
 * is in a script that this does not know. A help for reading at the desk, made anew each time: it is
 * not the person's spelling, and nothing that stores, sends or shows names to others may take it.
 */
export function romaniseName(name: string): string | undefined {
  const written = name.normalize('NFC');
  const read = written.replace(/[\p{L}\p{M}]+/gu, romaniseWord);
  const isPlain = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u.test(read);
  return isPlain && read !== written ? read : undefined;
}
