import { type Keyring, open } from '../crypto.ts';
import { openActContent } from '../db/decision-acts.ts';
import { openPerson } from '../db/discreet.ts';
import { openContent } from '../db/mails.ts';
import { handlesOf } from '../db/search.ts';
import type { ApplicationFacts, MailFacts } from '../db/verify.ts';
import type { DeskRule } from '../db/verify-desk.ts';
import { documentKinds } from '../domain/documents.ts';
import { foldEmailAddress, parseEmailAddress } from '../domain/email-address.ts';
import { createMasker } from '../domain/masking.ts';
import { isLegalStep, type Standing, standingAfter, standingOf } from '../domain/stages.ts';
import { tokenContext } from './open-private-page.ts';
import { openContactHandle } from './read-application.ts';

/** The invariants, by the words that begin a line of `feder verify`. */
export type Rule =
  | 'documents'
  | 'orphans'
  | 'keys'
  | 'stages'
  | 'tokens'
  | 'mails'
  | 'letters'
  | 'answers'
  | 'uploads'
  | 'search'
  | 'blind'
  | 'discreet'
  | DeskRule;

/** What is wrong, without any personal data. */
export type Finding = { rule: Rule; problem: string };

/** Judges one application by the invariants; an application that keeps them all has no finding. */
export function judgeApplication(facts: ApplicationFacts, keys: Keyring): Finding[] {
  const { wrapped } = facts;
  const key = wrapped && attempt(() => keys.unwrapKey(facts.id, wrapped));
  const rules: Record<Exclude<Rule, 'documents' | 'orphans' | 'uploads' | DeskRule>, string[]> = {
    keys: key ? judgeMaster(facts, keys) : [wrapped ? 'its key does not open' : 'has no key'],
    stages: judgeStages(facts),
    tokens: judgeTokens(facts, keys, key),
    mails: judgeMails(facts, key),
    letters: judgeLetters(facts, key),
    answers: judgeAnswers(facts, keys, key),
    search: judgeSearch(facts),
    blind: judgeBlindness(facts),
    discreet: judgeDiscretion(facts, key),
  };
  return Object.entries(rules).flatMap(([rule, problems]) =>
    problems.map((problem) => ({ rule: rule as Rule, problem })),
  );
}

/** A key under another master key than it says is lost when that one is put away. */
function judgeMaster({ id, wrapped, masterVersion }: ApplicationFacts, keys: Keyring): string[] {
  const version = keys.wrappedBy(id, wrapped!);
  return version === masterVersion
    ? []
    : [`its key says master key ${masterVersion}, but opens with ${version}`];
}

function judgeStages({ events, submittedAt, stageSince, ...row }: ApplicationFacts): string[] {
  if (row.stage === 'draft') {
    return [
      ...(submittedAt ? ['is a draft, but has a time of submission'] : []),
      ...(events.length > 0 ? [`is a draft, but has ${count(events.length, 'event')}`] : []),
    ];
  }
  if (!submittedAt) return ['is no draft, but was never submitted'];
  const submissions = events.filter(({ type }) => type === 'submitted');
  if (submissions.length !== 1) {
    return [`has ${count(submissions.length, 'event')} of its submission instead of one`];
  }
  const problems: string[] = [];
  const steps = events.filter(({ type }) => type === 'submitted' || type === 'stage-changed');
  let standing: string = 'draft';
  let before: string | null = null;
  const cameFrom = new Map<string, string | null>();
  for (const { id, type, fromValue, toValue } of steps) {
    const step = `event ${id} leads from ${fromValue} to ${toValue}`;
    if (fromValue !== standing) problems.push(`${step}, but it stood at ${standing}`);
    else if (fromValue === 'withdrawn' && toValue !== before) {
      problems.push(`${step}, but it was withdrawn from ${before}`);
    } else if (isRecalled(fromValue, toValue) && cameFrom.get(fromValue!) !== toValue) {
      problems.push(`${step}, but it was decided from ${cameFrom.get(fromValue!)}`);
    } else if (isMovedBack(fromValue, toValue) && cameFrom.get(fromValue!) !== toValue) {
      problems.push(`${step}, but it came from ${cameFrom.get(fromValue!)}`);
    } else if (!isLegalStep(fromValue as Standing, toValue as Standing)) {
      problems.push(`${step}, which is no legal step`);
    } else if ((fromValue === 'draft') !== (type === 'submitted')) {
      problems.push(`${step}, but is called ${type}`);
    }
    before = fromValue;
    if (fromValue !== 'withdrawn') cameFrom.set(String(toValue), fromValue);
    standing = String(toValue);
  }
  const now = row.decision === null ? row.stage : `${row.stage}:${row.decision}`;
  if (standing !== now) problems.push(`stands at ${now}, but its events lead to ${standing}`);
  if (problems.length > 0) return problems;
  if (submissions[0]!.at.getTime() !== submittedAt.getTime()) {
    problems.push('was submitted at another time than its event says');
  }
  if (steps.at(-1)!.at.getTime() !== stageSince.getTime()) {
    problems.push('stands there since another time than its last event says');
  }
  return problems;
}

