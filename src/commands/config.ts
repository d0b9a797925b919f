import { describeConfig, formatMistakes, noteConfig, readConfig } from '../config.ts';
import { findHolder } from '../db/embedded-holder.ts';
import { type Command, parseArguments, printJson } from './command.ts';
import { readText } from './workplace.ts';

export const config: Command = {
  name: 'config',
  synopsis: '[--json]',
  summary:
    'show the configuration that a start from this shell would have, without its secrets, or all its mistakes',
  async run(args, shell) {
    const { values } = parseArguments(args, { options: { json: { type: 'boolean' } } });
    const read = readConfig(shell.env, readText);
    if ('mistakes' in read) {
      const { mistakes } = read;
      if (values.json) printJson(shell, { mistakes });
      else shell.stderr.write(`${formatMistakes(mistakes)}\n`);
      return 1;
    }
    const shown = describeConfig(read.config);
    const server = findHolder(read.config.dataDir);
    if (server?.kind === 'server') {
      shell.stderr.write(
        `A server (process ${server.pid}) runs on this DATA_DIR. These are the settings of this shell; the server has those that it was started with.\n`,
      );
    }
    if (values.json) {
      printJson(shell, shown);
      return 0;
    }
    const width = Math.max(...Object.keys(shown).map((name) => name.length));
    const notes = noteConfig(read.config);
    for (const [name, value] of Object.entries(shown)) {
      const note = notes[name] === undefined ? '' : ` (${notes[name]})`;
      shell.stdout.write(`${name.padEnd(width)}  ${value ?? '(unset)'}${note}\n`);
    }
    return 0;
  },
};
