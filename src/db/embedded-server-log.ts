import type { Interface } from 'node:readline';

export type EmbeddedLog = {
  info(o: object, m: string): void;
  warn(o: object, m: string): void;
  error(o: object, m: string): void;
};

/** A line as our log_line_prefix makes it: backend type, SQLSTATE, severity, message. */
const LINE = /^([a-z ]*)\|(\w{5})\|([A-Z]+): {2}(.*)$/;

/**
 * Passes PostgreSQL's log on. Errors of client statements are left out: the app that sent them gets
 * them too, and their messages quote values of rows.
 */
export function readServerLog(lines: Interface, log: EmbeddedLog): { lastWords(): string } {
  const recent: string[] = [];
  const remember = (text: string) => {
    recent.push(text);
    if (recent.length > 6) recent.shift();
  };
  lines.on('line', (line) => {
    const found = LINE.exec(line);
    if (!found) {
      // The second line of a message, or words of the program loader or the shell.
      if (!line.startsWith('\t')) remember(line);
      return;
    }
    const [, process = '', code = '', severity = '', message = ''] = found;
    // 57P…: connections that meet a stop or a start; the one who asked for those knows.
    if (severity !== 'PANIC' && code.startsWith('57P')) return;
    if (process === 'client backend' && severity !== 'FATAL' && severity !== 'PANIC') return;
    remember(`${severity}: ${message}`);
    const about = { postgres: process, code };
    if (severity !== 'LOG' || message.includes('was terminated by signal'))
      log.warn(about, message);
    else if (message.includes('automatic recovery')) log.info(about, message);
  });
  return { lastWords: () => recent.join(' / ') };
}
