import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { clientAddress, clientSubject } from '../src/client-address.ts';

async function addressOf(trustProxy: number, forwarded?: string, socket?: string) {
  const app = new Hono().get('/', (c) => c.text(clientAddress(c, trustProxy)));
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const env =
    socket === undefined ? undefined : { incoming: { socket: { remoteAddress: socket } } };
  return await (await app.request('/', { headers }, env)).text();
}

describe('the address of a client', () => {
  it('4.1.3: is the socket, whatever it claims', async () => {
    expect(await addressOf(0, '198.51.100.1', '203.0.113.7')).toBe('203.0.113.7');
    expect(await addressOf(0)).toBe('unknown');
  });

  it('4.1.3: is counted from the right by the number of proxies', async () => {
    const claimed = '192.0.2.1, 198.51.100.2, 203.0.113.3';
    expect(await addressOf(1, claimed, '10.0.0.1')).toBe('203.0.113.3');
    expect(await addressOf(2, claimed, '10.0.0.1')).toBe('198.51.100.2');
    expect(await addressOf(3, claimed, '10.0.0.1')).toBe('192.0.2.1');
    expect(await addressOf(4, claimed, '10.0.0.1')).toBe('192.0.2.1');
  });

  it('loses the port that some proxies add', async () => {
    expect(await addressOf(1, '203.0.113.3:4711', '10.0.0.1')).toBe('203.0.113.3');
    expect(await addressOf(1, '[2001:db8::1]:4711', '10.0.0.1')).toBe('2001:db8::1');
    expect(await addressOf(1, '2001:db8::1', '10.0.0.1')).toBe('2001:db8::1');
  });

  it('is the socket when the proxy said nothing usable', async () => {
    expect(await addressOf(1, undefined, '10.0.0.1')).toBe('10.0.0.1');
    expect(await addressOf(1, 'unknown', '10.0.0.1')).toBe('10.0.0.1');
    expect(await addressOf(1, '203.0.113.3, ', '10.0.0.1')).toBe('10.0.0.1');
  });
});

describe('what limits count by', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['unknown', 'unknown'],
  ])('%s is %s', (address, subject) => {
    expect(clientSubject(address)).toBe(subject);
  });
});
