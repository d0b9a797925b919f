import { type Context, Hono } from 'hono';
import { recordDownloaded, recordTextOpened } from '../../db/access-log.ts';
import {
  findCopyFor,
  findDocumentFor,
  findTextFor,
  type ReadApplication,
  type ReadDocument,
} from '../../db/desk-reading.ts';
import type { DocumentCopy } from '../../db/document-copies.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readCopy } from '../../documents/copies.ts';
import { readDocument } from '../../documents/store.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { formatListQuery } from '../../views/components/list-links.ts';
import { DocumentTextPage } from '../../views/pages/document-text.tsx';
import { attachmentHeaders, fileNameOf, isId, mediaTypeOf, streamOf } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { getApplication } from './applications.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readListQuery } from './list-query.ts';
import { originalRoutes } from './originals.tsx';
import { refusePrefetch } from './prefetch.ts';

/** The documents of applications: copies without what tells of their making, what they say, and originals. */
export function documentRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, log } = deps;

  type DocumentContext = Context<AppEnv, '/:reference/:id'>;

  const findApplication = async (c: DocumentContext): Promise<ReadApplication> => {
    const { reference, id } = c.req.param();
    if (!isId(id)) throw new AppError('not-found');
    return await getApplication(deps, reference, c.var.staff);
  };

  /** Notes that the document of an address is looked at, and looks for it once more. Throws `not-found`. */
  const openDocument = async (
    c: DocumentContext,
    application: ReadApplication,
    record: typeof recordDownloaded | typeof recordTextOpened,
  ): Promise<ReadDocument> => {
    const { id } = c.req.param();
    if (c.req.method === 'GET') {
      await record(db, {
        applicationId: application.id,
        documentId: id,
        staffId: c.var.staff.id,
        now: clock.now(),
      });
    }
    // Looked for last: its applicant may have replaced it until the log said that somebody looks.
    return found(await findDocumentFor(db, application, id));
  };

  /** The bytes that the reader gets of a document and how many they are; the document may be its own copy. */
  const bytesOf = (document: ReadDocument, copy: DocumentCopy, wrapped: Buffer) => {
    const { id: documentId, applicationId } = document;
    const key = keys.unwrapKey(applicationId, wrapped);
    if (copy.state === 'same') {
      return { size: document.size, bytes: readDocument(db, key, document) };
    }
    const chunkCount = found(copy.chunkCount);
    const bytes = readCopy(db, key, { documentId, applicationId, chunkCount });
    return { size: found(copy.size), bytes };
  };

  return new Hono<AppEnv>()
    .use(
      '/applications/:reference/documents/*',
      requirePermission('read-applications'),
      refusePrefetch,
    )
    .route('/', originalRoutes(deps))
    .get('/applications/:reference/documents/:id', async (c) => {
      const application = await findApplication(c);
      if (application.hidden) throw new AppError('not-found');
      const { id } = c.req.param();
      const there = found(await findDocumentFor(db, application, id));
      const copy = await findCopyFor(db, application, there);
      if (copy === undefined || copy.state === 'none') {
        // Without a copy there is the original, for those who may and say why.
        return c.redirect(
          `/admin/applications/${application.reference}/documents/${id}/original`,
          303,
        );
      }
      const document = await openDocument(c, application, recordDownloaded);
      const { size, bytes } = bytesOf(document, copy, application.wrapped);
      return c.body(
        streamOf(bytes, (error) =>
          log.error({ documentId: id, error: describeError(error) }, 'a document is damaged'),
        ),
        200,
        attachmentHeaders({
          name: fileNameOf(application, document),
          ...{ size, mediaType: mediaTypeOf(document) },
        }),
      );
    })
    .get('/applications/:reference/documents/:id/text', async (c) => {
      const application = await findApplication(c);
      const document = await openDocument(c, application, recordTextOpened);
      const t = translatorFor(c.var.language);
      const { id, kind, origin, language, closure } = document;
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
          document={{ id, name, kindName, language, closure }}
          reading={await findTextFor(deps, application, id)}
          filters={formatListQuery(readListQuery(c))}
        />,
      );
    });
}
