import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Output, Shell } from './command.ts';

/** Asks a question and reads one line; the end of the input is an empty answer. */
export function askOnTerminal(input: Readable, output: Output): NonNullable<Shell['ask']> {
  return async (question) => {
    output.write(question);
    // Not as a terminal: that would take Ctrl-C away from the process.
    const lines = createInterface({ input, terminal: false });
    const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    lines.close();
    return typeof line === 'string' ? line.trim() : '';
  };
}
