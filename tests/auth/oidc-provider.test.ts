import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createOidcProvider,
  createOidcSecrets,
  type OidcIdentity,
  type OidcSecrets,
} from '../../src/auth/oidc-provider.ts';
import { defaults } from '../support/configuration.ts';
import { type ForgedIssuer, oidcClient, oidcConfig, startForgedIssuer } from '../support/oidc.ts';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ours = rsa();
const strangers = rsa();
const keys = [
  { ...ours.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' },
];

const encode = (content: object): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

type Signing = { key?: KeyObject; header?: object; signature?: (text: string) => string };

function sign(claims: object, { key = ours.privateKey, header, signature }: Signing = {}): string {
  const text = `${encode({ alg: 'RS256', kid: 'one', typ: 'JWT', ...header })}.${encode(claims)}`;
  const signed = signature
    ? signature(text)
    : createSign('RSA-SHA256').update(text).sign(key).toString('base64url');
  return `${text}.${signed}`;
}

const running: ForgedIssuer[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

type Told = {
  /** Over what a good token says. */
  claims?: object;
  without?: string;
  signing?: Signing;
  token?: (good: object) => { status?: number; body: object };
  metadata?: (issuer: string) => object;
};

/** A provider that answers as told, and who its answer says that somebody is. */
async function redeem(told: Told): Promise<{ identity: OidcIdentity; issuer: ForgedIssuer }> {
  const { provider, issuer, secrets } = await start(told);
  const answer = new URLSearchParams({ code: 'the code', state: secrets.state });
  return { identity: await provider.redeem(answer, secrets), issuer };
}

async function start(told: Told) {
  const secrets: OidcSecrets = createOidcSecrets();
  const issuer = await startForgedIssuer({
    ...(told.metadata && { metadata: told.metadata }),
    keys: () => keys,
    token({ issuer: iss }) {
      const now = Math.floor(Date.now() / 1000);
      const claims: Record<string, unknown> = {
        ...{ iss, aud: oidcClient.id, sub: 'person-1', nonce: secrets.nonce },
        ...{ iat: now, exp: now + 300, email: 'ana@example.org', email_verified: true },
        ...told.claims,
      };
      if (told.without) delete claims[told.without];
      const good = {
        ...{ access_token: 'x', token_type: 'Bearer', expires_in: 300 },
        id_token: sign(claims, told.signing),
      };
      return told.token?.(good) ?? { body: good };
    },
  });
  running.push(issuer);
  const config = { ...defaults, ...oidcConfig(issuer.issuer) };
  const provider = createOidcProvider({ config, publicUrl: 'https://feder.example.org' })!;
  return { provider, issuer, secrets };
}

const hour = 3600;
const now = () => Math.floor(Date.now() / 1000);

describe('an answer of the provider', () => {
  it('says who somebody is, and the code is exchanged with secret and verifier', async () => {
    const { identity, issuer } = await redeem({});
    expect(identity).toMatchObject({
      ...{ issuer: issuer.issuer, subject: 'person-1', severalFactors: false },
    });
    expect(await identity.findVerifiedEmail()).toBe('ana@example.org');
    const asked = issuer.asked.find(({ path }) => path === '/token')!;
    expect(Object.fromEntries(asked.body)).toEqual({
      code: 'the code',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
      grant_type: 'authorization_code',
      redirect_uri: 'https://feder.example.org/admin/sign-in/oidc/callback',
    });
    const credentials = Buffer.from(`${oidcClient.id}:${oidcClient.secret}`).toString('base64');
    expect(asked.authorization).toBe(`Basic ${credentials}`);
    expect(issuer.asked.map(({ path }) => path).sort()).toEqual([
      ...['/.well-known/openid-configuration', '/keys', '/token'],
    ]);
  });

  it('tells of several factors only by the word for it', async () => {
    const tell = async (amr: unknown) =>
      (await redeem({ claims: { amr } })).identity.severalFactors;
    expect([await tell(['pwd', 'mfa']), await tell(['pwd']), await tell('mfa')]).toEqual([
      ...[true, false, false],
    ]);
  });

  it('names an address only where it says that it is verified', async () => {
    const find = async (claims: object) =>
      await (await redeem({ claims })).identity.findVerifiedEmail();
    expect(await find({ email_verified: 'true' })).toBe('ana@example.org');
    for (const claims of [
      { email_verified: false },
      { email_verified: 'false' },
      { email_verified: undefined },
      { email_verified: 1 },
      { email: ['ana@example.org'] },
      { email: undefined },
    ]) {
      expect([claims, await find(claims)]).toEqual([claims, undefined]);
    }
  });

  it.each<[string, Told]>([
    ['signed by a stranger', { signing: { key: strangers.privateKey } }],
    ['signed by nobody', { signing: { header: { alg: 'none' }, signature: () => '' } }],
    [
      'signed by the client’s own secret',
      {
        signing: {
          header: { alg: 'HS256' },
          signature: (text) =>
            createHmac('sha256', oidcClient.secret).update(text).digest('base64url'),
        },
      },
    ],
    [
      'signed with the public key as a secret',
      {
        signing: {
          header: { alg: 'HS256' },
          signature: (text) =>
            createHmac('sha256', ours.publicKey.export({ format: 'pem', type: 'spki' }))
              .update(text)
              .digest('base64url'),
        },
      },
    ],
    ['by a key that is not published', { signing: { header: { kid: 'two' } } }],
    ['for another client', { claims: { aud: 'another' } }],
    ['for several, by another', { claims: { aud: [oidcClient.id, 'another'], azp: 'another' } }],
    ['of another issuer', { claims: { iss: 'https://issuer.example.org' } }],
    ['that is over', { claims: { exp: now() - 120, iat: now() - hour } }],
    ['of another sign-in', { claims: { nonce: 'another' } }],
    ['without a nonce', { without: 'nonce' }],
    ['without an end', { without: 'exp' }],
    ['about nobody', { without: 'sub' }],
    ['that is not there', { token: () => ({ body: { access_token: 'x', token_type: 'Bearer' } }) }],
    ['that is no token', { token: (good) => ({ body: { ...good, id_token: 'a.b.c' } }) }],
  ])('is refused with a token %s', async (_, told) => {
    await expect(redeem(told)).rejects.toMatchObject({ refusal: 'failed' });
  });

  it('is refused where it is not to what was begun', async () => {
    const { provider, secrets, issuer } = await start({});
    const answer = new URLSearchParams({ code: 'x', state: 'another' });
    await expect(provider.redeem(answer, secrets)).rejects.toMatchObject({ refusal: 'failed' });
    expect(issuer.asked.some(({ path }) => path === '/token')).toBe(false);
  });

  it('is late or used already where the provider says so', async () => {
    const body = { error: 'invalid_grant', error_description: 'used' };
    const told = { token: () => ({ status: 400, body }) };
    await expect(redeem(told)).rejects.toMatchObject({ refusal: 'expired' });
    const unknown = { token: () => ({ status: 401, body: { error: 'invalid_client' } }) };
    await expect(redeem(unknown)).rejects.toMatchObject({
      ...{ refusal: 'failed', code: 'invalid_client' },
    });
  });
});

describe('13.2.4 nothing is contacted', () => {
  it('but the issuer, and what it names itself by https', async () => {
    const inner = await startForgedIssuer({ keys: () => keys, token: () => ({ body: {} }) });
    running.push(inner);
    for (const there of [
      `${inner.issuer}/token`,
      'http://issuer.example.org/token',
      'https://169.254.169.254/token',
      'https://[::1]/token',
      'https://localhost/token',
    ]) {
      const told = { metadata: () => ({ token_endpoint: there }) };
      await expect(redeem(told)).rejects.toMatchObject({ refusal: 'failed' });
    }
    expect(inner.asked).toEqual([]);
  });

  it('and no browser is sent to what is no public address', async () => {
    for (const there of [
      'javascript:alert(1)',
      'http://issuer.example.org/',
      'https://10.0.0.1/',
    ]) {
      const { provider, secrets } = await start({
        metadata: () => ({ authorization_endpoint: there }),
      });
      await expect(provider.addressFor(secrets)).rejects.toMatchObject({ refusal: 'failed' });
    }
    const { provider, secrets } = await start({
      metadata: () => ({ authorization_endpoint: 'https://login.example.org/authorize' }),
    });
    expect(await provider.addressFor(secrets)).toContain('https://login.example.org/authorize?');
  });

  it('where the provider claims to be another', async () => {
    const told = { metadata: () => ({ issuer: 'https://issuer.example.org' }) };
    await expect(redeem(told)).rejects.toMatchObject({ refusal: 'failed' });
  });
});

describe('a provider', () => {
  it('that takes the secret in the body only gets it there', async () => {
    const { issuer } = await redeem({
      metadata: () => ({ token_endpoint_auth_methods_supported: ['client_secret_post'] }),
    });
    const asked = issuer.asked.find(({ path }) => path === '/token')!;
    expect([asked.authorization, asked.body.get('client_secret')]).toEqual([
      ...[undefined, oidcClient.secret],
    ]);
  });

  it('that is away is said to be so, and asked again the next time', async () => {
    const { provider, issuer, secrets } = await start({});
    const { port } = new URL(issuer.issuer);
    await issuer.stop();
    await expect(provider.addressFor(secrets)).rejects.toMatchObject({ refusal: 'unavailable' });
    const back = await startForgedIssuer(
      { keys: () => keys, token: () => ({ body: {} }) },
      Number(port),
    );
    running.splice(0, running.length, back);
    expect(await provider.addressFor(secrets)).toContain(`${issuer.issuer}/authorize?`);
    expect(await provider.addressFor(secrets)).toContain(`${issuer.issuer}/authorize?`);
    expect(back.asked).toHaveLength(1);
  });

  it('is none without a configuration', () => {
    expect(createOidcProvider({ config: defaults, publicUrl: 'http://localhost' })).toBeUndefined();
  });
});