/** A decision that was taken back leads to where it was made, one that was reversed to `review`. */
const isRecalled = (from: string | null, to: string | null): boolean =>
  Boolean(from?.startsWith('decided:')) && to !== 'withdrawn' && to !== 'review';

/** Nothing but an undone move leads back to `screening`. */
const isMovedBack = (from: string | null, to: string | null): boolean =>
  to === 'screening' && (from === 'review' || from === 'shortlist');

function judgeTokens(
  { id, stage, tokens }: ApplicationFacts,
  keys: Keyring,
  key: Buffer | null | undefined,
): string[] {
  const owed = stage === 'draft' ? (['draft'] as const) : (['private', 'receipt'] as const);
  return owed.flatMap((kind) => {
    const token = tokens.find((one) => one.kind === kind);
    if (!token) return [`has no ${kind} token`];
    if (!key) return [];
    const { sealed, tokenHash } = token;
    const secret = sealed && attempt(() => open(key, sealed, tokenContext(kind, id)).toString());
    if (secret == null) return [`its ${kind} token does not open`];
    const hash = keys.lookup(kind === 'receipt' ? 'receipt' : 'token', secret);
    return hash.equals(tokenHash) ? [] : [`its ${kind} token is not found by its hash`];
  });
}

// What a submission owes. A sent mail's job is deleted after some time.
const owedMails = [
  { template: 'receipt', thread: 'applicant' },
  { template: 'editorial-notification', thread: 'editors' },
] as const;

/** A mail of the reply clock is there at most once, and only when the application says so. */
function judgeClock({ mails, ...facts }: ApplicationFacts): string[] {
  const told = { 'reply-nudge': facts.replyNudgedAt, 'reply-lapse': facts.replyLapseToldAt };
  return Object.entries(told).flatMap(([template, at]) => {
    const there = mails.filter((one) => one.template === template).length;
    if (there > 1) return [`has ${there} mails "${template}" instead of one`];
    return there > 0 && at === null ? [`has a mail "${template}" that it does not know of`] : [];
  });
}

function judgeMails(facts: ApplicationFacts, key: Buffer | null | undefined): string[] {
  const { stage, mails } = facts;
  const owed = stage === 'draft' ? [] : owedMails;
  return [
    ...owed.flatMap(({ template, thread }) => {
      const there = mails.filter((one) => one.template === template && one.thread === thread);
      const mailsThere = count(there.length, 'mail');
      return there.length === 1
        ? []
        : [`has ${mailsThere} "${template}" in the ${thread} thread instead of one`];
    }),
    ...(stage === 'withdrawn' ? [] : mails)
      .filter((one) => one.template === 'withdrawal-notice' && one.sentAt === null)
      .map(({ id }) => `mail ${id} waits to tell of a withdrawal that was undone`),
    ...judgeClock(facts),
    ...mails.flatMap((mail) => [
      ...judgeJobs(mail).map((problem) => `mail ${mail.id} ${problem}`),
      ...(key && !attempt(() => openContent(key, mail)) ? [`mail ${mail.id} does not open`] : []),
    ]),
  ];
}

