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

const listWarnings = (config: Config): string[] => [
  ...(config.rateLimits ? [] : ['RATE_LIMITS=off: limits are lifted']),
  ...(config.production && config.smtpUrl === null
    ? ['SMTP_URL is not set: no mail leaves this machine, applicants get no receipt by mail']
    : []),
  ...(config.production && config.publicUrl === null
    ? ['PUBLIC_URL is not set: links lead to this machine only']
    : []),
];

/** What an operator wants to see after the start, for a log. */
export function listStartFacts({ config, publicUrl, firstAdminLink }: StartFacts) {
  const warnings = listWarnings(config);
  return {
    form: `${publicUrl}/`,
    admin: `${publicUrl}/admin`,
    mail: describeMail(config),
    ...(firstAdminLink && { firstAdminLink }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** The same for a terminal. */
export function describeStart(facts: StartFacts): string {
  const { form, admin, mail, firstAdminLink, warnings = [] } = listStartFacts(facts);
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
    ...warnings.flatMap((warning) => ['', `  Warning: ${warning}`]),
    '',
    '  Stop with Ctrl-C.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
