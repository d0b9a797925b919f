import { expect, it } from 'vitest';
import { spokenName } from '../../src/views/spoken-name.ts';

it('the name of a link has the words that are seen, first where it says it in other words', () => {
  expect(spokenName('Remove', 'Remove cv.pdf')).toBe('Remove cv.pdf');
  expect(spokenName('Zurücknehmen', 'Das Gutachten zurücknehmen')).toBe(
    'Das Gutachten zurücknehmen',
  );
  expect(spokenName('Read it', 'Receipt for F-7K3M9Q')).toBe('Read it: Receipt for F-7K3M9Q');
});
