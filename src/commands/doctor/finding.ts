/** What a look at one thing has found. A fault has to be mended, a warning to be known. */
export type Finding = {
  about: 'database' | 'smtp' | 'scanner' | 'dns' | 'storage' | 'clock';
  state: 'ok' | 'warning' | 'fault' | 'skipped';
  /** One sentence or two, with what to do; never a secret. */
  text: string;
};

/** The short word for why something did not answer, such as `ECONNREFUSED`. */
export const wordOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'no answer';
