import type pg from 'pg';
import type { Logger } from 'pino';
import { jobChannel } from '../db/jobs.ts';
import { describeError } from '../describe-error.ts';

const firstWaitMs = 100;
const longestWaitMs = 5_000;

/**
 * Keeps one connection listening for announced jobs and makes a new one whenever it breaks.
 * `onWake` is called for each announcement, and after each connecting for those that were missed.
 */
export function keepListening(
  createClient: () => pg.Client,
  { onWake, log }: { onWake(): void; log: Logger },
): { stop(): Promise<void> } {
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = firstWaitMs;

  async function connect(): Promise<void> {
    const fresh = createClient();
    client = fresh;
    let lost = false;
    const reconnect = (error?: unknown): void => {
      if (lost) return;
      lost = true;
      fresh.end().catch(() => undefined);
      if (stopped) return;
      if (waitMs === firstWaitMs) {
        log.warn({ error: describeError(error) }, 'the connection that listens for jobs is lost');
      }
      timer = setTimeout(connect, waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    };
    fresh.on('error', reconnect);
    fresh.on('end', reconnect);
    fresh.on('notification', onWake);
    try {
      await fresh.connect();
      await fresh.query(`listen ${jobChannel}`);
      waitMs = firstWaitMs;
      onWake();
    } catch (error) {
      reconnect(error);
    }
  }

  const connected = connect();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connected;
      await client?.end().catch(() => undefined);
    },
  };
}
