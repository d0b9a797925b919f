import { explainFailure } from '../explain-failure.ts';
import { erase, exportCommand } from './application.ts';
import { backup, backupForget, restore } from './backup.ts';
import { type Command, Misuse, type Shell } from './command.ts';
import { config } from './config.ts';
import { doctor } from './doctor/doctor.ts';
import { keysRotate } from './keys.ts';
import { migrate } from './migrate.ts';
import { retention } from './retention.ts';
import { seed } from './seed.ts';
import { staffAdd, staffDisable, staffDropFactor, staffList, staffReset } from './staff.ts';
import { verify } from './verify.ts';

/** Every command there is, in the order of the help. */
export const commands: readonly Command[] = [
  migrate,
  staffAdd,
  staffList,
  staffDisable,
  staffReset,
  staffDropFactor,
  config,
  doctor,
  seed,
  exportCommand,
  erase,
  retention,
  keysRotate,
  // Before "backup", whose file could be called so.
  backupForget,
  backup,
  restore,
  verify,
];

// Promised for later versions: whoever types one learns that it is no typing mistake.
const laterNames = ['intake'];

/** Exit codes: 0 done, 1 failed, 2 misuse. */
export type ExitCode = 0 | 1 | 2;

/** Runs what was typed after `feder`; says what went wrong on stderr and never rejects. */
export async function runCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const [first] = args;
  if (first === undefined) return refuse(shell, 'a command is missing', commands);
  if (['help', '--help', '-h'].includes(first)) {
    const asked = commandsBelow(args[1]);
    shell.stdout.write(
      args[1] === undefined || asked.length === 0 ? describeAll() : usageOf(asked),
    );
    return 0;
  }
  const command = commands.find(({ name }) => args.slice(0, wordsOf(name)).join(' ') === name);
  if (!command) {
    if (laterNames.includes(first))
      return refuse(shell, `"${first}" is not in this version`, commands);
    const below = commandsBelow(first);
    if (below.length === 0) return refuse(shell, `there is no command "${first}"`, commands);
    const second =
      args[1] === undefined ? 'a word is missing after' : `"${args[1]}" does not follow`;
    return refuse(shell, `${second} "${first}"`, below);
  }
  const rest = args.slice(wordsOf(command.name));
  const end = rest.indexOf('--');
  if (
    rest.slice(0, end === -1 ? rest.length : end).some((one) => one === '--help' || one === '-h')
  ) {
    shell.stdout.write(usageOf([command]));
    return 0;
  }
  try {
    return await command.run(rest, shell);
  } catch (error) {
    if (error instanceof Misuse) return refuse(shell, error.message, [command]);
    if (!shell.signal.aborted) shell.stderr.write(`${explainFailure(error)}\n`);
    return 1;
  }
}

const wordsOf = (name: string): number => name.split(' ').length;

const commandsBelow = (word: string | undefined): Command[] =>
  commands.filter(({ name }) => name.split(' ')[0] === word);

function refuse(shell: Shell, reason: string, about: readonly Command[]): 2 {
  shell.stderr.write(`feder: ${reason}\n${usageOf(about)}`);
  return 2;
}

function usageOf(about: readonly Command[]): string {
  const lines = about.map(({ name, synopsis }) => `  feder ${name} ${synopsis}`.trimEnd());
  return `${['Usage:', ...lines].join('\n')}\n`;
}

function describeAll(): string {
  const paragraphs = commands.map(({ name, synopsis, summary }) =>
    `  feder ${name} ${synopsis}`.trimEnd().concat(`\n      ${summary}`),
  );
  return `${['Usage:', ...paragraphs, '', 'Configured by the environment, like the server. Exit codes: 0 done, 1 failed, 2 misuse.'].join('\n')}\n`;
}
