/**
 * A mailto: address for one mailbox with a subject (RFC 6068). What could add another recipient or
 * header is escaped.
 */
export function formatMailLink(address: string, subject: string): string {
  const at = address.lastIndexOf('@');
  const mailbox = [address.slice(0, at), address.slice(at + 1)].map(encodeURIComponent).join('@');
  return `mailto:${mailbox}?subject=${encodeURIComponent(subject)}`;
}
