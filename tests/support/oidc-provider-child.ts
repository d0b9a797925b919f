// A real provider in a process of its own, for the tests of single sign-on. Takes the addresses to
// which it may send people back as JSON in its first argument and writes its issuer as one line.
// Whoever signs in there types who they are: subject, address, and whether that is verified.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { readAccount } from './oidc-account.ts';

const [redirectUris, client] = JSON.parse(process.argv[2]!) as [
  string[],
  { id: string; secret: string },
];
const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: redirectUris }],
  cookies: { keys: ['only a test'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_context: unknown, id: string) => ({
    accountId: id,
    claims: () => {
      const { subject, email, verified } = readAccount(id);
      return { sub: subject, email, email_verified: verified };
    },
  }),
});
server.on('request', provider.callback());
process.stdout.write(`${issuer}\n`);
process.stdin.on('close', () => process.exit(0)).resume();
