import { expect, it } from 'vitest';
import { nameKeysOf } from '../../src/domain/name-keys.ts';
import { hearLetters, lettersOf } from '../../src/domain/name-letters.ts';

const groups = [
  ...'abcdefghijklmnopqrstuvwxyz',
  ...[
    'tsch',
    'dsch',
    'sch',
    'ch',
    'kh',
    'dzh',
    'tch',
    'th',
    'gh',
    'ck',
    'tz',
    'ie',
    'ye',
    'je',
    'ts',
  ],
  ...'əäöüçşıëğéñßæø’',
  ...'абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў',
  ...'აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ',
  ...['ու', 'ո', 'ով', 'ե', 'և'],
  ...'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ',
];

/** Numbers that look like chance and are the same each time. */
function* sequence(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

it('no key of a word has a letter, or begins with one, that was not heard in it', () => {
  const numbers = sequence();
  const below = (count: number): number => Math.floor((numbers.next().value as number) * count);
  const wrong: string[] = [];
  for (let round = 0; round < 8000; round += 1) {
    const word = Array.from({ length: 1 + below(5) }, () => groups[below(groups.length)]).join('');
    const { letters, first } = hearLetters(word);
    for (const key of nameKeysOf(word)) {
      if ((lettersOf(key) & ~letters) !== 0) wrong.push(`${word}: ${key}`);
      if ((lettersOf([...key][0]!) & ~first) !== 0) wrong.push(`${word} begins ${key}`);
    }
  }
  expect(wrong).toEqual([]);
});

it('each group alone and before each other is heard', () => {
  const wrong: string[] = [];
  for (const one of groups) {
    for (const other of ['', ...groups]) {
      const { letters, first } = hearLetters(one + other);
      for (const key of nameKeysOf(one + other)) {
        if ((lettersOf(key) & ~letters) !== 0) wrong.push(`${one + other}: ${key}`);
        if ((lettersOf([...key][0]!) & ~first) !== 0) wrong.push(`${one + other} begins ${key}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
