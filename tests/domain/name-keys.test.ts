import { describe, expect, test } from 'vitest';
import {
  beginningsOf,
  closeKeysOf,
  nameKeysOf,
  soughtOf,
  wordsOfName,
} from '../../src/domain/name-keys.ts';

/** Whether two words may be spellings of one name. */
function areSpellingsOfOne(first: string, second: string): boolean {
  const keys = new Set(nameKeysOf(first));
  return nameKeysOf(second).some((key) => keys.has(key));
}

const pairs = (text: string): [string, string][] =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split('=') as [string, string]);

describe('spellings of one name', () => {
  test.each([
    [
      'Georgian in German transcription',
      `Tabatadse=Tabatadze Ziklauri=Tsiklauri Gelaschwili=Gelashvili Dschaparidse=Japaridze
      Tschitschinadse=Chichinadze Nosadse=Nozadze Maisuradse=Maisuradze Charadse=Kharadze
      Chuzischwili=Khutsishvili Zchinwali=Tskhinvali Tabatadse=ტაბატაძე Ziklauri=წიკლაური
      Gelaschwili=გელაშვილი Dschaparidse=ჯაფარიძე Mtschedlischwili=მჭედლიშვილი Tschawtschawadse=ჭავჭავაძე`,
    ],
    [
      'Georgian in Russian and English',
      `Джапаридзе=ჯაფარიძე Чичинадзе=ჭიჭინაძე Циклаури=წიკლაური Qipiani=Kipiani ყიფიანი=Кипиани
      ღონღაძე=Гонгадзе Ghonghadze=Gongadze Mariam=მარიამ Ch’avch’avadze=Chavchavadze`,
    ],
    [
      'Azerbaijani',
      `Агаев=Ağayev Рагимов=Rəhimov Алиев=Əliyev Велиев=Vəliyev Гусейнов=Hüseynov Гасанов=Həsənov
      Мамедов=Məmmədov Джафаров=Cəfərov Jafarov=Cəfərov Ceferov=Cəfərov Гулиев=Quliyev Guliyev=Quliyev
      Наджафов=Nəcəfov Джавид=Cavid Aliyev=Əliyev Халилов=Xəlilov Khalilov=Xəlilov Ильхам=İlham
      Agayev=Агаев Huseynov=Гусейнов Ахмедов=Əhmədov Рашад=Rəşad Ulvi=Ülvi`,
    ],
    ['Turkish letters', 'Şahin=Шахин Isik=Işık Işık=Ишык Çelik=Chelik Çelik=Celik Sahin=Şahin'],
    [
      'Armenian',
      `Petrosyan=Петросян Петросян=Պետրոսյան Petrosyan=Պետրոսյան Khachatryan=Chatschatrjan
      Хачатрян=Խաչատրյան Chatschatrjan=Խաչատրյան Мкртчян=Մկրտչյան Mkrtschjan=Mkrtchyan
      Sargsjan=Սարգսյան Егиазарян=Եղիազարյան Yeghiazaryan=Егиазарян Woskanjan=Ոսկանյան Haik=Հայկ`,
    ],
    [
      'Russian',
      `Yuri=Juri Juri=Iurii Юрий=Yuri Iuri=Юрий Dostoyevsky=Dostojewskij Достоевский=Dostoevsky
      Kowalskij=Kovalsky Ковальский=Kovalski Ekaterina=Jekaterina Екатерина=Yekaterina
      Jekaterina=Екатерина Юлия=Julia Yuliya=Julija Sergey=Sergej Сергей=Sergei Wassiljew=Васильев
      Vasilyev=Васильев Щербаков=Schtscherbakow Горбачёв=Gorbatschow Iwanow=Иванов Zhukov=Жуков
      Мария=Mariya Alexander=Александр Aleksandr=Alexander Xenia=Ксения`,
    ],
    ['German', 'Müller=Mueller Müller=Muller Groß=Gross Jörg=Joerg'],
  ])('meet: %s', (_, list) => {
    const apart = pairs(list).filter(([one, other]) => !areSpellingsOfOne(one, other));
    expect(apart).toEqual([]);
  });

  test('different names do not meet', () => {
    const list = `Nino=Nina Ana=Ani Ani=Anahit Gelashvili=Gelovani Beridze=Bolkvadze Beridze=Beradze
      Lomidze=Lomadze Petrosyan=Poghosyan Petrosyan=Petrov Aliyev=Valiyev Aliyev=Agayev
      Mammadov=Mahmudov Huseynov=Hasanov Rahimov=Rasimov Ivanov=Ivanova Ivanov=Ivanenko Yuri=Yulia
      Sara=Zara Sasha=Masha Levan=Luka Maka=Mako Tamar=Tamta Davit=David Dato=Data Giorgi=Grigori
      Kharadze=Karadze Chitadze=Kitadze Tsereteli=Chereteli Sargsyan=Sahakyan Hayk=Hakob Vahe=Vano
      Maria=Marina Marina=Mariana Olga=Oleg Ivan=Igor Zaur=Zurab Lela=Lali Nana=Nona Ahmedov=Ahadov
      Kazbek=Kasbeg Shota=Sota Zhukov=Shukov Daniel=Danila Müller=Miller Ilia=Lia Ekaterina=Katerina
      Samvel=Samuel Timur=Timor Агаев=Алиев Гасанов=Гусейнов`;
    expect(pairs(list).length).toBeGreaterThan(40);
    expect(pairs(list).filter(([one, other]) => areSpellingsOfOne(one, other))).toEqual([]);
  });
});

test('every word with a letter or a digit has a key, however strange', () => {
  for (const word of ['Ъ', 'ь1', 'q', 'x', '山田', 'ß', 'ʼa', 'ə'.repeat(50), 'c'.repeat(200)]) {
    expect([word, nameKeysOf(word).length > 0]).toEqual([word, true]);
  }
});

test('two words are close when one letter is missing, added, wrong or exchanged', () => {
  const areClose = (one: string, other: string): boolean => {
    const keys = new Set(closeKeysOf(one));
    return closeKeysOf(other).some((key) => keys.has(key));
  };
  for (const slip of ['gelashvli', 'gelashviili', 'gelasvili', 'geloshvili', 'gelahsvili']) {
    expect([slip, areClose('gelashvili', slip)]).toEqual([slip, true]);
  }
  expect(areClose('gelashvili', 'gogolashvili')).toBe(false);
  expect(closeKeysOf('nino')).toEqual([]);
});

test('a key is found by its beginnings from three letters on, and a short one whole', () => {
  expect(beginningsOf('li')).toEqual(['li']);
  expect(beginningsOf('nino')).toEqual(['nin', 'nino']);
  const long = 'konstantinopolskaya-georgievna';
  const known = beginningsOf(long);
  for (const typed of [long.slice(0, 3), long.slice(0, 20), long.slice(0, 25), long]) {
    expect([typed, known.includes(soughtOf(typed))]).toEqual([typed, true]);
  }
  expect(known.includes(soughtOf('konstantinopolitanskaya'))).toBe(false);
});

test('a name is taken apart into words, apostrophes inside', () => {
  expect(wordsOfName('  O’Neil-Ch’avch’avadze,  (Ana) ')).toEqual([
    'O’Neil',
    'Ch’avch’avadze',
    'Ana',
  ]);
});
