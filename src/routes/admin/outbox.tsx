import { Hono } from 'hono';
import type { AppEnv, Deps } from '../../deps.ts';
export function outboxRoutes(_deps: Deps): Hono<AppEnv> {
  return new Hono<AppEnv>();
}
