import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { Application } from '../../db/applications.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { mailboxOf } from '../../domain/email-address.ts';
import { AppError } from '../../errors.ts';
import { type Limit, returnToEach, secondsToWait, takeFromEach } from '../../rate-limit.ts';

type Needed = Pick<Deps, 'db' | 'clock' | 'config'>;

const hour = 3600;
const day = 24 * hour;
// Newsrooms and whole towns sit behind one address: what is counted by it leaves room for many people
// and none for a flood. The strict limits are those of a draft and of a mailbox.
const postsPerAddress: Limit = { bucket: 'public-post', limit: 600, windowSeconds: hour };
const draftsPerAddress: Limit = { bucket: 'public-draft', limit: 60, windowSeconds: hour };
// Two a minute, all the time, is more than a person does.
const postsPerDraft: Limit = { bucket: 'draft-post', limit: 120, windowSeconds: hour };
// A page that saves by itself does so every few seconds while somebody types.
const typingPerDraft: Limit = { bucket: 'draft-typing', limit: 1200, windowSeconds: hour };
const typingPerAddress: Limit = { bucket: 'public-typing', limit: 6000, windowSeconds: hour };
// Enough for every device that somebody has, and no flood for a mailbox that is not theirs.
const linkMailsPerDraft: Limit = { bucket: 'draft-link', limit: 5, windowSeconds: day };
const linkMailsPerMailbox: Limit = { bucket: 'draft-link-mailbox', limit: 5, windowSeconds: day };
// Somebody may correct a mistake by applying anew; nobody should find a mailbox full of receipts.
const submissionsPerMailbox: Limit = { bucket: 'mailbox', limit: 5, windowSeconds: day };
// A conversation, not a flood; a person who thinks better of it, not a mailbox full of confirmations.
const messagesPerApplication: Limit = { bucket: 'message', limit: 10, windowSeconds: hour };
// A few tries at an address that works, and no way to write to many mailboxes.
const addressesPerApplication: Limit = { bucket: 'address', limit: 5, windowSeconds: day };
const addressesPerMailbox: Limit = { bucket: 'address-mailbox', limit: 5, windowSeconds: day };
const withdrawalsPerApplication: Limit = { bucket: 'withdraw', limit: 10, windowSeconds: day };
// Both count right pairs and wrong ones alike. A code has 80 random bits: these keep mailboxes quiet.
const searchesPerAddress: Limit = { bucket: 'find-address', limit: 60, windowSeconds: hour };
const searchesPerMailbox: Limit = { bucket: 'find-mailbox', limit: 6, windowSeconds: hour };
const countedOnce: Limit = { bucket: 'draft-submit', limit: 1, windowSeconds: day };

async function take(deps: Needed, rule: Limit, subject: string): Promise<void> {
  const retryAfter = await takeFromEach(deps, [{ rule, subject }]);
  if (retryAfter > 0) throw new AppError('too-many-requests', { retryAfter });
}

const addressOf = ({ config }: Needed, c: Context<AppEnv>): string =>
  clientSubject(clientAddress(c, config.trustProxy));

/** Slows down a flood of forms from one address; 429 with the time to wait. */
export function limitPosts(deps: Needed): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method === 'POST') await take(deps, postsPerAddress, addressOf(deps, c));
    await next();
  });
}

/** Counts a new draft against the address it comes from; throws `too-many-requests`. */
export async function countNewDraft(deps: Needed, c: Context<AppEnv>): Promise<void> {
  await take(deps, draftsPerAddress, addressOf(deps, c));
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
  email: string,
): Promise<number> {
  return await takeFromEach(deps, [
    { rule: searchesPerAddress, subject: addressOf(deps, c) },
    { rule: searchesPerMailbox, subject: mailboxOf(email) },
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

/** Counts a mail with a draft's link against the draft and the mailbox; the seconds to wait. */
export async function countLinkMail(
  deps: Needed,
  applicationId: string,
  address: string,
): Promise<number> {
  return await takeFromEach(deps, [
    { rule: linkMailsPerDraft, subject: applicationId },
    { rule: linkMailsPerMailbox, subject: mailboxOf(address) },
  ]);
}

type Submission = Pick<Application, 'id' | 'callId' | 'email' | 'stage'>;

/**
 * Counts a submission against the mailbox it names, per call; a draft counts once, however often its
 * button is pressed. `retryAfter` is in seconds, 0 when it is allowed; `giveBack` is for one that failed.
 */
export async function countSubmission(
  deps: Needed,
  { id, callId, email, stage }: Submission,
): Promise<{ retryAfter: number; giveBack(): Promise<void> }> {
  const nothing = async (): Promise<void> => {};
  // Pressing the button of what was submitted shows its receipt.
  if (stage !== 'draft') return { retryAfter: 0, giveBack: nothing };
  const draft = { rule: countedOnce, subject: id };
  const mailbox = { rule: submissionsPerMailbox, subject: `${callId} ${mailboxOf(email)}` };
  if ((await takeFromEach(deps, [draft])) > 0) {
    // Of two presses at once the second may pass where the first one is the sixth: one more in a day.
    return { retryAfter: await secondsToWait(deps, mailbox), giveBack: nothing };
  }
  const retryAfter = await takeFromEach(deps, [mailbox]);
  if (retryAfter === 0) {
    return { retryAfter, giveBack: () => returnToEach(deps, [mailbox, draft]) };
  }
  await returnToEach(deps, [draft]);
  return { retryAfter, giveBack: nothing };
}
