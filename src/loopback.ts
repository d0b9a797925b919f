import { isIPv4 } from 'node:net';

/** True for names and addresses that lead back to this machine. */
export function isLoopback(hostname: string): boolean {
  if (isIPv4(hostname)) return hostname.startsWith('127.');
  return hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost');
}

/** An issuer as it spells itself; by plain http only on this machine, since codes and secrets travel to it. */
export function parseIssuer(text: string): string | undefined {
  if (!/^https?:\/\/[^?#@\\\s]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname) ? text : undefined;
}
