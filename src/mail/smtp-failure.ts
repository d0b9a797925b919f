import { JobFailure } from '../db/jobs.ts';
import type { Refusal } from '../db/mail-outcome.ts';
import { cleanLine } from '../domain/text.ts';

/** A mail that did not leave for all of its recipients, with those who will never get it. */
export class SendFailure extends JobFailure {
  readonly refusals: readonly Refusal[];

  constructor({ code, permanent, cause }: JobFailure, refusals: readonly Refusal[]) {
    super(code, { permanent, cause });
    this.refusals = refusals;
  }
}

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

const replyLimit = 200;

/**
 * The recipients that a failed or partly failed conversation has ruled out. `waiting` are all whom it
 * was about: a refusal of the message itself concerns each of them.
 */
export function listRefusals(outcome: unknown, waiting: readonly string[] = []): Refusal[] {
  const {
    rejectedErrors = [],
    response,
    command,
  } = (outcome ?? {}) as {
    rejectedErrors?: readonly { recipient?: unknown; response?: unknown }[];
    response?: unknown;
    command?: unknown;
  };
  const single = rejectedErrors
    .filter((error) => failureOf(error).permanent)
    .map(({ recipient, response: reply }) => refusalOf(String(recipient), reply));
  if (command !== 'DATA' || !failureOf(outcome).permanent) return single;
  const known = new Set(single.map(({ address }) => address));
  const others = waiting.filter((address) => !known.has(address));
  return [...single, ...others.map((address) => refusalOf(address, response))];
}

function refusalOf(address: string, reply: unknown): Refusal {
  const letters = [...cleanLine(typeof reply === 'string' ? reply : '')];
  const short =
    letters.length > replyLimit ? `${letters.slice(0, replyLimit).join('')}…` : letters.join('');
  return { address, reply: short };
}
