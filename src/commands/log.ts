import type { Config } from '../config.ts';
import type { EmbeddedLog } from '../db/embedded-server-log.ts';
import type { Output } from './command.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Logs in sentences, since whoever runs a command reads them at once. */
export function createCommandLog(output: Output, level: Config['logLevel']): EmbeddedLog {
  const write =
    (of: (typeof levels)[number]) =>
    (about: object, message: string): void => {
      if (levels.indexOf(of) < levels.indexOf(level)) return;
      const reason = 'err' in about && about.err instanceof Error ? `: ${about.err.message}` : '';
      output.write(`${message}${reason}\n`);
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
