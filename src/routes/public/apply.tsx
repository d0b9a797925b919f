import { type Context, Hono } from 'hono';
import { mailDraftLink } from '../../actions/mail-draft-link.ts';
import type { OpenDraft } from '../../actions/open-draft.ts';
import { readUnfinishedUploads } from '../../actions/open-upload.ts';
import { findPublished } from '../../db/published.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { readFormValues } from '../../domain/application-form.ts';
import { callStateAt, draftExpiry } from '../../domain/calls.ts';
import { parseEmailAddress } from '../../domain/email-address.ts';
import { AppError, found } from '../../errors.ts';
import { createKeptPages } from '../kept-pages.ts';
import { sendPage } from '../respond.tsx';
import { blankTexts, type FormState, renderForm, sendClosed, speak } from './form-page.tsx';
import { asksForProof } from './limit-drafts.ts';
import { countLinkMail } from './limit-posts.ts';
import { receiveForm } from './receive-form.ts';
import { readVia } from './via.ts';

/**
 * Mails the draft's link to the address beside the button, else to that of the form; says what has to
 * be mended first.
 */
async function mailLink(
  deps: Deps,
  c: Context<AppEnv>,
  draft: OpenDraft,
  { mailTo, values, problems }: FormState,
): Promise<Partial<FormState> | undefined> {
  const wanted = mailTo || values.email;
  const address = parseEmailAddress(wanted);
  if (!address) {
    const key = wanted === '' ? 'problem.email.missing' : 'problem.email.malformed';
    return { problems: [...problems, { field: 'mailTo', key }] };
  }
  if (values.discreet && !values.mailLinks) {
    return { problems: [...problems, { field: 'mailTo', key: 'problem.mailTo.discreet' }] };
  }
  const { retryAfter, withheld } = await countLinkMail(deps, draft.application.id, address);
  if (retryAfter > 0) {
    c.header('Retry-After', String(retryAfter));
    return { alert: speak(c)('draft.mailedOften') };
  }
  await mailDraftLink(deps, draft, { address, language: c.var.language, withheld });
  return undefined;
}

/** The form of a call: blank by GET, everything that was sent by POST. */
export function applyRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;
  const blankForms = createKeptPages();
  return new Hono<AppEnv>()
    .get('/calls/:slug/apply', async (c) => {
      const { call, publication, stamp } = found(await findPublished(db, c.req.param('slug')));
      const now = clock.now();
      if (callStateAt(call, now) !== 'open') throw new AppError('call-closed');
      const via = readVia(c.req.query('via'));
      const render = () =>
        renderForm(deps, c, {
          call,
          via,
          draft: null,
          values: readFormValues(new Map()),
          texts: blankTexts,
          documents: [],
          problems: [],
        });
      if (via !== '') return sendPage(c, await render());
      const t = speak(c);
      // The form says until when a draft is kept that begins now.
      const until = t.date(draftExpiry(now, publication.draftDays), publication.timeZone);
      const flooded = asksForProof(deps.config, publication, now);
      return await blankForms.send(c, `${t.language} ${stamp} ${until} ${flooded}`, render);
    })
    .post('/calls/:slug/apply', async (c) => {
      const { call } = found(await findPublished(db, c.req.param('slug')));
      const callState = callStateAt(call, clock.now());
      if (callState === 'not-yet-open') throw new AppError('call-closed');
      const received = await receiveForm(deps, c, call);
      if (!received) {
        const via = readVia(c.var.typed?.get('via')?.[0]);
        return c.redirect(`${c.req.path}${via && `?via=${encodeURIComponent(via)}`}`, 303);
      }
      const { draft, intent, tooSlow } = received;
      let { state } = received;
      // Whoever was writing when the call closed keeps what was written.
      if (callState === 'closed')
        return await sendClosed(deps, c, { call, draftToken: draft.token });
      const form = `/${c.var.language}/drafts/${draft.token}`;
      let status: 408 | 409 | 422 | 429 | 503 = 422;
      if (state.forgotten) status = 503;
      else if (state.conflict) status = 409;
      else if (tooSlow) status = 408;
      if (intent === 'mail' && !state.conflict && !tooSlow) {
        const refused = await mailLink(deps, c, draft, state);
        if (refused?.alert && !state.forgotten) status = 429;
        state = { ...state, ...refused };
      }
      if (state.problems.length > 0 || state.alert || state.conflict) {
        const unfinished = await readUnfinishedUploads(deps, draft);
        const page = await renderForm(deps, c, { ...state, unfinished });
        return sendPage(c, page, status);
      }
      if (intent === 'check') return c.redirect(`${form}/check`, 303);
      return c.redirect(`${form}?saved=${intent}${intent === 'remove' ? '#documents' : ''}`, 303);
    });
}
