import dns from 'node:dns';
import net from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from './support/app.ts';
import { attackFiles } from './support/attack-files.ts';
import { deliverMails } from './support/deliver.ts';
import { goodFiles, submitFilled } from './support/send-form.ts';
import { startSmtp, type TestSmtp } from './support/smtp.ts';
import { addEnrolled, openSession } from './support/staff-app.ts';

let smtp: TestSmtp;
let test: TestApp;
beforeAll(async () => {
  smtp = await startSmtp();
  test = await createTestApp({
    ...{ SMTP_URL: smtp.url, EDITORIAL_INBOX: 'desk@news.example' },
    ...{ MAIL_FROM: 'News <feder@news.example>', PUBLIC_URL: 'http://localhost:3000' },
  });
});
afterAll(async () => {
  await test.stop();
  await smtp.stop();
});

/** Where a socket is to lead, by any of the ways to say it. */
function describeTarget([first, second]: unknown[]): string {
  if (typeof first === 'string') return 'a socket of this machine';
  if (typeof first !== 'object' || first === null) return `${second}:${first}`;
  const { path, host, port } = first as { path?: string; host?: string; port?: number };
  return path ? 'a socket of this machine' : `${host}:${port}`;
}

/** Writes down where sockets lead and which names are asked for, until it is called. */
function watchSockets() {
  const seen = new Set<string>();
  const { connect } = net.Socket.prototype;
  const { lookup } = dns;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    seen.add(describeTarget(args.flat()));
    return (connect as (...all: unknown[]) => net.Socket).apply(this, args);
  } as typeof connect;
  dns.lookup = ((name: string, ...rest: unknown[]) => {
    seen.add(`name ${name}`);
    return (lookup as (...all: unknown[]) => void)(name, ...rest);
  }) as typeof lookup;
  return () => {
    net.Socket.prototype.connect = connect;
    dns.lookup = lookup;
    return [...seen].sort();
  };
}

it('is seen by the watch', async () => {
  const stop = watchSockets();
  await fetch('http://127.0.0.1:9/').catch(() => {});
  await new Promise((resolve) => net.connect(9, '127.0.0.1').on('error', resolve));
  expect(stop()).toContain('127.0.0.1:9');
});

it('13.2.4, attack 15: nothing but the database and the mail server is contacted, whatever links and files say', async () => {
  const links = [
    ...['http://169.254.169.254/latest/meta-data/', 'http://127.0.0.1:6379/'],
    'https://attacker.example.net/preview',
  ];
  const stop = watchSockets();
  const receipt = await submitFilled(test.app, {
    ...{ links, via: 'https://attacker.example.net/article', email: 'nino@attacker.example.net' },
    topics: links.join(' '),
  });
  await deliverMails(test.deps);
  const cookie = await openSession(
    test,
    (await addEnrolled(test.deps.db, { role: 'admin' })).email,
  );
  const { reference } = await test.deps.db
    .selectFrom('applications')
    .select('reference')
    .executeTakeFirstOrThrow();
  const page = `/admin/applications/${reference}`;
  const documents = await test.deps.db.selectFrom('documents').select('id').execute();
  const pages = documents.flatMap(({ id }) => [
    `${page}/documents/${id}`,
    `${page}/documents/${id}/text`,
    `${page}/documents/${id}/view`,
  ]);
  for (const path of [receipt, `${receipt}/export`, '/admin', page, ...pages, '/admin/outbox']) {
    await (await test.app.request(path, { headers: { cookie } })).arrayBuffer();
  }
  for (const { name, bytes } of attackFiles) {
    const body = new FormData();
    body.append('cv', new File([new Uint8Array(bytes)], name));
    await test.app.request(`${receipt}/documents`, { method: 'POST', body });
  }
  const seen = stop();
  expect(smtp.mails.length).toBeGreaterThan(1);
  expect(goodFiles()).toHaveLength(3);
  const database = /^(a socket of this machine|(localhost|127\.0\.0\.1|::1):\d+|name localhost)$/;
  const mail = [`127.0.0.1:${smtp.port}`, `localhost:${smtp.port}`, 'name 127.0.0.1'];
  expect(seen.filter((one) => !database.test(one) && !mail.includes(one))).toEqual([]);
  // What is local is one of the two.
  const ports = seen.flatMap((one) => /^[^ ]+:(\d+)$/.exec(one)?.[1] ?? []);
  expect(ports.filter((port) => Number(port) !== smtp.port).length).toBeLessThanOrEqual(1);
  expect(ports).toContain(String(smtp.port));
});
