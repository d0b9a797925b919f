import { type Context, Hono } from 'hono';
import { getOpenDraft, type OpenDraft, startDraft } from '../../actions/open-draft.ts';
import { saveDraft } from '../../actions/save-draft.ts';
import { findCall, getCallVersion } from '../../db/calls.ts';
import { deleteDraft } from '../../db/drafts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import {
  type Fields,
  isBlank,
  readFormValues,
  readTypedTexts,
} from '../../domain/application-form.ts';
import { callStateAt } from '../../domain/calls.ts';
import { sortAnswers } from '../../domain/questions.ts';
import { formatTyping, readTyping } from '../../domain/typing.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { answerFailure } from '../handle-error.tsx';
import { readMultipart } from '../multipart.ts';
import { countNewDraft, readProof } from '../public/limit-drafts.ts';
import { countTyping, limitPosts } from '../public/limit-posts.ts';
import { readChosenLanguages } from '../public/receive-form.ts';
import { readVia } from '../public/via.ts';

/** Three pasted texts in any script, and the other fields. */
const maxBytes = 4 * 1024 * 1024;

/** The fields of a form whose files go elsewhere. Half of a form is none: its page sends it again. */
async function readFields(c: Context<AppEnv>): Promise<Fields> {
  const { fields, complete, tooSlow } = await readMultipart(c, {
    maxBytes,
    maxFiles: 0,
    async onFile() {},
  });
  if (!complete) throw new AppError(tooSlow ? 'too-slow' : 'malformed');
  return fields;
}

/** What a page saves by itself while somebody types; answers are for its script. */
export function typingRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  const save = async (c: Context<AppEnv>, draft: OpenDraft, fields: Fields) => {
    const call = await getCallVersion(db, draft.application.callVersionId);
    const { answers, ...values } = readFormValues(fields);
    return await saveDraft(deps, draft, {
      language: c.var.language,
      // A page that is older than its call may have more questions; they are told when it is sent.
      values: { ...values, answers: sortAnswers(answers, call.questions).asked },
      typing: readTyping(fields),
      texts: readTypedTexts(fields),
      ...{ arrived: [], removed: [] },
      sampleLanguages: readChosenLanguages(fields),
    });
  };

  return new Hono<AppEnv>()
    .post('/calls/:slug/typed', limitPosts(deps), async (c) => {
      const call = found(await findCall(db, c.req.param('slug')));
      if (callStateAt(call, clock.now()) !== 'open') throw new AppError('call-closed');
      const fields = await readFields(c);
      if (isBlank(fields)) return c.body(null, 204);
      await countNewDraft(deps, c, readProof(fields));
      const via = readVia(fields.get('via')?.[0]) || null;
      const draft = await startDraft(deps, { call, language: c.var.language, via });
      try {
        await save(c, draft, fields);
      } catch (error) {
        await deleteDraft(db, draft.application.id).catch(() => {});
        throw error;
      }
      return c.json({ draft: draft.token }, 201);
    })
    .post('/drafts/:token/typed', async (c) => {
      const draft = await getOpenDraft(deps, c.req.param('token'));
      await countTyping(deps, c, draft.application.id);
      const fields = new Map([...(await readFields(c)), ['draft', [draft.token]]]);
      const { outcome, typedRevision } = await save(c, draft, fields);
      if (outcome !== 'newer-elsewhere') return c.body(null, 204);
      const { page = '', order = 0 } = readTyping(fields) ?? {};
      // With this the page's next request says that it knows of the other version.
      return c.json({ typed: formatTyping({ base: typedRevision, page, order }) }, 409);
    })
    .onError((error, c) => {
      const { code, status } = answerFailure(deps, error, c);
      return c.json({ code, message: translatorFor(c.var.language)(`error.${code}.text`) }, status);
    });
}
