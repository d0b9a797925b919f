import { domainToASCII } from 'node:url';

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/i;
const domainLabel = /^[a-z0-9-]{1,63}$/i;

/**
 * The address if one mail can be sent to it: a single addr-spec with an ASCII local part and a
 * domain with a dot (RFC 5321 without quoted locals; international domains become their ASCII form).
 */
export function parseEmailAddress(raw: string): string | undefined {
  const text = raw.trim();
  const at = text.lastIndexOf('@');
  if (at < 1 || text.length > 254) return undefined;
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1)).toLowerCase();
  const labels = domain.split('.');
  const good =
    localPart.test(local) &&
    !local.startsWith('.') &&
    !local.endsWith('.') &&
    !local.includes('..') &&
    labels.length > 1 &&
    labels.every(
      (label) => domainLabel.test(label) && !label.startsWith('-') && !label.endsWith('-'),
    );
  const address = `${local}@${domain}`;
  return good && address.length <= 254 ? address : undefined;
}

/** The form under which two spellings of one mailbox meet: the look-up hash is made from it. */
export function foldEmailAddress(address: string): string {
  return address.toLowerCase();
}
