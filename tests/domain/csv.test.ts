import { expect, test } from 'vitest';
import { csvLine } from '../../src/domain/csv.ts';

test('cells stand between commas, those with signs of their own in quotation marks', () => {
  expect(csvLine(['Nino', 'a, b', 'say "hi"', 'two\nlines', ''])).toBe(
    'Nino,"a, b","say ""hi""","two\nlines",\r\n',
  );
});

test('1.2.10, attack 13: nothing is a formula', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    expect(csvLine([`${start}cmd`])).toBe(`"'${start}cmd"\r\n`);
  }
  expect(csvLine(['=HYPERLINK("x")'])).toBe(`"'=HYPERLINK(""x"")"\r\n`);
});
