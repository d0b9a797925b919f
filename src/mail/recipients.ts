import { mailboxOf, parseEmailAddress } from '../domain/email-address.ts';

/** The valid addresses of a comma-separated list, each once. */
export function parseAddressList(list: string | null): string[] {
  const addresses = (list ?? '').split(',').map((one) => parseEmailAddress(one));
  return [...new Set(addresses.filter((address) => address !== undefined))];
}

/**
 * Where notifications of a call go: the inbox that an admin entered for it, else EDITORIAL_INBOX,
 * else, only while mail is captured, the address it was seeded with. Empty when there is none.
 */
export function editorsInbox(
  call: { inbox: string | null; seededInbox: string | null },
  settings: { editorialInbox: readonly string[]; transport: 'smtp' | 'captured' },
): string[] {
  const entered = parseAddressList(call.inbox);
  if (entered.length > 0) return entered;
  // As they are: the configuration may name mailboxes that a form refuses, such as one at localhost.
  if (settings.editorialInbox.length > 0) return [...settings.editorialInbox];
  return settings.transport === 'captured' ? parseAddressList(call.seededInbox) : [];
}

/**
 * True when an address came with the software and nobody has entered it since: such a mailbox
 * belongs to a real newsroom that knows nothing of this installation, whoever asks to write to it.
 */
export function isOnlySeeded(
  address: string,
  known: { seeded: readonly string[]; entered: readonly string[] },
): boolean {
  const mailbox = mailboxOf(address);
  const among = (lists: readonly string[]): boolean =>
    lists.flatMap((list) => list.split(',')).some((one) => mailboxOf(one) === mailbox);
  return among(known.seeded) && !among(known.entered);
}
