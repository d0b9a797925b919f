import type { Keyring } from '../crypto.ts';
import {
  findStaffByIdentity,
  lockStaffByEmail,
  lockStaffByIdentity,
  type StaffRow,
  updateStaff,
} from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import { recordAndTell } from './account-notices.ts';
import {
  createOidcSecrets,
  OidcError,
  type OidcIdentity,
  type OidcProvider,
  type OidcSecrets,
} from './oidc-provider.ts';
import { startSession } from './sessions.ts';
import { type Asking, type NextStep, openNextStep, requirementsOf } from './sign-in.ts';

/** How long somebody may take at the provider. */
export const oidcSeconds = 600;

type Begun = OidcSecrets & { next: string | undefined; until: number };

const context = 'single sign-on that was begun';

/** Begins a sign-in: where the browser goes, and what it keeps, sealed, until it comes back. */
export async function beginOidc(
  { keys, clock }: Pick<Deps, 'keys' | 'clock'>,
  provider: OidcProvider,
  next: string | undefined,
): Promise<{ address: string; kept: string }> {
  const secrets = createOidcSecrets();
  const address = await provider.addressFor(secrets);
  const begun: Begun = { ...secrets, next, until: clock.now().getTime() + oidcSeconds * 1000 };
  const kept = keys.seal(Buffer.from(JSON.stringify(begun)), context).toString('base64url');
  return { address, kept };
}

/**
 * What this browser began, if `answer` is the answer to it. Throws an OidcError: `expired` for an
 * answer to what another browser began, which is how somebody would be signed in as a stranger.
 */
export function readBegun(
  { keys, clock }: Pick<Deps, 'keys' | 'clock'>,
  kept: string | undefined,
  answer: URLSearchParams,
): Begun {
  const begun = kept === undefined ? undefined : openBegun(keys, kept);
  const isOurs = begun?.state === answer.get('state');
  if (!begun || !isOurs || begun.until <= clock.now().getTime()) {
    throw new OidcError('expired', begun && isOurs ? 'TOO_LATE' : 'OTHER_STATE');
  }
  const error = answer.get('error');
  if (error !== null) throw new OidcError('denied', error.slice(0, 100));
  return begun;
}

function openBegun(keys: Keyring, kept: string): Begun | undefined {
  try {
    return JSON.parse(keys.open(Buffer.from(kept, 'base64url'), context).toString()) as Begun;
  } catch {
    return undefined;
  }
}

/**
 * Signs in whoever the provider says that it is, if they work here: found by the account there that
 * opened theirs before, and the first time by an address that the provider says is verified. A second
 * factor here is asked for unless the provider has asked for one. Throws an OidcError.
 */
export async function signInWithOidc(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>,
  identity: OidcIdentity,
  { browser }: Omit<Asking, 'now'>,
): Promise<NextStep> {
  const { db, keys, clock } = deps;
  const asking = { now: clock.now(), browser };
  const bound = await findStaffByIdentity(db, identity);
  // Asked of the provider outside of any transaction.
  const email = bound ? undefined : await identity.findVerifiedEmail();
  return await db.transaction().execute(async (trx) => {
    let staff = await lockStaffByIdentity(trx, identity);
    if (!staff) {
      const address = email === undefined ? undefined : parseEmailAddress(email);
      if (address === undefined) throw new OidcError('unverified', 'NO_VERIFIED_EMAIL');
      staff = await lockStaffByEmail(trx, address);
      if (!staff || staff.disabledAt) throw new OidcError('unknown', 'NO_ACCOUNT');
      if (isElsewhere(staff, identity)) throw new OidcError('taken', 'BOUND_TO_ANOTHER');
      if (staff.oidcSubject !== identity.subject || staff.oidcIssuer !== identity.issuer) {
        const { issuer: oidcIssuer, subject: oidcSubject } = identity;
        staff = await updateStaff(trx, staff.id, { oidcIssuer, oidcSubject });
        const noticed = { staffId: staff.id, actorId: staff.id, now: asking.now };
        await recordAndTell(trx, deps, { ...noticed, type: 'identity-bound' });
      }
    }
    if (staff.disabledAt) throw new OidcError('unknown', 'NO_ACCOUNT');
    if (!identity.severalFactors) {
      return await openNextStep(trx, keys, staff, requirementsOf(deps, asking));
    }
    const token = await startSession(trx, staff.id, { ...asking, factorElsewhere: true });
    return { kind: 'session', token, email: staff.email };
  });
}

/** Of another issuer than the configured one nothing is known any more: a new one may bind again. */
const isElsewhere = ({ oidcIssuer, oidcSubject }: StaffRow, identity: OidcIdentity): boolean =>
  oidcSubject !== null && oidcIssuer === identity.issuer && oidcSubject !== identity.subject;
