import { constants } from 'node:os';
import { runCommand } from './commands/run-command.ts';

const giveUp = new AbortController();
const undoing: (() => Promise<void>)[] = [];

async function cleanUp(): Promise<void> {
  for (const undo of undoing.splice(0).reverse()) await undo();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    const code = 128 + constants.signals[signal];
    // The second signal is from someone who does not want to wait.
    if (giveUp.signal.aborted) process.exit(code);
    giveUp.abort();
    await cleanUp().catch(() => {});
    process.exit(code);
  });
}

// Whoever reads us may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const code = await runCommand(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: giveUp.signal,
  defer: (undo) => undoing.push(undo),
});
await cleanUp();
// No process.exit: what was written to a pipe must arrive first. After a signal its handler ends us.
if (!giveUp.signal.aborted) process.exitCode = code;
