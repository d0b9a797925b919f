import { type Context, Hono } from 'hono';
import { recordDownloaded, recordTextOpened } from '../../db/access-log.ts';
import {
  findDocumentFor,
  findTextFor,
  type ReadApplication,
  type ReadDocument,
} from '../../db/desk-reading.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readDocument } from '../../documents/store.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { formatListQuery } from '../../views/components/list-links.ts';
import { DocumentTextPage } from '../../views/pages/document-text.tsx';
import { attachmentHeaders, isId, mediaTypeOf, streamOf } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { getApplication } from './applications.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readListQuery } from './list-query.ts';
import { refusePrefetch } from './prefetch.ts';

/** The documents of applications: as they were received, and what they say. */
export function documentRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, log } = deps;

  /**
   * The document of an address; `record` notes that it was looked at. Throws `not-found`, for the
   * original of somebody too whom the reader may not know.
   */
  const openDocument = async (
    c: Context<AppEnv, '/:reference/:id'>,
    record: typeof recordDownloaded,
    what: 'original' | 'text',
  ): Promise<{ application: ReadApplication; document: ReadDocument }> => {
    const { reference, id } = c.req.param();
    if (!isId(id)) throw new AppError('not-found');
    const application = await getApplication(deps, reference, c.var.staff);
    if (what === 'original' && application.hidden) throw new AppError('not-found');
    if (c.req.method === 'GET') {
      await record(db, {
        applicationId: application.id,
        documentId: id,
        staffId: c.var.staff.id,
        now: clock.now(),
      });
    }
    // Looked for last: its applicant may have replaced it until the log said that somebody looks.
    return { application, document: found(await findDocumentFor(db, application, id)) };
  };

  return new Hono<AppEnv>()
    .use(
      '/applications/:reference/documents/*',
      requirePermission('read-applications'),
      refusePrefetch,
    )
    .get('/applications/:reference/documents/:id', async (c) => {
      const { application, document } = await openDocument(c, recordDownloaded, 'original');
      const key = keys.unwrapKey(application.id, application.wrapped);
      const { id, kind, type, size } = document;
      // The name of a discreet person's file may be theirs.
      const name = document.name || `${application.reference}-${kind}.${type}`;
      return c.body(
        streamOf(readDocument(db, key, document), (error) =>
          log.error({ documentId: id, error: describeError(error) }, 'a document is damaged'),
        ),
        200,
        attachmentHeaders({ name, size, mediaType: mediaTypeOf(document) }),
      );
    })
    .get('/applications/:reference/documents/:id/text', async (c) => {
      const { application, document } = await openDocument(c, recordTextOpened, 'text');
      const t = translatorFor(c.var.language);
      const { id, kind, origin, language } = document;
      const kindName = t(`document.${kind}`);
      const name = origin === 'text' ? kindName : document.name || kindName;
      return sendPage(
        c,
        <DocumentTextPage
          frame={await deskFrame(deps, c)}
          staff={c.var.staff}
          application={application}
          fullName={application.fullName}
          hidden={application.hidden}
          document={{ id, name, kindName, language }}
          reading={await findTextFor(deps, application, id)}
          filters={formatListQuery(readListQuery(c))}
        />,
      );
    });
}
