/**
 * An error in one word for the log and the job's row. Messages stay out: those of mail servers and
 * of PostgreSQL quote addresses and values.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const word = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return /^[\w-]{1,60}$/.test(word) ? word : 'Error';
}

const isOurs = (frame: string): boolean =>
  !/[/\\]node_modules[/\\]|\bnode:|<anonymous>/.test(frame);

/**
 * Where an error came from: frames of its stack without the message above them. The first stays,
 * since it broke there; behind it stand ours, which say who asked for it.
 */
export function locateError(error: unknown): string[] {
  if (!(error instanceof Error) || error.name === 'JobFailure') return [];
  const stack = error.stack ?? '';
  // The message may have lines of its own that look like frames.
  const frames = stack.startsWith(`${error.name}: ${error.message}`)
    ? stack.slice(error.name.length + 2 + error.message.length)
    : '';
  const all = frames
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
  const told = all.filter((frame, index) => index === 0 || isOurs(frame));
  return (told.length > 1 ? told : all).slice(0, 5);
}
