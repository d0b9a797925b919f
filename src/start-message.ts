import type { Config } from './config.ts';
import type { Lack } from './domain/lacks.ts';
import { namesWithoutEffect } from './later-settings.ts';

type StartFacts = {
  config: Config;
  publicUrl: string;
  /** What admins have still to fill in. */
  lacks?: readonly Lack[];
};

const describeMail = ({ smtpUrl, dataDir }: Config): string =>
  smtpUrl === null
    ? `captured in ${dataDir}/mail (nothing leaves this machine)`
    : `sent by SMTP through ${new URL(smtpUrl).host}`;

const lackWords: Record<Lack['what'], string> = {
  imprint: 'the imprint',
  contact: 'an address for questions of your own',
  fee: 'the fee',
};

const describeLacks = (lacks: readonly Lack[]): string => {
  const things = lacks.map((lack) =>
    lack.what === 'imprint' ? lackWords.imprint : `${lackWords[lack.what]} (${lack.slug})`,
  );
  return `Still to fill in: ${things.join(', ')}. The list links to each for admins`;
};

const listWarnings = (config: Config, lacks: readonly Lack[] = []): string[] => [
  ...(config.rateLimits ? [] : ['RATE_LIMITS=off: limits are lifted']),
  ...(config.production && config.smtpUrl === null
    ? ['SMTP_URL is not set: no mail leaves this machine, applicants get no receipt by mail']
    : []),
  ...(config.production && config.publicUrl === null
    ? ['PUBLIC_URL is not set: links lead to this machine only']
    : []),
  // While mail is captured it is being tried out.
  ...(config.smtpUrl !== null && lacks.length > 0 ? [describeLacks(lacks)] : []),
  ...config.withoutEffect.map(
    (name) => `${name} has no effect in this version: ${namesWithoutEffect[name]}`,
  ),
];

const describePlaces = (publicUrl: string) => ({
  form: `${publicUrl}/`,
  admin: `${publicUrl}/admin`,
});

/**
 * What an operator wants to see after the start, for a log, which many read: no address of a person
 * and no secret. `firstAdminLinkFile` is there while there is no staff yet.
 */
export function listStartFacts({
  config,
  publicUrl,
  lacks,
  firstAdminLinkFile,
}: StartFacts & { firstAdminLinkFile: string | null }) {
  const warnings = listWarnings(config, lacks);
  return {
    ...describePlaces(publicUrl),
    mail: describeMail(config),
    ...(firstAdminLinkFile && { firstAdminLinkFile }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** The same for a terminal, with the inbox and the first admin's link. */
export function describeStart({
  config,
  publicUrl,
  lacks,
  firstAdminLink,
  firstAdminLinkFile,
}: StartFacts & { firstAdminLink: string | null; firstAdminLinkFile: string | null }): string {
  const { form, admin } = describePlaces(publicUrl);
  const inbox =
    config.smtpUrl === null ? '' : `, notifications to ${config.editorialInbox.join(', ')}`;
  const lines = [
    '',
    '  Feder is ready.',
    '',
    `  The form     ${form}`,
    `  The list     ${admin}`,
    `  Mail         ${describeMail(config)}${inbox}`,
    ...(firstAdminLink
      ? [
          '',
          '  Create the first admin (this link works once, for 24 hours):',
          `  ${firstAdminLink}`,
          ...(firstAdminLinkFile ? [`  It also stands in ${firstAdminLinkFile}.`] : []),
        ]
      : []),
    ...listWarnings(config, lacks).flatMap((warning) => ['', `  Warning: ${warning}`]),
    '',
    '  Stop with Ctrl-C.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
