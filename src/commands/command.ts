import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Readable } from 'node:stream';

/** One command of `feder`. */
export type Command = {
  /** As it is typed, such as `staff add`. */
  name: string;
  /** What follows the name, as the usage shows it; empty when nothing does. */
  synopsis: string;
  /** One line for the help. */
  summary: string;
  /** Does it and returns the exit code; throws Misuse for arguments that it can't take. */
  run(args: readonly string[], shell: Shell): Promise<0 | 1>;
};

/** What a command sees of the process around it. */
export type Shell = {
  env: Record<string, string | undefined>;
  /** For what was asked. */
  stdout: Output;
  /** For logs, complaints and the progress bar. */
  stderr: Output;
  /** Registers what must be undone, also on a signal; returns what undoes it, once. */
  cleanUp(undo: () => Promise<void>): () => Promise<void>;
};

export type Output = { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined };
