import { isIP } from 'node:net';
import type { Context } from 'hono';

/** Who asks when nothing says so; all of them share one limit. */
export const unknownAddress = 'unknown';

/**
 * The client's IP address: the socket's, or with `trustProxy` proxies the entry of X-Forwarded-For
 * that the outermost of them wrote (ASVS 4.1.3: what stands further left anybody can write). Never
 * logged or stored as it is.
 */
export function clientAddress(c: Context, trustProxy: number): string {
  const socketAddress = remoteAddressOf(c.env) ?? unknownAddress;
  if (trustProxy === 0) return socketAddress;
  const entries = (c.req.header('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim());
  const entry = entries[Math.max(0, entries.length - trustProxy)] ?? '';
  // Some proxies add the port.
  const address = /^\[(.+)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/^([\d.]+):\d+$/, '$1');
  return isIP(address) === 0 ? socketAddress : address;
}

/**
 * What limits count by: an IPv4 address, or the /64 of an IPv6 address, since one household or
 * server gets at least that much and could change the rest at will.
 */
export function clientSubject(address: string): string {
  const bare = address.split('%', 1)[0]!;
  if (isIP(bare) !== 6) return bare;
  // The URL parser writes every spelling of an address in one way, embedded IPv4 as hexadecimal.
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  if (groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff') {
    const value = Number.parseInt(groups[6]!, 16) * 65_536 + Number.parseInt(groups[7]!, 16);
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function remoteAddressOf(env: unknown): string | undefined {
  // What @hono/node-server binds; absent when a request does not come from a socket.
  const bindings = env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return bindings?.incoming?.socket?.remoteAddress;
}
