import { keepRetention } from '../actions/keep-retention.ts';
import { listEndingConsents } from '../db/consents.ts';
import { findPause, listDeletions, resumeRetention } from '../db/retention.ts';
import { describeError } from '../describe-error.ts';
import { OperatorError } from '../errors.ts';
import { type Command, parseArguments, printJson } from './command.ts';
import { openForReading, openWorkplace } from './workplace.ts';

const most = 1_000_000;

/** The deletion of what is due, by hand or by the system's own timer. */
export const retention: Command = {
  name: 'retention run',
  synopsis: '[--dry-run] [--clock-is-right] [--json]',
  summary: 'delete the applications whose day has come; --dry-run only lists them',
  async run(args, shell) {
    const flag = { type: 'boolean' } as const;
    const options = { 'dry-run': flag, 'clock-is-right': flag, json: flag };
    const { values } = parseArguments(args, { options });
    if (values['dry-run']) {
      const { db, clock } = await openForReading(shell);
      const due = (await listDeletions(db, clock.now(), most)).map(({ reference, reason, at }) => ({
        reference,
        reason,
        at,
      }));
      const ending = await listEndingConsents(db, {
        now: clock.now(),
        unasked: false,
        limit: most,
      });
      const consents = ending.map(({ reference, decision, until, askedAt }) => ({
        ...{ reference, decision, until, askedAt },
      }));
      if (values.json) printJson(shell, { due, consents });
      else {
        const lines = due.map(
          ({ reference, reason, at }) => `${reference}  ${at.toISOString()}  ${reason}\n`,
        );
        shell.stdout.write(`${lines.join('')}${due.length} to be deleted.\n`);
        const soon = consents.map(
          ({ reference, decision, until, askedAt }) =>
            `${reference}  ${until.toISOString()}  ${decision}, ${askedAt ? `asked ${askedAt.toISOString()}` : 'not asked yet'}\n`,
        );
        if (soon.length > 0) {
          shell.stdout.write(
            `${soon.join('')}${soon.length} agreed to be kept, which ends soon.\n`,
          );
        }
      }
      return 0;
    }
    const workplace = await openWorkplace(shell);
    if (values['clock-is-right']) await resumeRetention(workplace.db);
    const pause = await findPause(workplace.db);
    if (pause) {
      throw new OperatorError(
        `The clock has leapt by more than a day, or the server was off for so long (${pause.since.toISOString()}). Check the date, then say --clock-is-right.`,
      );
    }
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
