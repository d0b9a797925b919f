import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { AppEnv, Deps } from './deps.ts';
import { AppError } from './errors.ts';
import { adminRoutes } from './routes/admin/index.ts';
import { handleError } from './routes/handle-error.tsx';
import { healthRoutes } from './routes/health.ts';
import { logRequests } from './routes/log-requests.ts';
import { assetRoutes } from './routes/public/assets.ts';
import { publicRoutes } from './routes/public/index.ts';
import { setSecurityHeaders } from './routes/security-headers.ts';
import { dropTrailingSlash } from './routes/trailing-slash.ts';
import { uploadRoutes } from './routes/uploads/index.tsx';

/** The whole application over its parts; the server and every test build it the same way. */
export function createApp(deps: Deps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(logRequests(deps), setSecurityHeaders(deps), compress(), dropTrailingSlash);
  app.route('/', healthRoutes(deps));
  app.route('/', assetRoutes(deps));
  app.route('/admin', adminRoutes(deps));
  app.route('/uploads', uploadRoutes(deps));
  app.route('/', publicRoutes(deps));
  app.notFound(() => {
    throw new AppError('not-found');
  });
  app.onError(handleError(deps));
  return app;
}
