import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type OidcAccount, writeAccount } from './oidc-account.ts';
import type { Answer, Browser } from './staff-app.ts';

export const oidcClient = { id: 'feder', secret: 'only-for-tests-0123456789abcdef0123456789' };

/** The configuration of a client at this issuer. */
export const oidcConfig = (issuer: string) => ({
  ...{ oidcIssuer: issuer, oidcClientId: oidcClient.id, oidcClientSecret: oidcClient.secret },
});

/** A real provider in a process of its own. */
export async function startOidcProvider(
  redirectUris: readonly string[],
): Promise<{ issuer: string; stop(): Promise<void> }> {
  const file = fileURLToPath(new URL('oidc-provider-child.ts', import.meta.url));
  const given = JSON.stringify([redirectUris, oidcClient]);
  const child = spawn(process.execPath, ['--import', 'tsx', file, given], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const issuer = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('http')) resolve(line);
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return {
    issuer,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * What a person does at the provider, from the address that we sent the browser to until it sends the
 * browser back to us; returns that address. With null instead of an account they go away there.
 */
export async function visitProvider(address: string, account: OidcAccount | null): Promise<string> {
  const { origin } = new URL(address);
  const cookies = new Map<string, string>();
  const send = async (url: string, form?: Record<string, string>) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      ...{ headers: { cookie }, redirect: 'manual' },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    return { location: location && new URL(location, url).href, html: await response.text() };
  };
  let at = address;
  for (let step = 0; step < 12; step += 1) {
    const { location, html } = await send(at);
    if (location && new URL(location).origin !== origin) return location;
    if (location) {
      at = location;
      continue;
    }
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1];
    if (!prompt) throw new Error(`the provider said: ${html.slice(0, 600)}`);
    if (account === null) {
      at = `${at.replace(/\/$/, '')}/abort`;
      continue;
    }
    const login = { login: writeAccount(account), password: 'any' };
    const next = await send(at, prompt === 'login' ? { prompt, ...login } : { prompt });
    if (!next.location) throw new Error(`the provider said: ${next.html.slice(0, 600)}`);
    if (new URL(next.location).origin !== origin) return next.location;
    at = next.location;
  }
  throw new Error('the provider sends the browser in circles');
}

/** The hidden fields of the page at which the provider's answer arrives. */
export const readParts = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="(code|state|iss)" value="([^"]*)"/g)].map(
      ([, name, value]) => [name!, value!.replaceAll('&amp;', '&')],
    ),
  );

/** Opens the address that the provider sent the browser to and presses the button on the page. */
export async function comeBack(browser: Browser, address: string): Promise<Answer> {
  const { pathname, search } = new URL(address);
  const page = await browser.get(`${pathname}${search}`);
  if (page.status !== 200) return page;
  return await browser.post('/admin/sign-in/oidc/callback', readParts(page.html));
}

export type ForgedIssuer = {
  issuer: string;
  /** Paths that were asked for, with what came in the body. */
  asked: { path: string; body: URLSearchParams; authorization: string | undefined }[];
  stop(): Promise<void>;
};

/** A server that says of itself and of tokens whatever it is told to, as an attacker's would. */
export async function startForgedIssuer(
  answers: {
    /** What is said instead of the truth about the issuer. */
    metadata?: (issuer: string) => object;
    keys: () => object[];
    token: (facts: { issuer: string; body: URLSearchParams }) => { status?: number; body: object };
  },
  port = 0,
): Promise<ForgedIssuer> {
  const asked: ForgedIssuer['asked'] = [];
  const server = createServer(async (request, response) => {
    const { authorization } = request.headers;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = new URLSearchParams(Buffer.concat(chunks).toString());
    const path = request.url ?? '';
    asked.push({ path, body, authorization });
    const say = (content: object, status = 200) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(content));
    if (path === '/.well-known/openid-configuration') {
      say({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...answers.metadata?.(issuer),
      });
    } else if (path === '/keys') say({ keys: answers.keys() });
    else if (path === '/token') {
      const { status, body: content } = answers.token({ issuer, body });
      say(content, status);
    } else say({}, 404);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
