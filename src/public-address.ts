import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const fileIn = (dataDir: string): string => path.join(dataDir, 'public-url');

/** Tells commands beside the running server where it is; the returned function takes it back. */
export function announcePublicUrl(dataDir: string, publicUrl: string): () => void {
  writeFileSync(fileIn(dataDir), `${publicUrl}\n`);
  return () => rmSync(fileIn(dataDir), { force: true });
}

/** Where the server that runs on this data directory is, or undefined when none has said so. */
export function findPublicUrl(dataDir: string): string | undefined {
  try {
    return readFileSync(fileIn(dataDir), 'utf8').trim();
  } catch {
    return undefined;
  }
}
