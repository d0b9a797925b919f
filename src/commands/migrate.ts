import { type Command, parseArguments, printJson } from './command.ts';
import { openWorkplace } from './workplace.ts';

export const migrate: Command = {
  name: 'migrate',
  synopsis: '[--json]',
  summary: 'bring the database to the newest version; add the first call when there is none',
  async run(args, shell) {
    const { values } = parseArguments(args, { options: { json: { type: 'boolean' } } });
    const { migrated, firstCall } = await openWorkplace(shell, { create: true });
    if (values.json) {
      printJson(shell, { migrated, firstCall });
      return 0;
    }
    for (const name of migrated) shell.stdout.write(`Migrated ${name}.\n`);
    if (firstCall) shell.stdout.write('Added the first call.\n');
    shell.stdout.write('The database is at the newest version.\n');
    return 0;
  },
};
