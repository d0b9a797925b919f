import { seedDemo } from '../actions/seed-demo.ts';
import { OperatorError } from '../errors.ts';
import { type Command, Misuse, parseArguments, printJson, requireOption } from './command.ts';
import { createProgress } from './progress.ts';
import { loadConfig, openWorkplace } from './workplace.ts';

const most = 1_000_000;

export const seed: Command = {
  name: 'seed',
  synopsis: '--applications <n> [--seed <int>] [--yes-in-production] [--json]',
  summary: 'add invented applications; the same --seed (1 when absent) gives the same people',
  async run(args, shell) {
    const { values } = parseArguments(args, {
      options: {
        applications: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean' },
        'yes-in-production': { type: 'boolean' },
      },
    });
    const applications = parseWhole(requireOption(values.applications, 'applications'));
    if (applications === undefined || applications < 1 || applications > most) {
      throw new Misuse(`--applications is a whole number from 1 to ${most}`);
    }
    const number = parseWhole(values.seed);
    if (number === undefined) throw new Misuse('--seed is a whole number');
    if (loadConfig(shell).production && !values['yes-in-production']) {
      throw new OperatorError(
        `This is production (NODE_ENV=production or an https PUBLIC_URL): seed would add ${applications} invented applications to the list of real ones, each of which could only be erased by itself. Say --yes-in-production if that is wanted. Nothing was added.`,
      );
    }
    const workplace = await openWorkplace(shell);
    const progress = createProgress(shell.stderr, 'Seeding');
    const startedAt = performance.now();
    const seeded = await seedDemo(workplace, { applications, seed: number }, (done) =>
      progress.show(done, applications),
    );
    progress.clear();
    const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
    if (values.json) printJson(shell, { ...seeded, seed: number, seconds });
    else {
      const { documents, mails } = seeded;
      shell.stdout.write(
        `Added ${applications} applications with ${documents} documents; their ${mails} mails count as sent. ` +
          `Seed ${number}, ${seconds} s.\n`,
      );
    }
    return 0;
  },
};

function parseWhole(text: string): number | undefined {
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  return Object.is(number, -0) ? 0 : number;
}
