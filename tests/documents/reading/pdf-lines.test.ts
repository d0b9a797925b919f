import { describe, expect, it } from 'vitest';
import { joinLines, joinPages, type Line } from '../../../src/documents/reading/pdf-lines.ts';

/** Lines of ten points at these distances from the one above. */
const linesOf = (...lines: [text: string, gap: number][]): Line[] => {
  let y = 800;
  return lines.map(([text, gap]) => {
    y -= gap;
    return { text, y, height: 10 };
  });
};

describe('lines of a page', () => {
  it('at the usual distance are one paragraph, and a wider gap begins another', () => {
    expect(
      joinLines(
        linesOf(
          ['The river', 0],
          ['was late', 13],
          ['this year.', 13],
          ['Nobody', 22],
          ['asked', 13],
          ['it.', 13],
        ),
      ),
    ).toBe('The river was late this year.\n\nNobody asked it.');
  });

  it('that are set with double spacing are one paragraph too', () => {
    expect(
      joinLines(
        linesOf(
          ['a river', 0],
          ['was late', 24],
          ['this year', 24],
          ['and slow.', 24],
          ['Next', 40],
          ['one', 24],
        ),
      ),
    ).toBe('a river was late this year and slow.\n\nNext one');
  });

  it('of which each is a sentence are as many paragraphs', () => {
    expect(joinLines(linesOf(['One.', 0], ['Two.', 23], ['Three.', 23], ['Four.', 23]))).toBe(
      'One.\n\nTwo.\n\nThree.\n\nFour.',
    );
  });

  it('give a divided word back in one piece', () => {
    expect(
      joinLines(linesOf(['Die Bericht-', 0], ['erstattung aus Süd-', 13], ['Ossetien', 13])),
    ).toBe('Die Berichterstattung aus Süd- Ossetien');
  });

  it('go on in the next column when a sentence was not over', () => {
    expect(joinLines(linesOf(['The river was', 700], ['late.', -700], ['Next', -13]))).toBe(
      'The river was late.\n\nNext',
    );
  });
});

it('a sentence that the end of a page cut in two is whole again', () => {
  expect(joinPages(['One.', 'Two goes', 'on here.', '', 'Three'])).toBe(
    '\n\nOne.\n\nTwo goes on here.\n\n\n\nThree',
  );
});
