import { expect, test } from 'vitest';
import { createToken } from '../../src/crypto.ts';
import { maskPrivateLinks } from '../../src/domain/private-links.ts';

test('the secret of a private link is left out, and nothing else of a text', () => {
  const [page, draft] = [createToken(), createToken()];
  const text = [
    `Your page: https://news.example/ka/applications/${page}.`,
    `Your draft: http://localhost:3000/en/drafts/${draft}/check`,
    'https://news.example/admin/applications/F-7K3M9Q',
  ];
  expect(maskPrivateLinks(text.join('\n')).split('\n')).toEqual([
    'Your page: https://news.example/ka/applications/….',
    'Your draft: http://localhost:3000/en/drafts/…/check',
    text[2],
  ]);
});
