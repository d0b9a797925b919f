import { describe, expect, it } from 'vitest';
import { foldEmailAddress, parseEmailAddress } from '../../src/domain/email-address.ts';

describe('parseEmailAddress', () => {
  it.each([
    ['nino@example.org', 'nino@example.org'],
    ['  nino@example.org ', 'nino@example.org'],
    ['Nino.G+call@Sub.Example.ORG', 'Nino.G+call@sub.example.org'],
    ["o'neil_1@example.co", "o'neil_1@example.co"],
    ['nino@bücher.example', 'nino@xn--bcher-kva.example'],
    ['nino@пример.рф', 'nino@xn--e1afmkfd.xn--p1ai'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('takes %j', (raw, expected) => {
    expect(parseEmailAddress(raw)).toBe(expected);
  });

  it.each([
    '',
    'nino',
    'nino@',
    '@example.org',
    'nino@localhost',
    'nino@@example.org',
    'nino@example..org',
    'nino@-example.org',
    'nino@example-.org',
    '.nino@example.org',
    'nino.@example.org',
    'ni..no@example.org',
    'ni no@example.org',
    'nino@exam ple.org',
    'nino@example.org,other@example.org',
    'nino@example.org;other@example.org',
    'Nino <nino@example.org>',
    'nino@example.org\nBcc: other@example.org',
    'nino@example.org\r\nBcc: x@example.org',
    '"nino"@example.org',
    'ნინო@example.org',
    'nino@[127.0.0.1]',
    'nino@127.0.0.1',
    'nino@127.1',
    'nino@0x7f.0.0.1',
    'nino@2130706433',
    'nino@example.123',
    'nino@example.org.',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(64)}.org`,
    `a@${`${'b'.repeat(60)}.`.repeat(4)}example.org`,
  ])('refuses %j', (raw) => {
    expect(parseEmailAddress(raw)).toBeUndefined();
  });

  it.each([
    ['feder@localhost', 'feder@localhost'],
    ['редакция@пример.example', 'редакция@xn--e1afmkfd.example'],
    ['feder@127.0.0.1', undefined],
    ['feder@1', undefined],
    ['feder', undefined],
  ])('takes a mailbox of our own, %j, as %j', (raw, expected) => {
    expect(parseEmailAddress(raw, { ownMailbox: true })).toBe(expected);
  });

  it('says the same of what it returned', () => {
    const address = parseEmailAddress('Nino@BÜCHER.example')!;
    expect(parseEmailAddress(address)).toBe(address);
  });
});

describe('foldEmailAddress', () => {
  it('meets two spellings of one mailbox', () => {
    expect(foldEmailAddress('Nino@Example.org')).toBe(foldEmailAddress('nino@example.ORG'));
  });
});
