import { Hono } from 'hono';
import { checkStorage } from '../actions/check-storage.ts';
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
      const outbox = await outboxHealth(db, now);
      const { state } = await checkStorage({ db, clock });
      const scanner = await scannerHealth(db, now);
      return c.json({
        ...{ status: 'ok', outbox },
        // Said only when somebody has to do something about it.
        ...(state !== 'ok' && { storage: state }),
        ...(scanner && { scanner }),
      });
    });
}
