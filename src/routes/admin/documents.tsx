import { Hono } from 'hono';
import { recordDownloaded } from '../../db/access-log.ts';
import { findDocument, type ReceivedDocument } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readDocument } from '../../documents/store.ts';
import { documentTypes } from '../../domain/document-types.ts';
import { AppError, found } from '../../errors.ts';
import { getApplication } from './applications.tsx';
import { attachmentHeaders, isId, streamOf } from './attachment.ts';
import { requirePermission } from './gate.ts';
import { refusePrefetch } from './prefetch.ts';

/** A pasted text is ours and UTF-8; in what code page a text file was saved nobody knows. */
function mediaTypeOf({ type, origin }: Pick<ReceivedDocument, 'type' | 'origin'>): string {
  return origin === 'text' ? `${documentTypes[type]}; charset=utf-8` : documentTypes[type];
}

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
      const document = found(await findDocument(db, application.id, id));
      const key = keys.unwrapKey(application.id, application.wrapped);
      const { name, size } = document;
      if (c.req.method === 'GET') {
        await recordDownloaded(db, {
          applicationId: application.id,
          documentId: id,
          staffId: c.var.staff.id,
          now: clock.now(),
        });
      }
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
