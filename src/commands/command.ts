import { type ParseArgsConfig, parseArgs } from 'node:util';

/** One command of `feder`. */
export type Command = {
  /** As it is typed, such as `staff add`. */
  name: string;
  /** What follows the name in the usage; empty when nothing does. */
  synopsis: string;
  /** One line for the help. */
  summary: string;
  /** Does it and returns the exit code. Throws Misuse for arguments that it can't take. */
  run(args: readonly string[], shell: Shell): Promise<0 | 1>;
};

/** What a command sees of the process that runs it. */
export type Shell = {
  env: Readonly<Record<string, string | undefined>>;
  /** For what was asked. */
  stdout: Output;
  /** For logs, complaints and progress. */
  stderr: Output;
  /**
   * Asks on the terminal and answers with what was typed there; missing when nobody sits at one.
   */
  ask?: ((question: string) => Promise<string>) | undefined;
  /** Fires when the command is to be given up. */
  signal: AbortSignal;
  /** `undo` runs when the command ends, by a signal too; the last one first. */
  defer(undo: () => Promise<void>): void;
};

export type Output = {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
};

/** What was typed can't be done as it stands: exit code 2, with the usage. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Options, and the positional arguments by their names, all of which must be there. Throws Misuse.
 */
export function parseArguments<const Name extends string, const Given extends Options>(
  args: readonly string[],
  { names = [], options }: { names?: readonly Name[]; options: Given },
) {
  const { values, positionals } = parseOrRefuse(args, options);
  const [missing] = names.slice(positionals.length);
  if (missing !== undefined) throw new Misuse(`<${missing}> is missing`);
  const [surplus] = positionals.slice(names.length);
  if (surplus !== undefined) throw new Misuse(`"${surplus}" is one argument too many`);
  const named = names.map((name, index) => [name, positionals[index]]);
  return { values, named: Object.fromEntries(named) as Record<Name, string> };
}

function parseOrRefuse<Given extends Options>(args: readonly string[], options: Given) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The first sentence names the option, the rest explains Node's own conventions.
    const [sentence = ''] = error.message.split(/\.\s|\n/);
    throw new Misuse(sentence.replace(/^(.)/, (letter) => letter.toLowerCase()).replace(/\.$/, ''));
  }
}

/** The value of an option that can't be left out. */
export function requireOption(value: string | undefined, name: string): string {
  if (value === undefined) throw new Misuse(`--${name} is missing`);
  return value;
}

/** One JSON document and a line break. */
export function printJson({ stdout }: Pick<Shell, 'stdout'>, value: unknown): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}
