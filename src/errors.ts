/** The closed list of ways a request can fail; `error.<code>.title` and `.text` in the catalogues say it to readers. */
export type ErrorCode =
  | 'not-found'
  | 'unknown-language'
  | 'forbidden'
  | 'foreign-origin'
  | 'malformed'
  | 'late-draft'
  | 'conflict'
  | 'already-submitted'
  | 'gone'
  | 'on-hold'
  | 'call-closed'
  | 'too-large'
  | 'too-slow'
  | 'too-many-requests'
  | 'flooded'
  | 'busy'
  | 'unavailable';

/** A failure that readers are told about. The cause goes to the log, never to the page. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** Returns what was found, or throws `not-found`. */
export function found<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new AppError('not-found');
  return value;
}

/** A failed start or command in words that tell the operator what to do; shown without a stack. */
export class OperatorError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OperatorError';
  }
}
