import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName, searchNameOf } from '../../src/domain/names.ts';

describe('foldName', () => {
  it.each([
    ['ნინო გელაშვილი', 'Нино Гелашвили', 'Nino Gelashvili'],
    ['ზურაბ ღონღაძე', 'Зураб Гонгадзе', 'Zurab Ghonghadze', 'Zurab Gongadze'],
    ['ილია ჭავჭავაძე', 'Илья Чавчавадзе', 'Ilia Ch’avch’avadze', 'Ilya Chavchavadze'],
    ['Հայկ Սարգսյան', 'Hayk Sargsyan', 'Haik Sargsian'],
    ['Հարություն Ոսկանյան', 'Harutyun Voskanyan'],
    ['Սարգսյան', 'Саргсян', 'Sargsyan'],
    ['Եղիազար Երևանցի', 'Yeghiazar Yerevantsi'],
    ['Алексей Щербаков', 'Aleksey Shcherbakov', 'Aleksei Shcherbakov'],
    ['Юлия', 'Yuliya', 'Yulia', 'Iuliia'],
    ['Əli Quliyev', 'ƏLİ QULİYEV'],
    ['İlham Işık', 'Ilham Isik'],
    ['Jürgen Groß', 'Jurgen Gross'],
    ['Ёлкина', 'Елкина', 'Elkina'],
  ])('finds %s under each of its spellings', (name, ...spellings) => {
    for (const spelling of spellings) expect(foldName(spelling)).toBe(foldName(name));
  });

  it('writes keys in plain Latin letters', () => {
    expect(foldName('ნინო გელაშვილი')).toBe('nino gelashvili');
    expect(foldName('Ոսկան Երևանցի')).toBe('voskan ierevantsi');
    expect(foldName('François Åkesson')).toBe('francois akesson');
  });

  it('tells different names apart', () => {
    const names = ['Ana', 'Anna', 'Anja', 'Hana', 'Inga', 'Nana', 'Nona', 'Nina', 'Nino'];
    expect(new Set(names.map(foldName)).size).toBe(names.length);
  });

  it('gives one key to both spellings of an accent', () => {
    expect(foldName('Mu\u0308ller')).toBe(foldName('Müller'));
    expect(foldName('Е\u0308лкина')).toBe(foldName('Ёлкина'));
    expect(foldName('Алексеи\u0306')).toBe(foldName('Алексей'));
  });

  it('does not care about case, punctuation or spaces', () => {
    expect(foldName('  O’Neil,   ANA ')).toBe('oneil ana');
  });

  it('keeps what addresses and references are made of', () => {
    expect(foldName('Ana+x@Example.org')).toBe('ana+x@example.org');
    expect(foldName('F-7K3M9Q')).toBe('f-7k3m9q');
  });

  it('leaves scripts that it does not know as they are', () => {
    expect(foldName('山田 太郎')).toBe('山田 太郎');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        expect(foldName(foldName(name))).toBe(foldName(name));
      }),
    );
  });
});

describe('searchNameOf', () => {
  const names = { fullName: 'ნინო გელაშვილი', latinName: '', penName: '' };

  it('holds each name once, in the scripts they fold from', () => {
    expect(searchNameOf({ ...names, latinName: 'Nino Gelashvili' })).toBe('nino gelashvili');
    expect(searchNameOf({ ...names, latinName: 'Nina G.', penName: 'Зура' })).toBe(
      'nino gelashvili | nina g. | zura',
    );
  });

  it('has no gaps for names that were not given', () => {
    expect(searchNameOf(names)).toBe('nino gelashvili');
  });
});
