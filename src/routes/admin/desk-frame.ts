import type { Context } from 'hono';
import { getPublication } from '../../db/calls.ts';
import { countDeskMarks, type DeskMarks } from '../../db/mentions.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { may } from '../../domain/permissions.ts';
import { translatorFor } from '../../i18n.ts';
import type { Frame } from '../../views/layout.tsx';
import { frameFor } from '../frame.ts';

/** True for staff who see the outbox; nobody is signed in on the pages before the gate. */
export const seesOutbox = (c: Context<AppEnv>): boolean => {
  const staff: AppEnv['Variables']['staff'] | undefined = c.var.staff;
  return staff !== undefined && may(staff.role, 'read-outbox');
};

/** How many notes wait for the reader and, for those who see the outbox, how many mails need a person. */
export async function readDeskMarks(db: Deps['db'], c: Context<AppEnv>): Promise<DeskMarks> {
  const staff: AppEnv['Variables']['staff'] | undefined = c.var.staff;
  return staff
    ? await countDeskMarks(db, { staffId: staff.id, outbox: seesOutbox(c) })
    : { mailTrouble: 0, mentions: 0 };
}

/** The frame of a staff page, in the language of the request, with the publication's name and what waits. */
export function dressFrame(
  deps: Pick<Deps, 'assets'>,
  c: Context<AppEnv>,
  { name }: { name: string },
  marks: DeskMarks,
): Frame {
  const staff: AppEnv['Variables']['staff'] | undefined = c.var.staff;
  const { keyboard = false } = staff ?? {};
  return { ...frameFor(deps, translatorFor(c.var.language), name), ...marks, keyboard };
}

/** The same, asking for what waits and, unless it is given, for the publication. */
export async function deskFrame(
  deps: Pick<Deps, 'db' | 'assets'>,
  c: Context<AppEnv>,
  publication?: { name: string },
): Promise<Frame> {
  const named = publication ?? (await getPublication(deps.db));
  return dressFrame(deps, c, named, await readDeskMarks(deps.db, c));
}
