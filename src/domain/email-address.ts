import { domainToASCII } from 'node:url';

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/i;
// RFC 6531 lets a mailbox be named in any script.
const localPartInAnyScript = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}$/u;
const domainLabel = /^[a-z0-9-]{1,63}$/i;

/**
 * The address if one mail can be sent to it: a single addr-spec with an ASCII local part and a
 * domain with a dot (RFC 5321 without quoted locals; international domains become their ASCII form).
 * An IP address is no domain: the top level is never a number (RFC 3696, 2). With `ownMailbox`, for
 * whoever sets up the mail server, it may also be on a host of one word, or named in any script.
 */
export function parseEmailAddress(
  raw: string,
  { ownMailbox = false }: { ownMailbox?: boolean } = {},
): string | undefined {
  const text = raw.trim();
  const at = text.lastIndexOf('@');
  if (at < 1 || text.length > 254) return undefined;
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1)).toLowerCase();
  const labels = domain.split('.');
  const good =
    (ownMailbox ? localPartInAnyScript : localPart).test(local) &&
    !local.startsWith('.') &&
    !local.endsWith('.') &&
    !local.includes('..') &&
    (ownMailbox || labels.length > 1) &&
    !/^\d*$/.test(labels.at(-1)!) &&
    labels.every(
      (label) => domainLabel.test(label) && !label.startsWith('-') && !label.endsWith('-'),
    );
  const address = `${local}@${domain}`;
  return good && address.length <= 254 ? address : undefined;
}

/**
 * The form under which the spellings of one mailbox meet: what stands behind a plus leads
 * to the same one (RFC 5233).
 */
export const mailboxOf = (address: string): string =>
  foldEmailAddress(parseEmailAddress(address) ?? address.trim()).replace(
    /^([^+@]+)\+[^@]*@/,
    '$1@',
  );

/** The form under which two spellings of one mailbox meet: the look-up hash is made from it. */
export function foldEmailAddress(address: string): string {
  return address.toLowerCase();
}
