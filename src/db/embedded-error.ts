export type EmbeddedErrorCode =
  | 'already-running'
  | 'data-dir-unreachable'
  | 'no-passwd-entry'
  | 'start-failed'
  | 'unsupported-platform'
  | 'wrong-version';

/** What an operator has to know: the message says what is wrong and what to do, without a stack. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The word that Node gives to a failed system call (`ENOENT`, `EACCES`, …), if the error is one. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
