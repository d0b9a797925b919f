import type { Context } from 'hono';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { AppEnv, Deps } from '../../deps.ts';

export type Places = {
  /** Takes a place for a request; returns what gives it back, undefined when none is free. */
  take(c: Context<AppEnv>): (() => void) | undefined;
};

/** So many places at once, of which one address may have so many; that does not hold with RATE_LIMITS off. */
export function createPlaces(
  { config }: Pick<Deps, 'config'>,
  { inAll, perAddress }: { inAll: number; perAddress: number },
): Places {
  // Only for as long as a request lasts, and never written down.
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(c) {
      const address = clientSubject(clientAddress(c, config.trustProxy));
      const before = taken.get(address) ?? 0;
      if (all >= inAll || (config.rateLimits && before >= perAddress)) return undefined;
      all += 1;
      taken.set(address, before + 1);
      return () => {
        all -= 1;
        const left = taken.get(address)! - 1;
        if (left > 0) taken.set(address, left);
        else taken.delete(address);
      };
    },
  };
}
