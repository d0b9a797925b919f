import { chmod, mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import type { Logger } from 'pino';
import type { Config, Mailbox } from '../config.ts';
import { JobFailure } from '../db/jobs.ts';
import type { Refusal } from '../db/mail-outcome.ts';
import { isLoopback } from '../loopback.ts';
import { capturedFile, removeCaptured } from './captured.ts';
import { failureOf, listRefusals, SendFailure } from './smtp-failure.ts';

/** A mail ready to leave. Addresses are validated, and no text holds a line break but the two bodies. */
export type OutgoingMail = {
  /** The mail's id; a captured mail is `<id>.eml`. */
  id: string;
  messageId: string;
  inReplyTo: string | null;
  references: string[];
  /** When it was written, whenever it leaves. */
  date: Date;
  from: Mailbox;
  to: Mailbox[];
  replyTo: Mailbox | null;
  subject: string;
  text: string;
  html: string;
  /** False for what a person wrote (RFC 3834, 5). */
  automatic: boolean;
};

export type Transport = {
  /** `captured`: nothing leaves the machine. */
  kind: 'smtp' | 'captured';
  /**
   * Resolves when the mail has left for somebody and nobody else can still be reached: `refusals` are
   * those who never will. Else throws a JobFailure, a SendFailure when it knows of refusals.
   */
  send(mail: OutgoingMail, signal?: AbortSignal): Promise<{ refusals: Refusal[] }>;
  /** Takes back what `send` left here of a mail that was erased meanwhile. */
  forget(mailId: string): Promise<void>;
  close(): void;
};

/** Milliseconds. */
export type SmtpTimeouts = {
  connect: number;
  greeting: number;
  /** Silence in the middle of a conversation. */
  silence: number;
  /** The whole of it, for servers that trickle. */
  send: number;
};

/** How long a mail server may take. */
export const patience: SmtpTimeouts = {
  connect: 10_000,
  greeting: 10_000,
  silence: 30_000,
  send: 120_000,
};

/** SMTP when `smtpUrl` is set, else files in `<dataDir>/mail`. Connects with the first mail. */
export function createTransport(
  config: Pick<Config, 'smtpUrl' | 'dataDir'>,
  log: Logger,
  timeouts: SmtpTimeouts = patience,
): Transport {
  return config.smtpUrl === null
    ? createCapture(config.dataDir)
    : createSmtp(config.smtpUrl, log, timeouts);
}

/** How every conversation with the mail server of `SMTP_URL` is held: its certificate has to be good. */
export function smtpOptions(smtpUrl: string, timeouts: SmtpTimeouts) {
  const url = new URL(smtpUrl);
  const user = decodeURIComponent(url.username);
  return {
    // Spelled out: given the URL, nodemailer would let its query switch the checks below off.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    secure: url.protocol === 'smtps:',
    ...(url.port && { port: Number(url.port) }),
    ...(user && { auth: { user, pass: decodeURIComponent(url.password) } }),
    // A password never travels in clear but within this machine.
    requireTLS: user !== '' && !isLoopback(url.hostname),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    connectionTimeout: timeouts.connect,
    dnsTimeout: timeouts.connect,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.silence,
  } as const;
}

function createSmtp(smtpUrl: string, log: Logger, timeouts: SmtpTimeouts): Transport {
  const pool = nodemailer.createTransport({
    pool: true,
    ...smtpOptions(smtpUrl, timeouts),
    maxConnections: 3,
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Of a mail to several, who has it already: so that a retry for the others does not repeat it.
  const accepted = new Map<string, Set<string>>();

  return {
    kind: 'smtp',
    async send(mail, signal) {
      const has = accepted.get(mail.id) ?? new Set();
      const waiting = mail.to.map(({ address }) => address).filter((address) => !has.has(address));
      if (waiting.length === 0) return { refusals: [] };
      const tell = (failures: JobFailure[]): void => {
        const codes = failures.map((failure) => failure.code);
        log.error({ mailId: mail.id, codes }, 'a mail was refused for some of its recipients');
      };
      const limit = AbortSignal.timeout(timeouts.send);
      try {
        const sent = await pool.sendMail({
          ...messageOf(mail),
          envelope: { from: mail.from.address, to: waiting },
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
        });
        const failures = (sent.rejectedErrors ?? []).map(failureOf);
        if (failures.length > 0) tell(failures);
        const refusals = listRefusals(sent);
        const deferred = failures.find((failure) => !failure.permanent);
        if (deferred) {
          for (const address of sent.accepted ?? []) has.add(address);
          accepted.set(mail.id, has);
          throw new SendFailure(deferred, refusals);
        }
        accepted.delete(mail.id);
        return { refusals };
      } catch (error) {
        if (error instanceof JobFailure) throw error;
        const failure = failureOf(error);
        const refusals = listRefusals(error, waiting);
        if (!failure.permanent || has.size === 0) throw new SendFailure(failure, refusals);
        // Those who took it at an earlier try have it: the mail has left.
        tell([failure]);
        accepted.delete(mail.id);
        return { refusals };
      }
    },
    async forget() {},
    close: () => pool.close(),
  };
}

function createCapture(dataDir: string): Transport {
  const dir = path.join(dataDir, 'mail');
  const composer = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const makeDir = async (): Promise<void> => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await chmod(dir, 0o700);
  };
  let made: Promise<void> | undefined;
  const write = async (id: string, message: Buffer): Promise<void> => {
    made ??= makeDir();
    await made;
    const unfinished = path.join(dir, `.${id}.part`);
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(message);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, capturedFile(dataDir, id));
  };
  return {
    kind: 'captured',
    async send(mail) {
      const { message } = await composer.sendMail(messageOf(mail));
      try {
        await write(mail.id, message as Buffer);
      } catch (error) {
        // Somebody may have cleared the folder away: the next try makes it anew.
        made = undefined;
        throw error;
      }
      return { refusals: [] };
    },
    forget: (mailId) => removeCaptured(dataDir, [mailId]),
    close() {},
  };
}

function messageOf(mail: OutgoingMail): SendMailOptions {
  return {
    from: mail.from,
    to: mail.to,
    ...(mail.replyTo && { replyTo: mail.replyTo }),
    subject: mail.subject,
    date: mail.date,
    messageId: mail.messageId,
    ...(mail.inReplyTo && { inReplyTo: mail.inReplyTo, references: mail.references }),
    ...(mail.automatic && { headers: { 'Auto-Submitted': 'auto-generated' } }),
    text: mail.text,
    html: mail.html,
  };
}
