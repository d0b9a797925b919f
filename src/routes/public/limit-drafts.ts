import type { Context } from 'hono';
import { getPublication } from '../../db/calls.ts';
import { recordFlood } from '../../db/publication.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Fields } from '../../domain/application-form.ts';
import { type FloodState, floodMs, isFlooded } from '../../domain/flood.ts';
import { createChallenge, readSolution } from '../../domain/proof-of-work.ts';
import { AppError } from '../../errors.ts';
import { type Limit, takeFromEach } from '../../rate-limit.ts';
import { addressOf, take } from './limit-posts.ts';

type Needed = Pick<Deps, 'db' | 'clock' | 'config' | 'keys' | 'log'>;

const draftsPerAddress: Limit = { bucket: 'public-draft', limit: 60, windowSeconds: 3600 };
// A call that goes round brings some hundred people in a day. What is more than that in minutes, from
// however many addresses, is taken for a flood; being wrong costs people's browsers a short calculation.
const draftsInAll: Limit = { bucket: 'drafts-in-all', limit: 200, windowSeconds: 600 };
// Who has no JavaScript shares this with whoever floods: few enough to keep the flood out.
const unprovenDrafts: Limit = { bucket: 'drafts-unproven', limit: 30, windowSeconds: 600 };
const proofs: Limit = { bucket: 'proof-used', limit: 1, windowSeconds: 24 * 3600 };
const everybody = 'everybody';

/** What a browser sends as proof of work; empty without. */
export const readProof = (fields: Fields): string => fields.get('altcha')?.[0] ?? '';

const signer =
  ({ keys }: Pick<Needed, 'keys'>) =>
  (text: string): Buffer =>
    keys.lookup('proof', text);

/** Whether whoever begins a draft now is asked for proof of work. */
export const asksForProof = ({ rateLimits }: Deps['config'], flood: FloodState, now: Date) =>
  rateLimits && isFlooded(flood, now);

/** A challenge for a browser that is about to begin a draft. */
export const askForProof = (deps: Pick<Needed, 'keys' | 'clock'>) =>
  createChallenge(signer(deps), deps.clock.now());

/** True for a good proof of work that was not used before. */
async function redeem(deps: Needed, payload: string): Promise<boolean> {
  const solved = readSolution(signer(deps), payload, deps.clock.now());
  if (solved === undefined) return false;
  return (await takeFromEach(deps, [{ rule: proofs, subject: solved }])) === 0;
}

/**
 * Counts a new draft against the address it comes from and against all that are begun: too many of
 * these are a flood, and for some time each new draft has to bring proof of work. Those that don't,
 * share a limit. Throws `too-many-requests` and `flooded`.
 */
export async function countNewDraft(
  deps: Needed,
  c: Context<AppEnv>,
  proof: string,
): Promise<void> {
  if (!deps.config.rateLimits) return;
  const { db, clock, log } = deps;
  await take(deps, draftsPerAddress, addressOf(deps, c));
  const isMuch = (await takeFromEach(deps, [{ rule: draftsInAll, subject: everybody }])) > 0;
  const now = clock.now();
  const publication = await getPublication(db);
  const asked = isFlooded(publication, now);
  if (isMuch && (await recordFlood(db, { now, until: new Date(now.getTime() + floodMs) }))) {
    log.warn('very many drafts are begun: proof of work is asked for a while');
  }
  if (!asked || (await redeem(deps, proof))) return;
  const retryAfter = await takeFromEach(deps, [{ rule: unprovenDrafts, subject: everybody }]);
  if (retryAfter > 0) throw new AppError('flooded', { retryAfter });
}
