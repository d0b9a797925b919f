import { Hono } from 'hono';
import { changeKeyboard } from '../../auth/own-account.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { KeysPage } from '../../views/pages/keys.tsx';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

/** The keys of the staff pages, and each person's own switch for them. */
export function keyRoutes(deps: Deps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .use('/keys', requirePermission('own-account'))
    .get('/keys', async (c) => {
      const { staff } = c.var;
      const changed = c.req.query('done') !== undefined;
      const frame = await deskFrame(deps, c);
      return sendPage(
        c,
        <KeysPage frame={frame} staff={staff} keyboard={staff.keyboard} changed={changed} />,
      );
    })
    .post('/keys', smallBody, async (c) => {
      const wanted = (await readSmallForm(c))('keyboard');
      if (wanted !== 'on' && wanted !== 'off') throw new AppError('malformed');
      await changeKeyboard(deps, c.var.staff.id, wanted === 'on');
      return c.redirect('/admin/keys?done=yes', 303);
    });
}
