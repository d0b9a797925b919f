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
  const plain = decipher.update(sealed.subarray(nonceBytes, end));
  // Throws, and adds nothing: the mode has no last block.
  decipher.final();
  return plain;
}

/** One master key. What it wraps and seals is bound to a context; the key itself never leaves this object. */
export type Master = {
  /** Tells master keys apart, and gives nothing of them away. */
  readonly fingerprint: string;
  wrap(plain: Buffer, context: string): Buffer;
  /** Throws when the key, the context or a single bit differs. */
  unwrap(wrapped: Buffer, context: string): Buffer;
  /** Leaves in a database which key it was written under. */
  makeProbe(): Buffer;
  opensProbe(kept: Buffer): boolean;
  /** What sealed and found before installations had keys of their own for it. */
  deriveInstallationKeys(): InstallationKeys;
};

/** Keys of the installation as a whole. They stay when the master key changes, like those of applications. */
export type InstallationKeys = { sealing: Buffer; finding: Buffer };

const probeText = Buffer.from('feder master key');

/** Derives the keys of their purposes from the 32 bytes of `MASTER_KEY` (HKDF-SHA-256, RFC 5869). */
export function createMaster(masterKey: Buffer): Master {
  if (masterKey.length !== 32) throw new Error('the master key must have 32 bytes');
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey, 'feder', purpose, 32));
  const wrapping = derive('wrap application keys');
  const sealing = derive('seal installation secrets');
  return {
    fingerprint: derive('fingerprint').toString('hex').slice(0, 8),
    wrap: (plain, context) => seal(wrapping, plain, context),
    unwrap: (wrapped, context) => open(wrapping, wrapped, context),
    makeProbe: () => seal(sealing, probeText, 'probe'),
    opensProbe(kept) {
      try {
        return open(sealing, kept, 'probe').equals(probeText);
      } catch {
        return false;
      }
    },
    deriveInstallationKeys: () => ({ sealing, finding: derive('look up') }),
  };
}

/** A master key and its number, which is stored beside whatever it wraps. */
export type NumberedMaster = { version: number; master: Master };

/** The context of an application's wrapped key. */
export const applicationKeyContext = (applicationId: string): string =>
  `application:${applicationId}`;

/** What is done with keys. */
export type Keyring = {
  /** A fresh 32-byte key for one application, and for `keys.application_keys` its wrapped form and by which master key. */
  createKey(applicationId: string): { key: Buffer; wrapped: Buffer; version: number };
  unwrapKey(applicationId: string, wrapped: Buffer): Buffer;
  /** Number of the master key that opens a wrapped key. Throws when none of ours does. */
  wrappedBy(applicationId: string, wrapped: Buffer): number;
  /** Seals what belongs to the installation rather than to one application, such as second factors. */
  seal(plain: Buffer, context: string): Buffer;
  open(sealed: Buffer, context: string): Buffer;
  /** 32 bytes that find a secret again without storing it. `purpose` keeps the uses apart. */
  lookup(purpose: 'email' | 'token' | 'receipt' | 'staff' | 'proof', value: string): Buffer;
};

/**
 * A keyring over `masters`, which is asked at each use, since a rotation changes it: the newest, which
 * wraps, comes first. `searchOn` may find more when none of them opens a key.
 */
export function assembleKeyring(
  masters: () => readonly NumberedMaster[],
  { sealing, finding }: InstallationKeys,
  searchOn: () => boolean = () => false,
): Keyring {
  const unwrap = (applicationId: string, wrapped: Buffer): { key: Buffer; version: number } => {
    const context = applicationKeyContext(applicationId);
    let failure: unknown;
    for (const { version, master } of masters()) {
      try {
        return { key: master.unwrap(wrapped, context), version };
      } catch (error) {
        failure ??= error;
      }
    }
    if (searchOn()) return unwrap(applicationId, wrapped);
    throw failure;
  };
  return {
    createKey(applicationId) {
      const key = randomBytes(32);
      const { version, master } = masters()[0]!;
      return { key, wrapped: master.wrap(key, applicationKeyContext(applicationId)), version };
    },
    unwrapKey: (applicationId, wrapped) => unwrap(applicationId, wrapped).key,
    wrappedBy: (applicationId, wrapped) => unwrap(applicationId, wrapped).version,
    seal: (plain, context) => seal(sealing, plain, context),
    open: (sealed, context) => open(sealing, sealed, context),
    lookup: (purpose, value) =>
      createHmac('sha256', finding).update(purpose).update('\0').update(value).digest(),
  };
}

/** The keyring of one master key over a database that holds no keys of the installation. */
export function createKeyring(masterKey: Buffer, version = 1): Keyring {
  const master = createMaster(masterKey);
  return assembleKeyring(() => [{ version, master }], master.deriveInstallationKeys());
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

/** One of the codes that stand in for a lost second factor: 28 letters and digits, 140 random bits. */
export function createRecoveryCode(): string {
  return createLetters(28).replace(/(.{4})(?=.)/g, '$1-');
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
