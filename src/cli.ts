import { constants } from 'node:os';
import { askOnTerminal } from './commands/ask.ts';
import { runCommand } from './commands/run-command.ts';
import { listenForStop } from './stop-signals.ts';

const giveUp = new AbortController();
const undoing: (() => Promise<void>)[] = [];

async function cleanUp(): Promise<void> {
  for (const undo of undoing.splice(0).reverse()) await undo();
}

const codeAfter = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): number =>
  128 + constants.signals[signal];

listenForStop(['SIGINT', 'SIGTERM', 'SIGHUP'], {
  async stop(signal) {
    giveUp.abort();
    await cleanUp().catch(() => {});
    process.exit(codeAfter(signal));
  },
  hurry: (signal) => process.exit(codeAfter(signal)),
});

// Whoever reads us may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const code = await runCommand(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  ask: process.stdin.isTTY ? askOnTerminal(process.stdin, process.stderr) : undefined,
  signal: giveUp.signal,
  defer: (undo) => undoing.push(undo),
});
await cleanUp();
// No process.exit: what was written to a pipe must arrive first. After a signal its handler ends us.
if (!giveUp.signal.aborted) process.exitCode = code;
