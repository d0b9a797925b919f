import { describe, expect, it } from 'vitest';
import { createReceiptCode, createReference } from '../../src/crypto.ts';
import { readFindCode } from '../../src/domain/receipt-code.ts';

describe('readFindCode', () => {
  it('reads every code and reference that we make, however it is spelt', () => {
    for (let count = 0; count < 200; count += 1) {
      const code = createReceiptCode();
      const reference = createReference();
      for (const spell of [
        (text: string) => text,
        (text: string) => text.toLowerCase(),
        (text: string) => text.replaceAll('-', ''),
        (text: string) => ` ${text.replaceAll('-', ' — ')}\u200b`,
        (text: string) => text.replaceAll('L', '1').replaceAll('Q', '0'),
        (text: string) => text.replaceAll('L', 'I').replaceAll('Q', 'o'),
        // Fullwidth, as some keyboards write.
        (text: string) =>
          text.replace(/[A-Z0-9]/g, (one) => String.fromCodePoint(one.codePointAt(0)! + 0xfee0)),
        (text: string) => text.replace(/[ABCEHKMPTXY]/g, (one) => cyrillic[one]!),
      ]) {
        expect(readFindCode(spell(code))).toEqual({ kind: 'receipt', code });
        expect(readFindCode(spell(reference))).toEqual({ kind: 'reference', reference });
      }
    }
  });

  it('takes a reference without its first letter', () => {
    expect(readFindCode('7k3m9q')).toEqual({ kind: 'reference', reference: 'F-7K3M9Q' });
  });

  it.each(['', '-', 'ABC', 'G-7K3M9Q', 'ABCD-EFGH-JKLM-NPQ', 'ABCD-EFGH-JKLM-NPQRS', 'ნინო'])(
    'makes nothing of %j',
    (text) => {
      expect(readFindCode(text)).toBeUndefined();
    },
  );

  it('looks at no more than a code can have', () => {
    expect(readFindCode('A'.repeat(1_000_000))).toBeUndefined();
  });
});

const cyrillic: Record<string, string> = {
  ...{ A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', K: 'К', M: 'М', P: 'Р', T: 'Т', X: 'Х', Y: 'У' },
};
