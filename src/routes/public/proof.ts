import { Hono } from 'hono';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { askForProof, asksForProof } from './limit-drafts.ts';

/** A challenge for whoever is about to begin a draft, in the form of ALTCHA; not found while none is asked. */
export function proofRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock, config } = deps;
  return new Hono<AppEnv>().get('/proof', async (c) => {
    if (!asksForProof(config, await getPublication(db), clock.now())) {
      throw new AppError('not-found');
    }
    return c.json(askForProof(deps));
  });
}
