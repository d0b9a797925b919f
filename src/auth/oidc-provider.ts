import type { ClientAuth, Configuration, CustomFetch } from 'openid-client';
import type { Deps } from '../deps.ts';
import type { OidcRefusal } from '../domain/oidc-refusals.ts';
import { createSecret } from './tokens.ts';

/** Thrown where a sign-in ends; `code` is a word for the log, never a secret. */
export class OidcError extends Error {
  constructor(
    readonly refusal: OidcRefusal,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`${refusal}: ${code}`, options);
  }
}

/** What one sign-in is known by, made for it alone. */
export type OidcSecrets = { state: string; nonce: string; verifier: string };

/** Who the provider says that somebody is. */
export type OidcIdentity = {
  issuer: string;
  subject: string;
  /** The provider has asked for several factors (`amr` has `mfa`, RFC 8176). */
  severalFactors: boolean;
  /** An address that the provider says is verified, asked of it where its token has none. */
  findVerifiedEmail(): Promise<string | undefined>;
};

export type OidcProvider = {
  /** What people call it: the issuer's host. */
  name: string;
  /** Where the browser goes. Throws an OidcError. */
  addressFor(secrets: OidcSecrets): Promise<string>;
  /** Exchanges the code of an answer for who it is. Throws an OidcError. */
  redeem(answer: URLSearchParams, secrets: OidcSecrets): Promise<OidcIdentity>;
};

/** Where the provider sends people back to; it has to be registered there. */
const oidcCallback = '/admin/sign-in/oidc/callback';

/** What people call the provider, undefined where there is none. */
export const oidcName = ({ oidcIssuer }: Pick<Deps['config'], 'oidcIssuer'>): string | undefined =>
  oidcIssuer === null ? undefined : new URL(oidcIssuer).host;

const scope = 'openid email';
const timeoutSeconds = 10;
/** How far the provider's clock may be from ours. */
const toleranceSeconds = 30;
/** What the provider says of itself is asked again after an hour. */
const rememberMs = 3_600_000;

export const createOidcSecrets = (): OidcSecrets => ({
  state: createSecret(),
  nonce: createSecret(),
  // 43 characters are the fewest that RFC 7636 takes, and have all of its 256 bits.
  verifier: createSecret(),
});

// Only where there is a provider: a start without one does not wait for it, nor keep it in memory.
const loadClient = () => import('openid-client');
type Client = Awaited<ReturnType<typeof loadClient>>;

/**
 * The provider of the configuration, by OpenID Connect: authorization code with PKCE, state and nonce;
 * of the ID token the signature by the provider's published keys, issuer, audience and expiry. It is
 * asked what it can do when it is first needed. Undefined where there is none. Nothing but it is ever contacted: its issuer's origin,
 * and hosts that it names itself, those by https only.
 */
