import { Hono } from 'hono';
import { findForReader, type ReadApplication } from '../../db/desk-reading.ts';
import type { Reader } from '../../db/review-access.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { reviewChanges } from '../../domain/reviews.ts';
import { found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { letterOutcomes } from '../../views/pages/application.tsx';
import { sendPage } from '../respond.tsx';
import { accessRoutes } from './access.tsx';
import { applicationListRoutes } from './application-list.tsx';
import { type Happened, renderApplication } from './application-page.tsx';
import { bulkRoutes } from './bulk.tsx';
import { decisionRoutes } from './decisions.tsx';
import { requirePermission } from './gate.ts';
import { holdRoutes } from './holds.ts';
import { identityRoutes } from './identity.tsx';
import { listExportRoutes } from './list-export.tsx';
import { messageRoutes } from './messages.tsx';
import { noteRoutes } from './notes.tsx';
import { pairRoutes } from './pairs.ts';
import { refusePrefetch } from './prefetch.ts';
import { requestRoutes } from './requests.tsx';
import { revealRoutes } from './reveal.ts';
import type { ApplicationAnswers } from './review-answers.ts';
import { reviewPeopleRoutes } from './review-people.ts';
import { reviewRoutes } from './reviews.ts';
import { savedViewRoutes } from './saved-views.tsx';
import { tagRoutes } from './tags.tsx';
import { transitionRoutes } from './transitions.ts';

/** An application by its reference in any case, as a reader may see it; throws `not-found`, for drafts too. */
export async function getApplication(
  deps: Pick<Deps, 'db' | 'keys'>,
  reference: string,
  reader: Reader,
): Promise<ReadApplication> {
  return found(await findForReader(deps, reference, reader));
}

/** The list and the page of one application, with what is done on it. */
export function applicationRoutes(deps: Deps): Hono<AppEnv> {
  const answers: ApplicationAnswers = {
    get: (c) => getApplication(deps, c.req.param('reference') ?? '', c.var.staff),
    render: (c, application, happened) => renderApplication(deps, c, application, happened),
  };

  return new Hono<AppEnv>()
    .use('/applications/*', requirePermission('read-applications'))
    .route('/', applicationListRoutes(deps))
    .route('/', reviewRoutes(deps, answers))
    .route('/', reviewPeopleRoutes(deps, answers))
    .route('/', decisionRoutes(deps))
    .route('/', pairRoutes(deps, answers))
    .route('/', revealRoutes(deps, answers))
    .route('/', identityRoutes(deps, answers))
    .route('/', accessRoutes(deps, answers))
    .route('/', holdRoutes(deps, answers))
    .route('/', noteRoutes(deps, answers))
    .route('/', messageRoutes(deps, answers))
    .route('/', requestRoutes(deps, answers))
    .route('/', tagRoutes(deps, answers))
    .route('/', transitionRoutes(deps, answers))
    .route('/', listExportRoutes(deps))
    .route('/', savedViewRoutes(deps))
    .route('/', bulkRoutes(deps))
    .get('/applications/:reference', refusePrefetch, async (c) => {
      const application = await getApplication(deps, c.req.param('reference'), c.var.staff);
      const { reference } = application;
      if (c.req.param('reference') !== reference) {
        const { search } = new URL(c.req.url);
        return c.redirect(`/admin/applications/${reference}${search}`, 303);
      }
      // Who only asks whether it is there has not seen it.
      const visit: Happened['visit'] = c.req.method === 'GET' ? 'recorded' : 'unrecorded';
      const moved = c.req.query('moved') !== undefined;
      const change = reviewChanges.find((one) => one === c.req.query('review'));
      const t = translatorFor(c.var.language);
      const reviewing = change ? { notice: { text: t(`review.done.${change}`), bad: false } } : {};
      const composed = { sent: c.req.query('sent') !== undefined };
      const letter = letterOutcomes.find((one) => one === c.req.query('letter'));
      const happened = { moved, letter, composed, reviewing, visit };
      return sendPage(c, await renderApplication(deps, c, application, happened));
    });
}
