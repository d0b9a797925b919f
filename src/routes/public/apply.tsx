import { Hono } from 'hono';
import { findCall } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { readFormValues } from '../../domain/application-form.ts';
import { callStateAt } from '../../domain/calls.ts';
import { AppError, found } from '../../errors.ts';
import { sendPage } from '../respond.tsx';
import { blankTexts, renderForm } from './form-page.tsx';
import { receiveForm } from './receive-form.ts';
import { readVia } from './via.ts';

/** The form of a call: blank by GET, everything that was sent by POST. */
export function applyRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;
  const getOpenCall = async (slug: string) => {
    const call = found(await findCall(db, slug));
    if (callStateAt(call, clock.now()) !== 'open') throw new AppError('call-closed');
    return call;
  };
  return new Hono<AppEnv>()
    .get('/calls/:slug/apply', async (c) => {
      const call = await getOpenCall(c.req.param('slug'));
      const page = await renderForm(deps, c, {
        call,
        via: readVia(c.req.query('via')),
        draft: null,
        values: readFormValues(new Map()),
        texts: blankTexts,
        documents: [],
        problems: [],
      });
      return sendPage(c, page);
    })
    .post('/calls/:slug/apply', async (c) => {
      const call = await getOpenCall(c.req.param('slug'));
      const { draft, intent, state } = await receiveForm(deps, c, call);
      const form = `/${c.var.language}/drafts/${draft.token}`;
      if (state.problems.length === 0 && !state.alert) {
        if (intent === 'check') return c.redirect(`${form}/check`, 303);
        return c.redirect(`${form}?saved=${intent}${intent === 'remove' ? '#documents' : ''}`, 303);
      }
      return sendPage(c, await renderForm(deps, c, state), 422);
    });
}
