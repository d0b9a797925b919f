// A process of its own around startEmbedded, for tests that kill it, run it as another user or start
// several at once. Takes the options as JSON in its first argument; writes one JSON object a line:
// { log }, then { ready } or { error }, and { stopped } after the line "stop" on stdin.
import { createInterface } from 'node:readline';
import { EmbeddedError, startEmbedded } from '../../src/db/embedded.ts';

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const log = {
  info: (about: object, message: string) => say({ log: message, level: 'info', about }),
  warn: (about: object, message: string) => say({ log: message, level: 'warn', about }),
  error: (about: object, message: string) => say({ log: message, level: 'error', about }),
};

// A terminal's Ctrl-C is meant for us; what it does to PostgreSQL is what a test looks at.
process.on('SIGINT', () => say({ log: 'SIGINT', level: 'info', about: {} }));

try {
  const server = await startEmbedded({ ...JSON.parse(process.argv[2] ?? '{}'), log });
  say({ ready: server.connection, attached: server.attached });
  createInterface({ input: process.stdin }).on('line', async (line) => {
    if (line !== 'stop') return;
    await server.stop();
    say({ stopped: true });
    process.exit(0);
  });
} catch (error) {
  const code = error instanceof EmbeddedError ? error.code : 'unknown';
  say({ error: { code, message: (error as Error).message } });
  process.exit(1);
}
