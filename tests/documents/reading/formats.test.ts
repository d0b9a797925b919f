import { describe, expect, it } from 'vitest';
import { findActive, readText } from '../../../src/documents/reading/read-document.ts';
import { makeSample } from '../../../src/documents/samples.ts';
import { allowedExtensions } from '../../../src/domain/document-types.ts';
import { sampleTexts } from '../../support/sample-texts.ts';

const languages = Object.keys(sampleTexts);

describe.each(allowedExtensions)('a %s', (type) => {
  it.each(languages)('in %s is read word for word, with its language', async (language) => {
    const { words, ...content } = sampleTexts[language]!;
    const bytes = makeSample(type, content);
    expect(await readText(type, bytes)).toEqual({
      text: [content.title, ...content.paragraphs].join('\n\n'),
      cut: false,
      language,
      words,
      pages: type === 'pdf' ? 1 : null,
    });
    expect(await findActive(type, bytes)).toEqual([]);
  });

  it('keeps the order of many paragraphs', async () => {
    const paragraphs = Array.from(
      { length: 200 },
      (_, index) => `Paragraph number ${index} of it.`,
    );
    const { text, pages } = await readText(type, makeSample(type, { title: 'Many', paragraphs }));
    expect(text).toBe(['Many', ...paragraphs].join('\n\n'));
    if (type === 'pdf') expect(pages).toBeGreaterThan(3);
  });
});

it('a PDF without words is read to its end and says nothing', async () => {
  const bytes = makeSample('pdf', { title: '', paragraphs: [] });
  expect(await readText('pdf', bytes)).toMatchObject({ text: '', words: 0, pages: 1 });
});
