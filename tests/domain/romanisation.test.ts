import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { regions } from '../../src/actions/demo/regions.ts';
import { romaniseName } from '../../src/domain/romanisation.ts';

describe('romaniseName', () => {
  it.each([
    ['ნინო გელაშვილი', 'Nino Gelashvili'],
    ['ჯემალ ყიფიანი-წერეთელი', 'Jemal Qipiani-Tsereteli'],
    ['Անի Սարգսյան', 'Ani Sargsyan'],
    ['Հայկուհի Տեր-Հովհաննիսյան', 'Haykuhi Ter-Hovhannisyan'],
    ['Ոսկան Երեմյան', 'Voskan Yeremyan'],
    ['Ովսաննա Ուլուբաբյան', 'Ovsanna Ulubabyan'],
    ['Заур Магомедов', 'Zaur Magomedov'],
    ['Евгения Щукина', 'Yevgeniya Shchukina'],
    ['Алексей Соловьев', 'Aleksey Solovyev'],
    ['Мӏайрбек', 'Mayrbek'],
    ['Əli Quliyev', 'Ali Quliyev'],
    ['Rəşad Əliyev', 'Raşad Aliyev'],
  ])('reads %s as %s', (written, read) => {
    expect(romaniseName(written)).toBe(read);
  });

  it('says nothing of what anybody can read, and of scripts that it does not know', () => {
    const mixed = ['F-7K3M9Q', 'Fiona McEwan'];
    for (const name of [
      ...mixed,
      'Nino Gelashvili',
      'Jürgen Öz',
      'Hacıyev',
      '',
      '—',
      '山田',
      'नीना',
    ]) {
      expect([name, romaniseName(name)]).toEqual([name, undefined]);
    }
  });

  it('leaves what is between the words, and takes letters with accents apart as written', () => {
    expect(romaniseName('О’Нил, Анна-Мария')).toBe('O’Nil, Anna-Mariya');
    expect(romaniseName('Андрей'.normalize('NFD'))).toBe('Andrey');
    expect(romaniseName('Анна McEwan')).toBe('Anna McEwan');
  });

  it('is asked by the desk alone', () => {
    const folder = fileURLToPath(new URL('../../src/', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const askers = files.filter(
      (file) =>
        /\.tsx?$/.test(file) && readFileSync(folder + file, 'utf8').includes('/romanisation.ts'),
    );
    expect(askers).toEqual(['views/components/romanised.tsx']);
    const users = files.filter(
      (file) => file.endsWith('.tsx') && readFileSync(folder + file, 'utf8').includes('<Romanised'),
    );
    expect(users.sort()).toEqual([
      'views/components/application-head.tsx',
      'views/components/application-table.tsx',
    ]);
  });

  it('comes close to how people of the region write themselves', () => {
    const named = regions.flatMap(({ women, men, families }) => [...women, ...men, ...families]);
    const foreign = named.filter(({ written, latin }) => written !== latin);
    const same = foreign.filter(({ written, latin }) => romaniseName(written) === latin);
    expect(foreign.length).toBeGreaterThan(100);
    expect(same.length / foreign.length).toBeGreaterThan(0.9);
  });
});
