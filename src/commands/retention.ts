import { keepRetention } from '../actions/keep-retention.ts';
import { listDeletions, resumeRetention } from '../db/retention.ts';
import { describeError } from '../describe-error.ts';
import { type Command, parseArguments, printJson } from './command.ts';
import { openForReading, openWorkplace } from './workplace.ts';

const most = 1_000_000;

/** The deletion of what is due, by hand: whoever runs it confirms that the clock is right. */
export const retention: Command = {
  name: 'retention',
  synopsis: '[--dry-run] [--json]',
  summary: 'delete the applications whose day has come; --dry-run only lists them',
  async run(args, shell) {
    const options = { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } } as const;
    const { values } = parseArguments(args, { options });
    if (values['dry-run']) {
      const { db, clock } = await openForReading(shell);
      const due = (await listDeletions(db, clock.now(), most)).map(({ reference, reason, at }) => ({
        reference,
        reason,
        at,
      }));
      if (values.json) printJson(shell, { due });
      else {
        const lines = due.map(
          ({ reference, reason, at }) => `${reference}  ${at.toISOString()}  ${reason}\n`,
        );
        shell.stdout.write(`${lines.join('')}${due.length} to be deleted.\n`);
      }
      return 0;
    }
    const workplace = await openWorkplace(shell);
    await resumeRetention(workplace.db);
    const failures: string[] = [];
    const deleted = await keepRetention(workplace, {
      signal: shell.signal,
      tell(id, error) {
        failures.push(id);
        shell.stderr.write(`${id} was not deleted: ${describeError(error)}\n`);
      },
    });
    if (values.json) printJson(shell, { deleted, failed: failures.length });
    else shell.stdout.write(`${deleted} deleted.\n`);
    return failures.length > 0 ? 1 : 0;
  },
};
