import { JobFailure } from '../db/jobs.ts';

// The server refuses us, not the mail: signing in is required, failed, or too weak (RFC 4954, 6).
const refusalsOfUs = new Set([530, 534, 535, 538]);

/**
 * What a failed SMTP conversation means. Only a 5xx that answers RCPT or DATA, or a recipient that no
 * server could take, ends the tries: it judges this mail. Everything else (no connection, no
 * sign-in, a refused sender, 4xx) can be mended without changing the mail.
 */
export function failureOf(error: unknown): JobFailure {
  const { code, originalCode, command, responseCode, permanent } = (error ?? {}) as {
    code?: unknown;
    originalCode?: unknown;
    command?: unknown;
    responseCode?: unknown;
    permanent?: unknown;
  };
  if (typeof responseCode === 'number') {
    const judgesMail = command === 'RCPT TO' || command === 'DATA';
    return new JobFailure(`smtp-${responseCode}`, {
      permanent: judgesMail && permanent === true && !refusalsOfUs.has(responseCode),
      cause: error,
    });
  }
  const word = originalCode ?? code;
  return new JobFailure(typeof word === 'string' ? word : 'smtp', {
    permanent: code === 'EENVELOPE' && command === 'API',
    cause: error,
  });
}
