import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createDeviceMark, readDeviceMark } from '../../auth/device-marks.ts';
import { endSession } from '../../auth/sessions.ts';
import type { NextStep } from '../../auth/sign-in.ts';
import type { AppEnv, Deps } from '../../deps.ts';

type Needed = Pick<Deps, 'db' | 'keys' | 'publicUrl'>;

/**
 * `feder` holds the session, `feder-code` what waits for a code, `feder-oidc` what waits for the single
 * sign-on, `feder-device` that this browser is known.
 */
export type StaffCookie = 'feder' | 'feder-code' | 'feder-oidc' | 'feder-device';

const deviceDays = 180;

const isSecure = ({ publicUrl }: Pick<Deps, 'publicUrl'>): boolean =>
  publicUrl.startsWith('https:');
// Browsers take a __Host- cookie only over https and from this very host (ASVS 3.3.1, 3.3.3).
const fullName = (deps: Pick<Deps, 'publicUrl'>, name: StaffCookie): string =>
  isSecure(deps) ? `__Host-${name}` : name;
const attributes = (deps: Pick<Deps, 'publicUrl'>) =>
  ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure(deps) }) as const;

/** The value of one of our cookies, undefined when the browser has none. */
export function readStaffCookie(
  c: Context<AppEnv>,
  deps: Pick<Deps, 'publicUrl'>,
  name: StaffCookie,
): string | undefined {
  return getCookie(c, fullName(deps, name)) || undefined;
}

/** Sets a cookie; without `maxAge`, in seconds, it goes with the browser. */
export function setStaffCookie(
  c: Context<AppEnv>,
  deps: Pick<Deps, 'publicUrl'>,
  { name, value, maxAge }: { name: StaffCookie; value: string; maxAge?: number },
): void {
  const options = { ...attributes(deps), ...(maxAge === undefined ? {} : { maxAge }) };
  setCookie(c, fullName(deps, name), value, options);
}

export function deleteStaffCookie(
  c: Context<AppEnv>,
  deps: Pick<Deps, 'publicUrl'>,
  name: StaffCookie,
): void {
  deleteCookie(c, fullName(deps, name), attributes(deps));
}

/** Gives the browser what a step of signing in has opened. A session that it had before ends (ASVS 7.2.4). */
export async function keepStep(c: Context<AppEnv>, deps: Needed, step: NextStep): Promise<void> {
  if (step.kind !== 'session') {
    setStaffCookie(c, deps, { name: 'feder-code', value: step.token });
    return;
  }
  const previous = readStaffCookie(c, deps, 'feder');
  if (previous) await endSession(deps.db, previous);
  setStaffCookie(c, deps, { name: 'feder', value: step.token });
  deleteStaffCookie(c, deps, 'feder-code');
  const mark = readStaffCookie(c, deps, 'feder-device');
  if (readDeviceMark(deps.keys, step.email, mark) === undefined) {
    const value = createDeviceMark(deps.keys, step.email);
    setStaffCookie(c, deps, { name: 'feder-device', value, maxAge: deviceDays * 86_400 });
  }
}
