import { rm } from 'node:fs/promises';
import path from 'node:path';

/** Where a captured mail is. */
export const capturedFile = (dataDir: string, mailId: string): string =>
  path.join(dataDir, 'mail', `${mailId}.eml`);

/** Deletes captured mails; those that are not there count as deleted. */
export async function removeCaptured(dataDir: string, mailIds: readonly string[]): Promise<void> {
  for (const id of mailIds) await rm(capturedFile(dataDir, id), { force: true });
}
