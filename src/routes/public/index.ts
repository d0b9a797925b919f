import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { isLanguage } from '../../i18n.ts';
import { addressRoutes } from '../applicant/address.tsx';
import { applicationRoutes } from '../applicant/applications.tsx';
import { consentRoutes } from '../applicant/consent.tsx';
import { detailRoutes } from '../applicant/details.tsx';
import { documentRoutes } from '../applicant/documents.tsx';
import { draftRoutes } from '../applicant/drafts.tsx';
import { erasureRoutes } from '../applicant/erasure.tsx';
import { messageRoutes } from '../applicant/messages.tsx';
import { requestRoutes } from '../applicant/requests.tsx';
import { typingRoutes } from '../applicant/typing.ts';
import { withdrawalRoutes } from '../applicant/withdrawal.tsx';
import { checkOrigin } from '../origin.ts';
import { admitBodies } from './admit-bodies.ts';
import { applyRoutes } from './apply.tsx';
import { callRoutes, frontRoutes } from './calls.tsx';
import { crawlerRoutes } from './crawlers.tsx';
import { findRoutes } from './find.tsx';
import { keepTyped } from './keep-typed.tsx';
import { limitPosts } from './limit-posts.ts';
import { proofRoutes } from './proof.ts';

/** Takes the language from the address. */
const speakAddressLanguage = createMiddleware<AppEnv>(async (c, next) => {
  const language = c.req.param('language') ?? '';
  if (!isLanguage(language)) {
    throw new AppError(/^[a-z]{2,3}$/.test(language) ? 'unknown-language' : 'not-found');
  }
  c.set('language', language);
  // Nothing is named with a NUL, and the database refuses to look for one.
  if (/%00|\0/.test(c.req.path)) throw new AppError('not-found');
  await next();
});

/** Everything that applicants see. */
export function publicRoutes(deps: Deps): Hono<AppEnv> {
  const admit = admitBodies(deps);
  const inLanguage = new Hono<AppEnv>()
    .use(speakAddressLanguage)
    .use('/calls/:slug/apply', keepTyped(deps))
    .use('/applications/:token/messages', keepTyped(deps))
    .use('/applications/:token/documents', keepTyped(deps))
    .use('/applications/:token/request', keepTyped(deps))
    .use('/applications/:token/address', keepTyped(deps))
    .use('/applications/:token/details', keepTyped(deps))
    .use(checkOrigin(deps, { required: false }))
    .use('/calls/:slug/apply', admit)
    .use('/applications/:token/documents', admit)
    .use('/applications/:token/messages', admit)
    .use('/applications/:token/request', admit)
    .use('/applications/:token/details', admit)
    .use('/:kind/:name/typed', admit)
    .route('/', typingRoutes(deps))
    .use(limitPosts(deps))
    .route('/', callRoutes(deps))
    .route('/', applyRoutes(deps))
    .route('/', draftRoutes(deps))
    .route('/', applicationRoutes(deps))
    .route('/', documentRoutes(deps))
    .route('/', messageRoutes(deps))
    .route('/', requestRoutes(deps))
    .route('/', addressRoutes(deps))
    .route('/', detailRoutes(deps))
    .route('/', consentRoutes(deps))
    .route('/', withdrawalRoutes(deps))
    .route('/', erasureRoutes(deps))
    .route('/', findRoutes(deps));
  return new Hono<AppEnv>()
    .route('/', crawlerRoutes(deps))
    .route('/', proofRoutes(deps))
    .route('/', frontRoutes(deps))
    .route('/:language', inLanguage);
}
