/** Why a sign-in by the single sign-on came to nothing. */
export const oidcRefusals = [
  /** The provider, or the person there, said no. */
  'denied',
  /** Too late, used already, or begun in another browser. */
  'expired',
  /** The provider's answer did not stand up to the checks. */
  'failed',
  'unavailable',
  /** The provider names no address that it has verified. */
  'unverified',
  /** Nobody works here under that address. */
  'unknown',
  /** The account here belongs to another one there. */
  'taken',
] as const;
export type OidcRefusal = (typeof oidcRefusals)[number];
