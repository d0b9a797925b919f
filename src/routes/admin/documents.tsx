import { Hono } from 'hono';
import { recordDownloaded } from '../../db/access-log.ts';
import { findDocument } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readDocument } from '../../documents/store.ts';
import { AppError, found } from '../../errors.ts';
import { attachmentHeaders, isId, mediaTypeOf, streamOf } from '../attachment.ts';
import { getApplication } from './applications.tsx';
import { requirePermission } from './gate.ts';
import { refusePrefetch } from './prefetch.ts';

/** The documents of applications, as they were received. */
export function documentRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, log } = deps;
  return new Hono<AppEnv>().get(
    '/applications/:reference/documents/:id',
    requirePermission('read-applications'),
    refusePrefetch,
    async (c) => {
      const { reference, id } = c.req.param();
      if (!isId(id)) throw new AppError('not-found');
      const application = await getApplication(deps, reference);
      if (c.req.method === 'GET') {
        await recordDownloaded(db, {
          applicationId: application.id,
          documentId: id,
          staffId: c.var.staff.id,
          now: clock.now(),
        });
      }
      // Looked for last: its applicant may have replaced it until the log said that somebody looks.
      const document = found(await findDocument(db, application.id, id));
      const key = keys.unwrapKey(application.id, application.wrapped);
      const { name, size } = document;
      return c.body(
        streamOf(readDocument(db, key, document), (error) =>
          log.error({ documentId: id, error: describeError(error) }, 'a document is damaged'),
        ),
        200,
        attachmentHeaders({ name, size, mediaType: mediaTypeOf(document) }),
      );
    },
  );
}
