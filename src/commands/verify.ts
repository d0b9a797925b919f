import { type Verified, verifyDatabase } from '../actions/verify-database.ts';
import { type Command, parseArguments } from './command.ts';
import { createProgress } from './progress.ts';
import { openForReading } from './workplace.ts';

export const verify: Command = {
  name: 'verify',
  synopsis: '[--json]',
  summary:
    'check everything that is stored; one line for each violation, exit code 1 if there is any',
  async run(args, shell) {
    const { values } = parseArguments(args, { options: { json: { type: 'boolean' } } });
    const workplace = await openForReading(shell);
    const progress = createProgress(shell.stderr, 'Verifying');
    const { stdout } = shell;
    // Violations are written as they come, since there may be more than fit in memory.
    let separator = '{"violations":[';
    const verified = await verifyDatabase(workplace, {
      signal: shell.signal,
      onProgress: progress.show,
      report(violation) {
        progress.clear();
        if (values.json) {
          stdout.write(`${separator}${JSON.stringify(violation)}`);
          separator = ',';
        } else stdout.write(`${violation.rule}: ${violation.subject}: ${violation.problem}\n`);
      },
    });
    progress.clear();
    const { violations, ...checked } = verified;
    if (values.json) {
      const opening = violations === 0 ? separator : '';
      stdout.write(`${opening}],"checked":${JSON.stringify(checked)}}\n`);
    } else if (violations === 0) stdout.write(`Clean: ${describe(verified)}.\n`);
    // Beside the lines that a script may count.
    else shell.stderr.write(`Violations: ${violations} in ${describe(verified)}.\n`);
    return violations === 0 ? 0 : 1;
  },
};

const describe = ({ applications, documents, mails }: Verified): string =>
  `${applications} applications, ${documents} documents, ${mails} mails`;
