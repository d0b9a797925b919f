import type { Context } from 'hono';
import type { Application } from '../../db/applications.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Fields } from '../../domain/application-form.ts';
import { clearEach, type Limit, secondsToWait, takeFromEach } from '../../rate-limit.ts';
import { addressOf } from './limit-posts.ts';

type Needed = Pick<Deps, 'db' | 'clock' | 'config'>;

const day = 24 * 3600;
// What looks like a program stands beside the limits, under the hash of the day: the application itself
// carries no suspicion.
const trapped: Limit = { bucket: 'draft-trapped', limit: 0, windowSeconds: day };
// Somebody who presses Submit at once may have looked at everything before; programs do it each time.
const quickSubmits: Limit = { bucket: 'quick-submit', limit: 3, windowSeconds: 3600 };
const countedOnce: Limit = { bucket: 'quick-draft', limit: 1, windowSeconds: day };
const quickMs = 3_000;

/** Notes that a form had something in the field that people don't see. */
export async function noteTrap(deps: Needed, applicationId: string, fields: Fields): Promise<void> {
  if (!fields.get('homepage')?.[0]?.trim()) return;
  await takeFromEach(deps, [{ rule: trapped, subject: applicationId }]);
}

/** Whether the check page asks to confirm that a person is sending. */
export async function isTrapped(deps: Needed, applicationId: string): Promise<boolean> {
  return (await secondsToWait(deps, { rule: trapped, subject: applicationId })) > 0;
}

/**
 * Whether a submission has to be confirmed first: the trap was filled in, or it comes within three
 * seconds of its draft and is not one of the first such from its address. Nobody is kept out by it.
 */
export async function needsConfirming(
  deps: Needed,
  c: Context<AppEnv>,
  { id, createdAt }: Pick<Application, 'id' | 'createdAt'>,
): Promise<boolean> {
  if (await isTrapped(deps, id)) return true;
  if (deps.clock.now().getTime() - createdAt.getTime() >= quickMs) return false;
  const here = { rule: quickSubmits, subject: addressOf(deps, c) };
  const isFirst = (await takeFromEach(deps, [{ rule: countedOnce, subject: id }])) === 0;
  // Whoever presses twice is one.
  return (await (isFirst ? takeFromEach(deps, [here]) : secondsToWait(deps, here))) > 0;
}

/** A person has confirmed. */
export async function forgetTrap(deps: Needed, applicationId: string): Promise<void> {
  await clearEach(deps, [{ rule: trapped, subject: applicationId }]);
}