export function createOidcProvider({
  config,
  publicUrl,
}: Pick<Deps, 'config' | 'publicUrl'>): OidcProvider | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = config;
  if (issuer === null || clientId === null || clientSecret === null) return undefined;
  const { origin, host, protocol } = new URL(issuer);
  const redirectUri = `${publicUrl}${oidcCallback}`;
  let known: { since: number; configuration: Promise<Configuration> } | undefined;

  const fetchFromProvider: CustomFetch = async (url, options) => {
    const target = new URL(url);
    if (target.origin !== origin && !isPublic(target)) {
      throw new OidcError('failed', 'ADDRESS_NOT_ALLOWED');
    }
    return await fetch(url, { ...options, redirect: 'manual' } as RequestInit);
  };

  const discover = async (): Promise<Configuration> => {
    const oidc = await loadClient();
    const configuration = await oidc.discovery(
      new URL(issuer),
      clientId,
      { [oidc.clockTolerance]: toleranceSeconds },
      authenticate(oidc),
      {
        timeout: timeoutSeconds,
        execute: [
          oidc.enableNonRepudiationChecks,
          // The configuration takes http for a loopback address only.
          ...(protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
        ],
        [oidc.customFetch]: fetchFromProvider,
      },
    );
    // A provider of many organisations names another issuer for each: anybody could found one.
    if (new URL(configuration.serverMetadata().issuer).href !== new URL(issuer).href) {
      throw new OidcError('failed', 'ISSUER_OF_MANY');
    }
    return configuration;
  };

  // RFC 6749, 2.3.1: the header unless the provider takes it in the body only. The library's own
  // header encodes more than it has to, dashes too, which some providers do not decode.
  const authenticate =
    (oidc: Client): ClientAuth =>
    (server, client, body, headers) => {
      const methods = server.token_endpoint_auth_methods_supported;
      if (methods !== undefined && !methods.includes('client_secret_basic')) {
        return oidc.ClientSecretPost(clientSecret)(server, client, body, headers);
      }
      const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
      headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    };

  const getConfiguration = async (): Promise<Configuration> => {
    const now = performance.now();
    if (!known || now - known.since > rememberMs) {
      const asking = { since: now, configuration: discover() };
      known = asking;
      asking.configuration.catch(() => {
        if (known === asking) known = undefined;
      });
    }
    return await known.configuration;
  };

  return {
    name: host,
    async addressFor({ state, nonce, verifier }) {
      return await explain(async (oidc) => {
        const configuration = await getConfiguration();
        const parameters = {
          ...{ redirect_uri: redirectUri, scope, state, nonce },
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        };
        const address = oidc.buildAuthorizationUrl(configuration, parameters);
        if (address.origin !== origin && !isPublic(address)) {
          throw new OidcError('failed', 'ADDRESS_NOT_ALLOWED');
        }
        return address.href;
      });
    },
    async redeem(answer, { state, nonce, verifier }) {
      return await explain(async (oidc) => {
        const configuration = await getConfiguration();
        const tokens = await oidc.authorizationCodeGrant(
          configuration,
          new URL(`${redirectUri}?${answer}`),
          {
            ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
            idTokenExpected: true,
          },
        );
        const claims = tokens.claims()!;
        return {
          issuer: claims.iss,
          subject: claims.sub,
          severalFactors: Array.isArray(claims.amr) && claims.amr.includes('mfa'),
          findVerifiedEmail: () =>
            explain(async (oidc) => {
              const { userinfo_endpoint: more } = configuration.serverMetadata();
              if (claims.email !== undefined || more === undefined) return readEmail(claims);
              return readEmail(
                await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub),
              );
            }),
        };
      });
    },
  };
}

// Some providers write the boolean as a word.
const readEmail = (claims: { readonly [claim: string]: unknown }): string | undefined =>
  typeof claims.email === 'string' && [true, 'true'].includes(claims.email_verified as never)
    ? claims.email
    : undefined;

/** A host that the provider names beside its own must be one that anybody could reach, over TLS. */
const isPublic = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' && /[a-z]$/i.test(hostname) && !/(?:^|\.)localhost$/i.test(hostname);

/** Tells a provider that is away from one whose answer can't be trusted. */
async function explain<T>(work: (oidc: Client) => Promise<T>): Promise<T> {
  const oidc = await loadClient();
  try {
    return await work(oidc);
  } catch (error) {
    if (error instanceof OidcError) throw error;
    throw new OidcError(...classify(oidc, error), { cause: error });
  }
}

function classify(oidc: Client, error: unknown): [OidcRefusal, string] {
  if (error instanceof oidc.AuthorizationResponseError) return ['denied', error.error];
  if (error instanceof oidc.ResponseBodyError) {
    // RFC 6749, 5.2: the code was used, is too old, or is somebody else's.
    return [error.error === 'invalid_grant' ? 'expired' : 'failed', error.error];
  }
  if (error instanceof oidc.ClientError) {
    const { code = 'CLIENT_ERROR', cause } = error;
    if (cause instanceof OidcError) return [cause.refusal, cause.code];
    if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return ['unavailable', code];
    const isAway = cause instanceof Response && cause.status >= 500;
    return [isAway ? 'unavailable' : 'failed', code];
  }
  // What fetch throws when nobody answers, or not in time.
  const name = error instanceof Error ? error.name : '';
  if (error instanceof TypeError || name === 'TimeoutError' || name === 'AbortError') {
    return ['unavailable', name];
  }
  return ['failed', name || 'UNKNOWN'];
}
