import { createRecoveryCode } from '../crypto.ts';
import type { Trx } from '../db/client.ts';
import { replaceRecoveryCodeRows, useRecoveryCodeRow } from '../db/staff-recovery-codes.ts';
import { readCodeLetters } from '../domain/receipt-code.ts';
import { hashSecret } from './tokens.ts';

/**
 * Recovery codes stand in for a code of the authenticator app when the device is gone. There are ten
 * of 140 random bits: enough for a plain hash (ASVS 6.5.2, 11.5.1). Each works once (6.5.1), all end
 * with the second factor that they belong to, and they are shown once.
 */
export const recoveryCodeCount = 10;

const hashOf = (letters: string): Buffer => hashSecret(`recovery code\0${letters}`);

/** Makes new codes for a person whose row is locked; those from before end. */
export async function renewRecoveryCodes(trx: Trx, staffId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, createRecoveryCode);
  const hashes = codes.map((code) => hashOf(readCodeLetters(code)));
  await replaceRecoveryCodeRows(trx, staffId, hashes);
  return codes;
}

/** Uses up a code as it was typed; false when it is wrong, somebody else's or was used before. */
export async function useRecoveryCode(
  trx: Trx,
  { staffId, typed, now }: { staffId: string; typed: string; now: Date },
): Promise<boolean> {
  const codeHash = hashOf(readCodeLetters(typed));
  return await useRecoveryCodeRow(trx, { staffId, codeHash, now });
}
