// What stands behind these words in an address is a token of at least 128 bits; a reference is not.
const privateLink = /\/(applications|drafts)\/([\w-]+)/g;
const shortestToken = 20;

/** The same text with the secret of each of the applicant's private links left out. */
export function maskPrivateLinks(text: string): string {
  return text.replace(privateLink, (link, kind: string, name: string) =>
    name.length < shortestToken ? link : `/${kind}/…`,
  );
}
