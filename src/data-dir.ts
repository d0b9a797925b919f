import { accessSync, constants, mkdirSync } from 'node:fs';
import { OperatorError } from './errors.ts';

/** The one line that a start or a command ends with when DATA_DIR is of no use. */
export function dataDirError(dataDir: string, cause: unknown): OperatorError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return new OperatorError(
    `DATA_DIR: found ${dataDir}, which can't be written to (${code}); expected a folder that the user who runs Feder may create or write to.`,
    { cause },
  );
}

/** Makes DATA_DIR when it is missing. Throws an OperatorError when we can't write there. */
export function prepareDataDir(dataDir: string): void {
  try {
    // Others may pass through, since PostgreSQL runs as another user when we are root, but not list.
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw dataDirError(dataDir, error);
  }
}
