import { Hono } from 'hono';
import { isWell } from '../db/client.ts';
import { outboxHealth } from '../db/outbox.ts';
import { scannerHealth } from '../db/scanning.ts';
import type { AppEnv, Deps } from '../deps.ts';

/** For supervisors and load balancers: alive while the process is, ready while the database is. */
export function healthRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      if (!(await isWell(db))) return c.json({ status: 'unavailable' }, 503);
      const now = clock.now();
      const scanner = await scannerHealth(db, now);
      return c.json({
        ...{ status: 'ok', outbox: await outboxHealth(db, now) },
        ...(scanner && { scanner }),
      });
    });
}
