import { expect, test } from 'vitest';
import { composeMail } from '../../src/mail/compose.ts';

const rendered = { subject: 'Subject', text: 'Text\n', html: '<p>Text</p>' };
const nino = { name: 'Nino', address: 'nino@mail.example' };

test('1.3.11: names and subjects become one clean line each', () => {
  const mail = composeMail(
    { ...rendered, subject: 'Hello\r\nBcc: all@mail.example\u202e\u0000' },
    { to: { ...nino, name: 'Ni\r\nno\u202e' }, replyTo: { ...nino, name: 'A\u2028B' } },
  );
  expect(mail.subject).toBe('Hello Bcc: all@mail.example');
  expect(mail.to).toEqual({ name: 'Ni no', address: 'nino@mail.example' });
  expect(mail.replyTo).toEqual({ name: 'A B', address: 'nino@mail.example' });
});

test('the bodies keep their lines and lose what only SMTP could read', () => {
  const mail = composeMail(
    { ...rendered, text: 'a\r.\rb\r\nc\u0000\n\td\n', html: '<p>a\r.\rb</p>' },
    { to: null, replyTo: null },
  );
  expect(mail).toMatchObject({ to: null, text: 'a\n.\nb\nc\n\td\n', html: '<p>a\n.\nb</p>' });
});

test.each([
  '',
  'nobody',
  'a@mail.example, b@mail.example',
  'a@mail.example\r\nBcc: b@mail.example',
])('a Reply-To of %j is left out, and nothing is addressed to it', (address) => {
  expect(composeMail(rendered, { to: nino, replyTo: { name: '', address } }).replyTo).toBeNull();
  const composing = () => composeMail(rendered, { to: { name: '', address }, replyTo: null });
  expect(composing).toThrow('exactly one address');
});

test('a name that looks like an encoded word is not one any more', () => {
  const name = '=?UTF-8?Q?a=0D=0ABcc:_x@mail.example?=';
  const mail = composeMail(rendered, { to: { ...nino, name }, replyTo: null });
  expect(mail.to?.name).toBe('= ?UTF-8?Q?a=0D=0ABcc:_x@mail.example?=');
});
