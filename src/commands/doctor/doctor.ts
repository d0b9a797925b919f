import { type Command, parseArguments, printJson } from '../command.ts';
import { loadConfig } from '../workplace.ts';
import type { Finding } from './finding.ts';
import { lookAtDatabase } from './look-at-database.ts';
import { createResolver, lookAtDns, lookAtSmtp } from './look-at-mail.ts';
import { lookAtScanner } from './look-at-scanner.ts';
import { lookAtStorage } from './look-at-storage.ts';

export const doctor: Command = {
  name: 'doctor',
  synopsis: '[--dkim-selector <name>] [--json]',
  summary:
    'look at database, mail server, DNS of the sender, storage and clock; exit code 1 if there is a fault',
  async run(args, shell) {
    const { values } = parseArguments(args, {
      options: { json: { type: 'boolean' }, 'dkim-selector': { type: 'string' } },
    });
    const config = loadConfig(shell);
    const findings: Finding[] = [
      ...(await lookAtDatabase(shell, config)),
      await lookAtSmtp(config),
      ...(await lookAtScanner(config)),
      ...(await lookAtDns(config, createResolver(), values['dkim-selector'])),
      ...lookAtStorage(config),
    ];
    const faults = findings.filter(({ state }) => state === 'fault').length;
    if (values.json) printJson(shell, { ok: faults === 0, findings });
    else {
      for (const { state, about, text } of findings) {
        shell.stdout.write(`${state.padEnd(8)} ${about.padEnd(8)} ${text}\n`);
      }
    }
    return faults === 0 ? 0 : 1;
  },
};
