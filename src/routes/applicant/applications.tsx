import { Hono } from 'hono';
import { exportApplication } from '../../actions/export-application.ts';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { findDocument } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readDocument } from '../../documents/store.ts';
import { sizeOfStored } from '../../documents/zip-records.ts';
import { streamZip } from '../../documents/zip-stream.ts';
import { AppError, found } from '../../errors.ts';
import { statusActs } from '../../views/pages/application-status.tsx';
import { attachmentHeaders, isId, mediaTypeOf, streamOf } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { renderPrivatePage } from './private-page.tsx';

/** The applicant's private page and what can be taken away from it. */
export function applicationRoutes(deps: Deps): Hono<AppEnv> {
  const { db, log } = deps;
  const tell = (facts: { documentId?: string; applicationId?: string }) => (error: unknown) =>
    log.error({ ...facts, error: describeError(error) }, 'a document is damaged');

  return new Hono<AppEnv>()
    .get('/applications/:token', async (c) => {
      const page = await openPrivatePage(deps, c.req.param('token'));
      const done = statusActs.find((one) => one === c.req.query('done'));
      return sendPage(c, await renderPrivatePage(deps, c, page, { done }));
    })
    .get('/applications/:token/documents/:id', async (c) => {
      const { application, key } = await openPrivatePage(deps, c.req.param('token'));
      const id = c.req.param('id');
      if (!isId(id)) throw new AppError('not-found');
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
    });
}
