import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { isLanguage } from '../../i18n.ts';
import { applicationRoutes } from '../applicant/applications.tsx';
import { draftRoutes } from '../applicant/drafts.tsx';
import { checkOrigin } from '../origin.ts';
import { applyRoutes } from './apply.tsx';
import { callRoutes, frontRoutes } from './calls.tsx';
import { limitPosts } from './limit-posts.ts';

/** Takes the language from the address. */
const speakAddressLanguage = createMiddleware<AppEnv>(async (c, next) => {
  const language = c.req.param('language') ?? '';
  if (!isLanguage(language)) {
    throw new AppError(/^[a-z]{2,3}$/.test(language) ? 'unknown-language' : 'not-found');
  }
  c.set('language', language);
  await next();
});

/** Everything that applicants see. */
export function publicRoutes(deps: Deps): Hono<AppEnv> {
  const inLanguage = new Hono<AppEnv>()
    .use(speakAddressLanguage, checkOrigin(deps, { required: false }), limitPosts(deps))
    .route('/', callRoutes(deps))
    .route('/', applyRoutes(deps))
    .route('/', draftRoutes(deps))
    .route('/', applicationRoutes(deps));
  return new Hono<AppEnv>().route('/', frontRoutes(deps)).route('/:language', inLanguage);
}
