import { generateSync } from 'otplib';
import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { drawQr } from '../../src/auth/qr.ts';
import {
  createTotpSecret,
  findTotpStep,
  formatTotpUri,
  groupTotpSecret,
  openTotpSecret,
  sealTotpSecret,
} from '../../src/auth/totp.ts';
import { createKeyring } from '../../src/crypto.ts';

// The key of RFC 6238, appendix B, "12345678901234567890" in base 32.
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1000);

describe('codes', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('agree with RFC 6238 at %i', (seconds, code) => {
    const step = findTotpStep(rfcSecret, code, { now: at(seconds), lastStep: null });
    expect(step).toBe(Math.floor(seconds / 30));
  });

  it('are good for the step before and after, and no longer', () => {
    const code = generateSync({ secret: rfcSecret, epoch: 1_800_000_000 });
    const stepAt = (seconds: number) =>
      findTotpStep(rfcSecret, code, { now: at(1_800_000_000 + seconds), lastStep: null });
    expect([-31, -30, 0, 29, 30, 59, 60].map(stepAt)).toEqual([
      undefined,
      ...Array(5).fill(60_000_000),
      undefined,
    ]);
  });

  it('work only after the last accepted step', () => {
    const code = generateSync({ secret: rfcSecret, epoch: 1_800_000_000 });
    const after = (lastStep: number) =>
      findTotpStep(rfcSecret, code, { now: at(1_800_000_000), lastStep });
    expect([59_999_999, 60_000_000, 60_000_001].map(after)).toEqual([
      60_000_000,
      undefined,
      undefined,
    ]);
  });

  it('work again after a clock that ran ahead was set right', () => {
    const code = generateSync({ secret: rfcSecret, epoch: 1_800_000_000 });
    const step = findTotpStep(rfcSecret, code, { now: at(1_800_000_000), lastStep: 70_000_000 });
    expect(step).toBe(60_000_000);
  });

  it('may be typed with spaces', () => {
    const now = at(59);
    expect(findTotpStep(rfcSecret, ' 287 082 ', { now, lastStep: null })).toBe(1);
  });

  it.each(['', '28708', '2870822', 'abcdef', '٢٨٧٠٨٢', '-87082', '2870 8'])(
    'of another form are wrong, no fault: %j',
    (code) => {
      expect(findTotpStep(rfcSecret, code, { now: at(59), lastStep: null })).toBeUndefined();
    },
  );
});

describe('secrets', () => {
  const keys = createKeyring(Buffer.alloc(32, 7));

  it('have 160 bits', () => {
    expect(createTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(createTotpSecret()).not.toBe(createTotpSecret());
  });

  it('are sealed for one person', () => {
    const sealed = sealTotpSecret(keys, 'one', rfcSecret);
    expect(sealed.includes(rfcSecret)).toBe(false);
    expect(openTotpSecret(keys, 'one', sealed)).toBe(rfcSecret);
    expect(() => openTotpSecret(keys, 'two', sealed)).toThrow();
  });

  it('are written in groups and as an address for apps', () => {
    expect(groupTotpSecret(rfcSecret)).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ');
    const uri = formatTotpUri(rfcSecret, { issuer: 'Nord & Süd', account: 'a+b@example.org' });
    expect(uri).toBe(
      `otpauth://totp/Nord%20%26%20S%C3%BCd:a%2Bb%40example.org?secret=${rfcSecret}&issuer=Nord%20%26%20S%C3%BCd`,
    );
  });
});

it('draws every dark module of the QR code and nothing else', () => {
  const text = formatTotpUri(rfcSecret, { issuer: 'Feder', account: 'a@example.org' });
  const { size, path } = drawQr(text);
  const drawn = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(width); i += 1) drawn[Number(y)]![Number(x) + i] = true;
  }
  expect(drawn).toEqual(encode(text, { ecc: 'M', border: 4 }).data);
  expect(drawn[3]!.includes(true)).toBe(false);
  expect(drawn[4]!.includes(true)).toBe(true);
});
