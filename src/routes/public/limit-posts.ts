import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { Trx } from '../../db/client.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { mailboxOf } from '../../domain/email-address.ts';
import type { FindCode } from '../../domain/receipt-code.ts';
import { AppError } from '../../errors.ts';
import { type Counting, type Limit, takeFromEach } from '../../rate-limit.ts';

type Needed = Pick<Deps, 'db' | 'clock' | 'config'>;

const hour = 3600;
const day = 24 * hour;
// Newsrooms and whole towns sit behind one address: what is counted by it leaves room for many people
// and none for a flood. The strict limits are those of a draft and of a mailbox.
const postsPerAddress: Limit = { bucket: 'public-post', limit: 600, windowSeconds: hour };
// What was typed is given back although the form was refused: more often than a person needs it.
const echoesPerAddress: Limit = { bucket: 'public-echo', limit: 60, windowSeconds: hour };
// Two a minute, all the time, is more than a person does.
const postsPerDraft: Limit = { bucket: 'draft-post', limit: 120, windowSeconds: hour };
// A page that saves by itself does so every few seconds while somebody types.
const typingPerDraft: Limit = { bucket: 'draft-typing', limit: 1200, windowSeconds: hour };
const typingPerAddress: Limit = { bucket: 'public-typing', limit: 6000, windowSeconds: hour };
// Enough for every device that somebody has, and no flood for a mailbox that is not theirs.
const linkMailsPerDraft: Limit = { bucket: 'draft-link', limit: 5, windowSeconds: day };
const linkMailsPerMailbox: Limit = { bucket: 'draft-link-mailbox', limit: 5, windowSeconds: day };
// Nobody should find a mailbox full of receipts; but applying is never refused for its mailbox, since
// that would tell that it has applied, and anybody could use it up.
const receiptsPerMailbox: Limit = { bucket: 'mailbox-receipt', limit: 5, windowSeconds: day };
const withdrawalMailsPerMailbox: Limit = {
  bucket: 'mailbox-withdrawal',
  limit: 5,
  windowSeconds: day,
};
// A conversation, not a flood; a person who thinks better of it, not a mailbox full of confirmations.
const messagesPerApplication: Limit = { bucket: 'message', limit: 10, windowSeconds: hour };
// A few tries at an address that works, and no way to write to many mailboxes.
const addressesPerApplication: Limit = { bucket: 'address', limit: 5, windowSeconds: day };
const addressesPerMailbox: Limit = { bucket: 'address-mailbox', limit: 5, windowSeconds: day };
const withdrawalsPerApplication: Limit = { bucket: 'withdraw', limit: 10, windowSeconds: day };
// All count right pairs and wrong ones alike. A code has 80 random bits, so that nobody's guesses have to be
// kept from others' addresses: whoever knows a mailbox could keep its owner out. A reference sends mail.
const searchesPerAddress: Limit = { bucket: 'find-address', limit: 60, windowSeconds: hour };
const codesPerMailbox: Limit = { bucket: 'find-code', limit: 6, windowSeconds: hour };
const linksPerMailbox: Limit = { bucket: 'find-mailbox', limit: 6, windowSeconds: hour };

/** Counts one use; throws `too-many-requests`. */
export async function take(deps: Needed, rule: Limit, subject: string): Promise<void> {
  const retryAfter = await takeFromEach(deps, [{ rule, subject }]);
  if (retryAfter > 0) throw new AppError('too-many-requests', { retryAfter });
}

/** Whom limits by address are applied to. */
export const addressOf = ({ config }: Needed, c: Context<AppEnv>): string =>
  clientSubject(clientAddress(c, config.trustProxy));

/** Slows down a flood of forms from one address; 429 with the time to wait. */
export function limitPosts(deps: Needed): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method === 'POST') await take(deps, postsPerAddress, addressOf(deps, c));
    await next();
  });
}

/** Counts reading what was typed in a refused form; the seconds to wait, 0 when it may be read. */
export async function countEcho(deps: Needed, c: Context<AppEnv>): Promise<number> {
  return await takeFromEach(deps, [{ rule: echoesPerAddress, subject: addressOf(deps, c) }]);
}

/** Counts a change of a draft against that draft; throws `too-many-requests`. */
export async function countDraftPost(deps: Needed, applicationId: string): Promise<void> {
  await take(deps, postsPerDraft, applicationId);
}

/** Counts a message of an applicant; the seconds to wait, 0 when it may be sent. */
export async function countMessage(deps: Needed, applicationId: string): Promise<number> {
  return await takeFromEach(deps, [{ rule: messagesPerApplication, subject: applicationId }]);
}

/** Counts a corrected address against its application and its mailbox; the seconds to wait. */
export async function countAddress(
  deps: Needed,
  applicationId: string,
  address: string,
): Promise<number> {
  return await takeFromEach(deps, [
    { rule: addressesPerApplication, subject: applicationId },
    { rule: addressesPerMailbox, subject: mailboxOf(address) },
  ]);
}

/** Counts a withdrawal; throws `too-many-requests`. */
export async function countWithdrawal(deps: Needed, applicationId: string): Promise<void> {
  await take(deps, withdrawalsPerApplication, applicationId);
}

/** Counts a search for a lost page; the seconds to wait, 0 when it may be tried. */
export async function countSearch(
  deps: Needed,
  c: Context<AppEnv>,
  { by, email }: { by: FindCode['kind']; email: string },
): Promise<number> {
  const [address, mailbox] = [addressOf(deps, c), mailboxOf(email)];
  return await takeFromEach(deps, [
    { rule: searchesPerAddress, subject: address },
    by === 'receipt'
      ? { rule: codesPerMailbox, subject: `${address} ${mailbox}` }
      : { rule: linksPerMailbox, subject: mailbox },
  ]);
}

/** Counts what a page saves by itself against its draft and its address; throws `too-many-requests`. */
export async function countTyping(
  deps: Needed,
  c: Context<AppEnv>,
  applicationId: string,
): Promise<void> {
  await take(deps, typingPerAddress, addressOf(deps, c));
  await take(deps, typingPerDraft, applicationId);
}

/**
 * Counts a mail with a draft's link: `retryAfter` are the seconds until the draft may have another one
 * mailed, `withheld` says that its mailbox has had enough of them, from whatever drafts.
 */
export async function countLinkMail(
  deps: Needed,
  applicationId: string,
  address: string,
): Promise<{ retryAfter: number; withheld: boolean }> {
  const retryAfter = await takeFromEach(deps, [
    { rule: linkMailsPerDraft, subject: applicationId },
  ]);
  const withheld = retryAfter === 0 && (await isWithheld(deps, linkMailsPerMailbox, address));
  return { retryAfter, withheld };
}

/** True when a mailbox has had enough mails of a kind for the day; counts one more. */
async function isWithheld(deps: Counting, rule: Limit, email: string): Promise<boolean> {
  return (await takeFromEach(deps, [{ rule, subject: mailboxOf(email) }])) > 0;
}

/** Counts the confirmation of a withdrawal against its mailbox; true when it must not leave. */
export async function countWithdrawalMail(deps: Needed, email: string): Promise<boolean> {
  return await isWithheld(deps, withdrawalMailsPerMailbox, email);
}

/**
 * Counts the receipt of a submission against its mailbox; true when it must not leave. In the transaction that
 * submits: of presses in the same moment, in however many instances, one submits, and one that fails counts nothing.
 */
export const countReceipt =
  (deps: Needed) =>
  async (trx: Trx, email: string): Promise<boolean> =>
    await isWithheld({ ...deps, db: trx }, receiptsPerMailbox, email);
