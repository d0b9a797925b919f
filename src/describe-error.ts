/**
 * An error in one word for the log and the job's row. Messages stay out: those of mail servers and
 * of PostgreSQL quote addresses and values.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const word = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return /^[\w-]{1,60}$/.test(word) ? word : 'Error';
}

/** Where an error came from: the frames of its stack without the message above them. */
export function locateError(error: unknown): string[] {
  if (!(error instanceof Error) || error.name === 'JobFailure') return [];
  const stack = error.stack ?? '';
  // The message may have lines of its own that look like frames.
  const frames = stack.startsWith(`${error.name}: ${error.message}`)
    ? stack.slice(error.name.length + 2 + error.message.length)
    : '';
  return frames
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 5);
}
