import { Resolver } from 'node:dns/promises';
import { type Config, hasNobodysSender } from '../../config.ts';
import { isLoopback } from '../../loopback.ts';
import { checkSmtp } from '../../mail/check-smtp.ts';
import { failureOf } from '../../mail/smtp-failure.ts';
import { type Finding, wordOf } from './finding.ts';

/** The mail server as a mail would meet it: nothing is sent. */
export async function lookAtSmtp({ smtpUrl }: Pick<Config, 'smtpUrl'>): Promise<Finding> {
  const about = 'smtp';
  if (smtpUrl === null) {
    const text = 'SMTP_URL is unset: mail is captured in DATA_DIR/mail and leaves for nobody.';
    return { about, state: 'skipped', text };
  }
  const { host, hostname, username } = new URL(smtpUrl);
  try {
    const { encrypted } = await checkSmtp(smtpUrl);
    if (!encrypted && !isLoopback(hostname)) {
      const text = `${host} answers, but offers no encryption: whoever is between reads every mail.`;
      return { about, state: 'warning', text };
    }
    const how = encrypted ? ', encrypted, its certificate is good' : '';
    return {
      about,
      state: 'ok',
      text: `${host} answers${how}${username ? ', and signs us in' : ''}.`,
    };
  } catch (error) {
    const word = failureOf(error).code;
    return { about, state: 'fault', text: `${host} can't be used (${word}). No mail leaves.` };
  }
}

/** Finds the TXT records of a name; rejects like Node's resolver. */
export type ResolveTxt = (name: string) => Promise<string[][]>;

const patienceMs = 5_000;

/** `servers` instead of those of the system, as `address:port`. */
export function createResolver(servers?: readonly string[]): ResolveTxt {
  const resolver = new Resolver({ timeout: patienceMs, tries: 1 });
  if (servers) resolver.setServers(servers);
  return (name) => resolver.resolveTxt(name);
}

// DKIM has no list of its keys: these are the names that widespread mail servers give them.
const selectors = [
  ...['default', 'dkim', 'mail', 'smtp', 'k1', 'k2', 's1', 's2', 'selector1', 'selector2'],
  ...['google', 'fm1', 'mx', 'key1', 'mandrill', 'pm', 'resend', 'scph0123', 'mailjet', 'ovh'],
];

/**
 * Whether the domain of MAIL_FROM vouches for our mails. Envelope and From are the same domain always, so
 * that SPF and DKIM align by themselves (RFC 7489, 3.1); what is missing are the records.
 */
export async function lookAtDns(
  config: Pick<Config, 'smtpUrl' | 'mailFrom'>,
  resolveTxt: ResolveTxt,
  selector?: string,
): Promise<Finding[]> {
  const about = 'dns';
  const domain = config.mailFrom.address.split('@').at(-1)!;
  if (config.smtpUrl === null) {
    return [{ about, state: 'skipped', text: 'SMTP_URL is unset: no mail leaves.' }];
  }
  if (hasNobodysSender(config)) {
    const text = `MAIL_FROM is at ${domain}, which is nobody's: set an address at a domain of yours.`;
    return [{ about, state: 'fault', text }];
  }
  try {
    const [spf, dmarc, dkim] = await Promise.all([
      findRecord(resolveTxt, domain, /^v=spf1( |$)/i),
      findRecord(resolveTxt, `_dmarc.${domain}`, /^v=DMARC1/i),
      findDkim(resolveTxt, domain, selector ? [selector] : selectors),
    ]);
    return [judgeSpf(domain, spf), judgeDkim(domain, dkim, selector), judgeDmarc(domain, dmarc)];
  } catch (error) {
    const text = `DNS does not answer from here (${wordOf(error)}): SPF, DKIM and DMARC of ${domain} were not looked at.`;
    return [{ about, state: 'skipped', text }];
  }
}

const missing = new Set(['ENODATA', 'ENOTFOUND']);

async function findRecord(
  resolveTxt: ResolveTxt,
  name: string,
  pattern: RegExp,
): Promise<string[]> {
  try {
    const records = (await resolveTxt(name)).map((parts) => parts.join(''));
    return records.filter((record) => pattern.test(record));
  } catch (error) {
    if (missing.has(wordOf(error))) return [];
    throw error;
  }
}

async function findDkim(
  resolveTxt: ResolveTxt,
  domain: string,
  names: readonly string[],
): Promise<string | undefined> {
  const found = await Promise.all(
    names.map(async (name) => {
      // A key that was withdrawn has an empty p= (RFC 6376, 3.6.1).
      const records = await findRecord(
        resolveTxt,
        `${name}._domainkey.${domain}`,
        /p=[A-Za-z0-9+/]/,
      );
      return records.length > 0 ? name : undefined;
    }),
  );
  return found.find((name) => name !== undefined);
}

function judgeSpf(domain: string, records: readonly string[]): Finding {
  const about = 'dns';
  if (records.length === 0) {
    const text = `${domain} has no SPF record: many mail servers refuse or hide mails from it. Your mail provider says what it has to be.`;
    return { about, state: 'fault', text };
  }
  if (records.length > 1) {
    const text = `${domain} has ${records.length} SPF records, which counts as none (RFC 7208, 4.5): make them one.`;
    return { about, state: 'fault', text };
  }
  if (/[ ]\+?all( |$)/i.test(records[0]!)) {
    const text = `The SPF record of ${domain} lets everybody send for it (all without - or ~).`;
    return { about, state: 'warning', text };
  }
  const text = `${domain} has an SPF record: ${records[0]}. Whether it names your mail server, only a mail can tell.`;
  return { about, state: 'ok', text };
}

function judgeDkim(domain: string, found: string | undefined, asked: string | undefined): Finding {
  const about = 'dns';
  if (found !== undefined) {
    return { about, state: 'ok', text: `${domain} has a DKIM key, ${found}._domainkey.` };
  }
  return {
    ...{ about, state: asked ? 'fault' : 'warning' },
    text: asked
      ? `${domain} has no DKIM key ${asked}._domainkey.`
      : `${domain} has no DKIM key under a usual name. If your mail provider uses another, name it: --dkim-selector <name>.`,
  };
}

function judgeDmarc(domain: string, records: readonly string[]): Finding {
  const about = 'dns';
  const policy = /;\s*p\s*=\s*(\w+)/i.exec(records[0] ?? '')?.[1];
  if (records.length !== 1 || policy === undefined) {
    const text = `${domain} has no usable DMARC record at _dmarc.${domain}: large mailbox providers ask for one. Begin with "v=DMARC1; p=none; rua=mailto:…".`;
    return { about, state: 'warning', text };
  }
  return { about, state: 'ok', text: `${domain} has a DMARC record with the policy ${policy}.` };
}
