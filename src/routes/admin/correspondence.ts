import type { Context } from 'hono';
import { canAsk } from '../../actions/ask-applicant.ts';
import type { ReadApplication, ReadCorrespondence } from '../../db/desk-reading.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { may } from '../../domain/permissions.ts';
import { isUndecided } from '../../domain/reply-clock.ts';
import { usualDueOn } from '../../domain/requests.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { ComposedMessage, DeskMessage } from '../../views/components/desk-messages.tsx';
import type { ComposedRequest } from '../../views/components/desk-requests.tsx';
import { isNewSince } from './notes.tsx';

/** What a page of an application shows of the correspondence. */
export type Correspondence = {
  composed?: Partial<ComposedMessage> | undefined;
  asked?: ComposedRequest | undefined;
  /** When the reader was here before, where this is a new visit. */
  visit?: { before: Date | undefined } | undefined;
};

/** What whoever writes to the applicant should know first; `refused`: their mail server takes nothing. */
export function sayMessageWarning(
  t: Translator,
  { stage, discreet }: ReadApplication,
  refused: boolean,
): string | undefined {
  if (stage === 'withdrawn') return t('admin.message.withdrawn');
  if (refused) return t('admin.message.refused');
  return discreet ? t('admin.message.discreet') : undefined;
}

/** The thread with an applicant, what it waits for, and the boxes for what comes next. */
export function showCorrespondence(
  { clock }: Pick<Deps, 'clock'>,
  c: Context<AppEnv>,
  {
    application,
    thread: { entries, states, requests },
    refused,
    timeZone,
  }: {
    application: ReadApplication;
    thread: ReadCorrespondence;
    refused: boolean;
    timeZone: string;
  },
  { composed, asked, visit }: Correspondence,
) {
  const { staff } = c.var;
  const t = translatorFor(c.var.language);
  const messages = entries.map((message): DeskMessage => {
    const isOut = message.direction === 'out';
    const author = message.authorName ?? t('event.someone');
    return {
      ...message,
      from: isOut
        ? t('admin.message.toApplicant', { name: author })
        : t('admin.message.fromApplicant'),
      state: states.get(message.id),
      fresh: !isOut && visit !== undefined && isNewSince(message.createdAt, visit),
      request: requests.find(({ messageId }) => messageId === message.id),
    };
  });
  // Whoever writes goes on in the language that was written in, or begins in their own.
  const language = entries.findLast((one) => one.direction === 'out')?.language;
  const blank = { body: '', language: language ?? staff.language, errors: [], sent: false };
  const mayWrite = may(staff.role, 'write-messages');
  // What was typed when it was merged stays to be copied.
  const isOpen = application.mergedInto === null;
  const blankRequest: ComposedRequest = {
    ...{ body: '', language: application.language, kinds: [], errors: [] },
    dueOn: usualDueOn({ now: clock.now(), timeZone }),
  };
  return {
    messages,
    composed: mayWrite && (isOpen || composed?.body) ? { ...blank, ...composed } : undefined,
    // Nothing is asked any more of whom was decided about.
    openRequest: isUndecided(application.stage)
      ? requests.find(({ state }) => state === 'open')
      : undefined,
    asked: mayWrite && (canAsk(application) || asked) ? (asked ?? blankRequest) : undefined,
    messageWarning:
      mayWrite && !application.hidden ? sayMessageWarning(t, application, refused) : undefined,
  };
}
