import { type Context, Hono } from 'hono';
import { exportApplication } from '../../actions/export-application.ts';
import { hasEmail } from '../../actions/find-application.ts';
import { openPrivatePage, type PrivatePage } from '../../actions/open-private-page.ts';
import { findDocument } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readDocument } from '../../documents/store.ts';
import { sizeOfStored } from '../../documents/zip-records.ts';
import { streamZip } from '../../documents/zip-stream.ts';
import { cleanLine } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import { statusActs } from '../../views/pages/application-status.tsx';
import { attachmentHeaders, isId, mediaTypeOf, streamOf } from '../attachment.ts';
import { speak } from '../public/form-page.tsx';
import { countSearch } from '../public/limit-posts.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { baseOf, renderPrivatePage } from './private-page.tsx';

/** The applicant's private page and what can be taken away from it. */
export function applicationRoutes(deps: Deps): Hono<AppEnv> {
  const { db, log } = deps;
  const tell = (facts: { documentId?: string; applicationId?: string }) => (error: unknown) =>
    log.error({ ...facts, error: describeError(error) }, 'a document is damaged');

  const sendExport = async (c: Context<AppEnv>, page: PrivatePage): Promise<Response> => {
    const { id, reference } = page.application;
    const files = await exportApplication(deps, page);
    return c.body(
      streamOf(streamZip(files), tell({ applicationId: id })),
      200,
      attachmentHeaders({
        name: `${reference}.zip`,
        size: sizeOfStored(files),
        mediaType: 'application/zip',
      }),
    );
  };

  return new Hono<AppEnv>()
    .get('/applications/:token', async (c) => {
      const page = await openPrivatePage(deps, c.req.param('token'));
      const done = statusActs.find((one) => one === c.req.query('done'));
      return sendPage(c, await renderPrivatePage(deps, c, page, { done }));
    })
    .get('/applications/:token/documents/:id', async (c) => {
      const { application, key } = await openPrivatePage(deps, c.req.param('token'));
      const id = c.req.param('id');
      // A discreet page gives nothing away that tells who it is from; the export is asked for apart.
      if (!isId(id) || application.discreet) throw new AppError('not-found');
      const document = found(await findDocument(db, application.id, id));
      // Nobody opens what the virus scanner has stopped, not even whoever sent it.
      if (document.closure === 'infected') throw new AppError('not-found');
      const { name, size } = document;
      return c.body(
        streamOf(readDocument(db, key, document), tell({ documentId: id })),
        200,
        attachmentHeaders({ name, size, mediaType: mediaTypeOf(document) }),
      );
    })
    .get('/applications/:token/export', async (c) => {
      const page = await openPrivatePage(deps, c.req.param('token'));
      if (page.application.discreet) return c.redirect(`${baseOf(c, page)}#data`, 303);
      return await sendExport(c, page);
    })
    .post('/applications/:token/export', smallBody, async (c) => {
      const page = await openPrivatePage(deps, c.req.param('token'));
      const email = cleanLine((await readSmallForm(c))('exportEmail'));
      const retryAfter = await countSearch(deps, c, { by: 'receipt', email });
      if (retryAfter > 0) {
        c.header('Retry-After', String(retryAfter));
        const alert = speak(c)('find.later', { minutes: Math.ceil(retryAfter / 60) });
        return sendPage(c, await renderPrivatePage(deps, c, page, { alert }), 429);
      }
      if (hasEmail(deps, page.application, email)) return await sendExport(c, page);
      const message = speak(c)('problem.exportEmail.wrong');
      const errors = [{ field: 'exportEmail', message }];
      return sendPage(c, await renderPrivatePage(deps, c, page, { errors }), 422);
    });
}
