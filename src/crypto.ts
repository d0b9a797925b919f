import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  randomInt,
} from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

// 32 letters and digits that nobody confuses on paper or by telephone: no 0/O, 1/I.
const unambiguous = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

const reserveBytes = 4096;
let reserve = Buffer.alloc(0);
let used = 0;

/** Random bytes for nonces and ids, each given away once. Fetching so few from the system costs more than using them. */
function takeRandom(length: number): Buffer {
  if (used + length > reserve.length) {
    reserve = randomBytes(reserveBytes);
    used = 0;
  }
  used += length;
  return reserve.subarray(used - length, used);
}

/** Bytes that encrypting adds to each sealed value: nonce and tag. */
export const sealOverhead = nonceBytes + tagBytes;

/** AES-256-GCM: 12 random bytes of nonce, ciphertext, 16 bytes of tag. `context` is bound, not stored. */
export function seal(key: Buffer, plain: Buffer, context: string | Buffer): Buffer {
  return sealInto(Buffer.allocUnsafe(plain.length + sealOverhead), key, plain, context);
}

// What the cipher returns for so many bytes is memory that is soon used again.
const sliceBytes = 32 * 1024;

/** The same into memory that is there, at its beginning; returns the part that it takes. */
export function sealInto(
  target: Buffer,
  key: Buffer,
  plain: Buffer,
  context: string | Buffer,
): Buffer {
  if (target.length < plain.length + sealOverhead) throw new Error('no room for what is sealed');
  const nonce = takeRandom(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  cipher.setAAD(typeof context === 'string' ? Buffer.from(context) : context);
  let end = nonce.copy(target);
  for (let at = 0; at < plain.length; at += sliceBytes) {
    end += cipher.update(plain.subarray(at, at + sliceBytes)).copy(target, end);
  }
  // Nothing comes of it in this mode, but without it there is no tag.
  cipher.final();
  end += cipher.getAuthTag().copy(target, end);
  return target.subarray(0, end);
}

/** Opens what `seal` made; throws when the key, the context or a single bit differs. */
export function open(key: Buffer, sealed: Buffer, context: string | Buffer): Buffer {
  if (sealed.length < sealOverhead) throw new Error('sealed value too short');
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes));
  decipher.setAAD(typeof context === 'string' ? Buffer.from(context) : context);
  decipher.setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()]);
}

/** What the master key can do; the key itself never leaves this object. */
export type Keyring = {
  /** Number of the master key, stored beside each wrapped key so that it can be rotated. */
  readonly version: number;
  /** A fresh 32-byte key for one application, and its wrapped form for `keys.application_keys`. */
  createKey(applicationId: string): { key: Buffer; wrapped: Buffer };
  unwrapKey(applicationId: string, wrapped: Buffer): Buffer;
  /** Seals what belongs to the installation rather than to one application (second factors, the key probe). */
  seal(plain: Buffer, context: string): Buffer;
  open(sealed: Buffer, context: string): Buffer;
  /** 32 bytes that find a secret again without storing it. `purpose` keeps the uses apart. */
  lookup(purpose: 'email' | 'token' | 'receipt' | 'staff' | 'proof', value: string): Buffer;
};

/** Derives the keys of their purposes from the 32 bytes of `MASTER_KEY` (HKDF-SHA-256, RFC 5869). */
export function createKeyring(masterKey: Buffer, version = 1): Keyring {
  if (masterKey.length !== 32) throw new Error('the master key must have 32 bytes');
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey, 'feder', purpose, 32));
  const wrapping = derive('wrap application keys');
  const sealing = derive('seal installation secrets');
  const finding = derive('look up');
  return {
    version,
    createKey(applicationId) {
      const key = randomBytes(32);
      return { key, wrapped: seal(wrapping, key, `application:${applicationId}`) };
    },
    unwrapKey: (applicationId, wrapped) => open(wrapping, wrapped, `application:${applicationId}`),
    seal: (plain, context) => seal(sealing, plain, context),
    open: (sealed, context) => open(sealing, sealed, context),
    lookup: (purpose, value) =>
      createHmac('sha256', finding).update(purpose).update('\0').update(value).digest(),
  };
}

/** A secret for an address: 192 random bits, 32 URL-safe characters. */
export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

const createLetters = (length: number): string =>
  Array.from({ length }, () => unambiguous[randomInt(unambiguous.length)]).join('');

/** What mails and lists call an application, like `F-7K3M9Q`. Not a secret. */
export function createReference(): string {
  return `F-${createLetters(6)}`;
}

/** The applicant's secret: 16 characters in groups of four, 80 random bits. */
export function createReceiptCode(): string {
  return createLetters(16).replace(/(.{4})(?=.)/g, '$1-');
}

/** UUID version 7 (RFC 9562): sorts by the time given, 74 random bits. */
export function createId(now: Date): string {
  const bytes = takeRandom(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
