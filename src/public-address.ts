import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identifyServerHold } from './db/embedded-holder.ts';

const fileIn = (dataDir: string): string => path.join(dataDir, 'public-url');

/**
 * Tells commands beside the running server, which holds the embedded database, where it is. The
 * returned function takes it back.
 */
export function announcePublicUrl(dataDir: string, publicUrl: string): () => void {
  writeFileSync(fileIn(dataDir), `${publicUrl}\n${identifyServerHold(dataDir) ?? ''}\n`);
  return () => rmSync(fileIn(dataDir), { force: true });
}

/**
 * Where the server that runs on this data directory is, or undefined when none that lives has said
 * so: a killed one leaves its file behind, and the next one may listen elsewhere.
 */
export function findPublicUrl(dataDir: string): string | undefined {
  try {
    const [publicUrl, hold] = readFileSync(fileIn(dataDir), 'utf8').split('\n');
    return hold && hold === identifyServerHold(dataDir) ? publicUrl : undefined;
  } catch {
    return undefined;
  }
}
