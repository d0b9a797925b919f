import type { Config } from './config.ts';
import { isConnectionError } from './db/client.ts';
import { EmbeddedError } from './db/embedded-error.ts';
import { OperatorError } from './errors.ts';

/** Why Feder can't listen, by the setting that says where; other errors as they came. */
export function explainListening(
  error: NodeJS.ErrnoException,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Error {
  const say = (message: string) => new OperatorError(message, { cause: error });
  switch (error.code) {
    case 'EADDRINUSE':
      return say(
        `PORT: found ${port}, which is in use by another program; expected a free one, or 0 to have one picked.`,
      );
    case 'EACCES':
      return say(
        `PORT: found ${port}, which this user may not open (EACCES); expected a port above 1023, or 0 to have one picked.`,
      );
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return say(
        `HOST: found ${host}, which is no address of this machine (${error.code}); expected one that it has, such as 127.0.0.1, or 0.0.0.0 for all of them.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(
        `HOST: found ${host}, a name that leads to no address (${error.code}); expected an address of this machine, such as 127.0.0.1, or a name of it.`,
      );
    default:
      return error;
  }
}

// Node's codes for a certificate that nobody vouches for, that is for another name, or out of date.
const certificateProblem = /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|^CERT_|ERR_TLS_CERT/;

/** A failed start or command in words an operator can act on; the stack only for what nobody foresaw. */
export function explainFailure(error: unknown): string {
  if (error instanceof EmbeddedError || error instanceof OperatorError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (isConnectionError(error)) {
    return `The database does not answer${code ? ` (${code})` : `: ${error.message}`}. Check DATABASE_URL and whether it runs.`;
  }
  if (certificateProblem.test(code)) {
    // Node 24 adds advice that does not hold for what pg is told.
    const [what] = error.message.split(';');
    return `The database's certificate can't be trusted (${code}): ${what}. Add sslrootcert=<file of its authority's certificate> to DATABASE_URL, or use the name that the certificate is for.`;
  }
  // SQLSTATE: no such user or wrong password, no such database.
  if (/^(28...|3D...)$/.test(code)) {
    return `The database refuses us: ${error.message}. Check DATABASE_URL.`;
  }
  return error.stack ?? error.message;
}
