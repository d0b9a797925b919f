import type { Context } from 'hono';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { translatorFor } from '../../i18n.ts';
import type { Frame } from '../../views/layout.tsx';
import { frameFor } from '../frame.ts';

/** The frame of a staff page, in the language of the request and with the publication's name. */
export async function deskFrame(
  deps: Pick<Deps, 'db' | 'assets'>,
  c: Context<AppEnv>,
): Promise<Frame> {
  const { name } = await getPublication(deps.db);
  return frameFor(deps, translatorFor(c.var.language), name);
}
