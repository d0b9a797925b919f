/** Somebody at the provider. */
export type OidcAccount = { subject: string; email: string; verified: boolean };

/** An account as one word: what is typed at the provider, which knows nobody before. */
export const writeAccount = ({ subject, email, verified }: OidcAccount): string =>
  Buffer.from(JSON.stringify([subject, email, verified])).toString('base64url');

export function readAccount(word: string): OidcAccount {
  const [subject, email, verified] = JSON.parse(Buffer.from(word, 'base64url').toString());
  return { subject, email, verified };
}
