import type { Config } from './config.ts';

type StartFacts = {
  config: Config;
  publicUrl: string;
  /** While there is no staff yet. */
  firstAdminLink: string | null;
};

const describeMail = ({ smtpUrl, dataDir, editorialInbox }: Config): string => {
  if (smtpUrl === null) return `captured in ${dataDir}/mail (nothing leaves this machine)`;
  return `sent by SMTP through ${new URL(smtpUrl).host}, notifications to ${editorialInbox.join(', ')}`;
};

/** What an operator wants to see after the start, for a log. */
export function listStartFacts({ config, publicUrl, firstAdminLink }: StartFacts) {
  return {
    form: `${publicUrl}/`,
    admin: `${publicUrl}/admin`,
    mail: describeMail(config),
    ...(firstAdminLink && { firstAdminLink }),
    ...(config.rateLimits ? {} : { warning: 'RATE_LIMITS=off: limits are lifted' }),
  };
}

/** The same for a terminal. */
export function describeStart(facts: StartFacts): string {
  const { form, admin, mail, firstAdminLink, warning } = listStartFacts(facts);
  const lines = [
    '',
    '  Feder is ready.',
    '',
    `  The form     ${form}`,
    `  The list     ${admin}`,
    `  Mail         ${mail}`,
    ...(firstAdminLink
      ? [
          '',
          '  Create the first admin (this link works once, for 24 hours):',
          `  ${firstAdminLink}`,
        ]
      : []),
    ...(warning ? ['', `  ${warning}`] : []),
    '',
    '  Stop with Ctrl-C.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