/** The act that stands is that of where the application stands, and its letter is there. */
function judgeLetters(facts: ApplicationFacts, key: Buffer | null | undefined): string[] {
  const { stage, acts, mails } = facts;
  const live = acts.find(({ state }) => state === 'live');
  // One that could not be delivered, and was dealt with, stays as it was when its act is superseded.
  const isOver = ({ dealtWithAt, jobs }: ApplicationFacts['mails'][number]): boolean =>
    dealtWithAt !== null && jobs.every((state) => state === 'parked');
  const held = mails.filter((mail) => mail.held && mail.id !== live?.mailId && !isOver(mail));
  const standing = stage === 'draft' ? stage : standingOf(facts);
  const isDecided = stage === 'decided';
  return [
    ...held.map(({ id }) => `mail ${id} is held, but is not the letter of what stands`),
    ...(isDecided && acts.length > 0 && !live ? ['is decided, but no act of it stands'] : []),
    ...(live && isDecided && standingAfter(live.act) !== standing
      ? [`stands at ${standing}, but its act is ${live.act}`]
      : []),
    ...(live && stage !== 'withdrawn' && live.act !== 'reopen' && !isDecided
      ? [`stands at ${standing}, but its act ${live.act} was not taken back`]
      : []),
    ...(live?.withLetter && !mails.some(({ id }) => id === live.mailId)
      ? [`the letter of its act ${live.id} has no mail`]
      : []),
    ...(key ? acts : [])
      .filter((act) => !attempt(() => openActContent(key!, act)))
      .map(({ id }) => `act ${id} does not open`),
  ];
}

function judgeJobs({ sentAt, jobs, withheld }: MailFacts): string[] {
  if (withheld) {
    return sentAt || jobs.length > 0 ? ['is withheld, but is sent or has a job'] : [];
  }
  const open = jobs.filter((state) => state !== 'done');
  if (jobs.length > 1) return [`has ${jobs.length} jobs instead of one`];
  if (sentAt) return open.length > 0 ? [`is sent, but its job is ${open[0]}`] : [];
  if (jobs.length === 0) return ['is not sent and has no job'];
  return open.length === 0 ? ['is not sent, but its job is done'] : [];
}

/** The list and its search have each submitted application as it is, and nothing else. */
function judgeSearch({ search, ...facts }: ApplicationFacts): string[] {
  // That is told as a fault of its stage.
  if ((facts.stage === 'draft') !== (facts.submittedAt === null)) return [];
  const isListed = facts.submittedAt !== null && facts.mergedInto === null;
  if (!search) return isListed ? ['is not found by any search'] : [];
  if (!isListed) return ['is found, but is not to be listed'];
  return [
    ...(search.handles === handlesOf(facts)
      ? []
      : ['is not found by parts of its names and address']),
    ...(search.mirrors ? [] : ['is found where it does not stand']),
    ...(search.dated ? [] : ['is not found by its reference and time']),
  ];
}

/** What reviewers of a blind call find and read does not tell who it is. */
function judgeBlindness({ blind, search, masked, ...facts }: ApplicationFacts): string[] {
  if (!blind) return [];
  const mask = createMasker(facts);
  const telling = masked.filter((text) => mask(text) !== text).length;
  return [
    ...(search && !search.masked ? ['is found by its name in a call that is reviewed blind'] : []),
    ...(telling > 0 ? [`has ${count(telling, 'masked text')} with a name or an address`] : []),
  ];
}

/** What a discreet application may not have in clear, and that what is sealed of it opens. */
function judgeDiscretion(facts: ApplicationFacts, key: Buffer | null | undefined): string[] {
  if (!facts.discreet) return [];
  const { plain, masked } = facts;
  return [
    ...(key && !attempt(() => openPerson(key, facts)) ? ['its answers do not open'] : []),
    ...(plain > 0 ? [`has ${count(plain, 'text')} in clear`] : []),
    ...(masked.length > 0 ? [`has ${count(masked.length, 'masked copy')} of its texts`] : []),
  ];
}

function judgeAnswers(
  facts: ApplicationFacts,
  keys: Keyring,
  key: Buffer | null | undefined,
): string[] {
  const handleOpens = !key || attempt(() => openContactHandle(key, facts)) !== undefined;
  const problems = handleOpens ? [] : ['its contact handle does not open'];
  if (facts.stage === 'draft') return problems;
  const opened = key ? (attempt(() => openPerson(key, facts)) ?? facts) : facts;
  // That it does not open is told as a fault of its discretion.
  if (opened.identitySealed) return problems;
  const email = parseEmailAddress(opened.email);
  const hash = email && keys.lookup('email', foldEmailAddress(email));
  if (opened.fullName === '') problems.push('has no name');
  if (!hash) problems.push('has no e-mail address that mail could go to');
  else if (!facts.emailHash?.equals(hash))
    problems.push('its e-mail hash is not that of its address');
  if (!facts.consentedAt) problems.push('has no consent');
  const lacking = documentKinds.filter(
    (kind) => facts.asked[kind] === 'required' && !facts.held.includes(kind),
  );
  return [...problems, ...lacking.map((kind) => `has no ${kind}, which its call requires`)];
}

const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Undefined when it throws: what does not open is a finding, not a fault. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
