import type { MailAddress, MailContent } from '../db/mails.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import { cleanLine, cleanText } from '../domain/text.ts';
import type { RenderedMail } from './templates/layout.tsx';

/**
 * A rendered mail with its addresses, as it is stored. Names and subject become one clean line each;
 * the text loses what only SMTP could read (bare CR, controls). `to: null` means the editors, whose
 * addresses are looked up when it leaves; a `replyTo` that is not exactly one address is left out.
 * Throws when `to` is not one either: the form has checked it.
 */
export function composeMail(
  rendered: RenderedMail,
  addresses: { to: MailAddress | null; replyTo: MailAddress | null },
): MailContent {
  const to = addresses.to === null ? null : cleanAddress(addresses.to);
  if (to === undefined) throw new Error('a mail needs exactly one address to go to');
  return {
    to,
    subject: cleanLine(rendered.subject),
    text: `${cleanText(rendered.text)}\n`,
    html: cleanText(rendered.html),
    replyTo: (addresses.replyTo && cleanAddress(addresses.replyTo)) ?? null,
  };
}

// What looks like an encoded word would be decoded by whoever reads the mail (RFC 2047), into anything.
const headerName = (name: string): string => cleanLine(name).replaceAll('=?', '= ?');

function cleanAddress({ name, address }: MailAddress): MailAddress | undefined {
  const parsed = parseEmailAddress(address);
  return parsed === undefined ? undefined : { name: headerName(name), address: parsed };
}
