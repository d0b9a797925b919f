import { Hono } from 'hono';
import { readUnfinishedUploads } from '../../actions/open-upload.ts';
import { findPublished } from '../../db/published.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { readFormValues } from '../../domain/application-form.ts';
import { callStateAt, draftExpiry } from '../../domain/calls.ts';
import { AppError, found } from '../../errors.ts';
import { createKeptPages } from '../kept-pages.ts';
import { sendPage } from '../respond.tsx';
import { blankTexts, renderForm, sendClosed, speak } from './form-page.tsx';
import { receiveForm } from './receive-form.ts';
import { readVia } from './via.ts';

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
      return await blankForms.send(c, `${t.language} ${stamp} ${until}`, render);
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
      const { draft, intent, state } = received;
      // Whoever was writing when the call closed keeps what was written.
      if (callState === 'closed')
        return await sendClosed(deps, c, { call, draftToken: draft.token });
      const form = `/${c.var.language}/drafts/${draft.token}`;
      if (state.problems.length > 0 || state.alert) {
        const unfinished = await readUnfinishedUploads(deps, draft);
        return sendPage(c, await renderForm(deps, c, { ...state, unfinished }), 422);
      }
      if (intent === 'check') return c.redirect(`${form}/check`, 303);
      return c.redirect(`${form}?saved=${intent}${intent === 'remove' ? '#documents' : ''}`, 303);
    });
}
