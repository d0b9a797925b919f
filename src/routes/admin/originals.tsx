import { type Context, Hono } from 'hono';
import { openOriginal } from '../../actions/open-original.ts';
import { getPublication } from '../../db/calls.ts';
import { findCopyFor, findDocumentFor, findTextFor } from '../../db/desk-reading.ts';
import { listOriginalOpenings } from '../../db/original-openings.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readDocument } from '../../documents/store.ts';
import { findReasonProblem } from '../../domain/originals.ts';
import { cleanText } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { OriginalPage } from '../../views/pages/original.tsx';
import { attachmentHeaders, fileNameOf, isId, mediaTypeOf, streamOf } from '../attachment.ts';
import { describeProblems } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { getApplication } from './applications.tsx';
import { deskFrame } from './desk-frame.ts';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';

type OriginalContext = Context<AppEnv, '/:reference/:id'>;

/** Documents as they were received: for those who say why, and everybody can read that afterwards. */
export function originalRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, log } = deps;
  const path = '/applications/:reference/documents/:id/original';

  /** Not found for those who may not know whose it is. */
  const findOriginal = async (c: OriginalContext) => {
    const { reference, id } = c.req.param();
    if (!isId(id)) throw new AppError('not-found');
    const application = await getApplication(deps, reference, c.var.staff);
    if (application.hidden) throw new AppError('not-found');
    return { application, document: found(await findDocumentFor(db, application, id)) };
  };

  const renderOriginal = async (c: OriginalContext, typed = '', errors: FieldError[] = []) => {
    const { application, document } = await findOriginal(c);
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const { id, kind, name, size, sha256, origin, closure, scanFinding } = document;
    const kindName = t(`document.${kind}`);
    return (
      <OriginalPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        application={application}
        document={{
          ...{ id, kindName, size, sha256, closure, scanFinding },
          name: origin === 'text' ? kindName : name || kindName,
        }}
        copy={await findCopyFor(db, application, document)}
        reading={await findTextFor(deps, application, id)}
        openings={await listOriginalOpenings(deps, application.id, id)}
        timeZone={publication.timeZone}
        typed={typed}
        errors={errors}
      />
    );
  };

  return new Hono<AppEnv>()
    .get(path, requirePermission('open-originals'), async (c) =>
      sendPage(c, await renderOriginal(c)),
    )
    .post(path, requirePermission('open-originals'), smallBody, async (c) => {
      const { application, document } = await findOriginal(c);
      const reason = cleanText((await readFields(c)).get('reason')?.at(-1) ?? '');
      const problem = findReasonProblem(reason);
      if (problem) {
        const errors = describeProblems(translatorFor(c.var.language), [problem]);
        return sendPage(c, await renderOriginal(c, reason, errors), 422);
      }
      if (document.closure !== null) return sendPage(c, await renderOriginal(c, reason), 409);
      const opened = await openOriginal(deps, {
        ...{ applicationId: application.id, documentId: document.id },
        ...{ staffId: c.var.staff.id, reason },
      });
      const key = keys.unwrapKey(application.id, application.wrapped);
      const { id, size } = opened;
      const name = fileNameOf(application, opened);
      return c.body(
        streamOf(readDocument(db, key, opened), (error) =>
          log.error({ documentId: id, error: describeError(error) }, 'a document is damaged'),
        ),
        200,
        attachmentHeaders({ name, size, mediaType: mediaTypeOf(opened) }),
      );
    });
}
