import { expect, it } from 'vitest';
import { translatorFor } from '../../src/i18n.ts';
import { spokenName } from '../../src/views/spoken-name.ts';

it('the name of a link has the words that are seen, first where it says it in other words', () => {
  const [en, de, hy] = [translatorFor('en'), translatorFor('de'), translatorFor('hy')];
  expect(spokenName(en, 'Remove', 'Remove cv.pdf')).toBe('Remove cv.pdf');
  const undo = 'Das Gutachten zurücknehmen';
  expect(spokenName(de, 'Zurücknehmen', undo)).toBe(undo);
  expect(spokenName(en, 'Read it', 'Receipt for F-7K3M9Q')).toBe('Read it: Receipt for F-7K3M9Q');
  expect(spokenName(hy, 'Կարդալ', 'F-7K3M9Q')).toBe('Կարդալ՝ F-7K3M9Q');
});
