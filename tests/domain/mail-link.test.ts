import { expect, test } from 'vitest';
import { formatMailLink } from '../../src/domain/mail-link.ts';

test('a mail link keeps its subject and can’t be given another recipient or header', () => {
  expect(formatMailLink('nino@example.org', '[F-7K3M9Q] Nino – Tbilisi')).toBe(
    'mailto:nino@example.org?subject=%5BF-7K3M9Q%5D%20Nino%20%E2%80%93%20Tbilisi',
  );
  expect(formatMailLink('a,b?cc=x&y@example.org', 'a&bcc=z#')).toBe(
    'mailto:a%2Cb%3Fcc%3Dx%26y@example.org?subject=a%26bcc%3Dz%23',
  );
});
