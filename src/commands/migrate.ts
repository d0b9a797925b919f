import { type Command, parseArguments } from './command.ts';
import { openWorkplace } from './workplace.ts';

export const migrate: Command = {
  name: 'migrate',
  synopsis: '',
  summary: 'bring the database to the newest version; add the first call when there is none',
  async run(args, shell) {
    parseArguments(args, { options: {} });
    const { migrated, firstCall } = await openWorkplace(shell);
    for (const name of migrated) shell.stdout.write(`Migrated ${name}.\n`);
    if (firstCall) shell.stdout.write('Added the first call.\n');
    shell.stdout.write('The database is at the newest version.\n');
    return 0;
  },
};
