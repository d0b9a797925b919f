/** Names of the promised configuration that may be set already: nobody is harmed while they do nothing. */
export const namesWithoutEffect = {
  MAIL_REPLY_DOMAIN: 'replies go to the call’s inbox and to the applicant directly',
} as const;

// These stop the start, since whoever sets them relies on them: mails would lie in a mailbox that nobody
// reads, and a monitor would watch a port that says nothing.
const laterSecrets = ['IMAP_URL'];
export const laterNames: readonly string[] = [
  'METRICS_PORT',
  ...laterSecrets,
  ...laterSecrets.map((name) => `${name}_FILE`),
];
