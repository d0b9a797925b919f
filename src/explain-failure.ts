import { isConnectionError } from './db/client.ts';
import { EmbeddedError } from './db/embedded-error.ts';
import { OperatorError } from './errors.ts';

/** A failed start or command in words an operator can act on; the stack only for what nobody foresaw. */
export function explainFailure(error: unknown): string {
  if (error instanceof EmbeddedError || error instanceof OperatorError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    const port = 'port' in error ? ` ${String(error.port)}` : '';
    return `Port${port} is in use by another program. Set PORT to a free one, or to 0 to have one picked.`;
  }
  if (isConnectionError(error)) {
    return `The database does not answer${code ? ` (${code})` : `: ${error.message}`}. Check DATABASE_URL and whether it runs.`;
  }
  // SQLSTATE: no such user or wrong password, no such database.
  if (/^(28...|3D...)$/.test(code)) {
    return `The database refuses us: ${error.message}. Check DATABASE_URL.`;
  }
  return error.stack ?? error.message;
}
