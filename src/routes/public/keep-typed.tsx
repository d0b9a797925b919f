import { setTimeout as delay } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Fields } from '../../domain/application-form.ts';
import { leadsToForm, RetryPage, type RetryReason } from '../../views/pages/retry.tsx';
import { frameFor } from '../frame.ts';
import { codeOf } from '../handle-error.tsx';
import { readMultipart } from '../multipart.ts';
import { sendPage } from '../respond.tsx';
import { rememberSite } from '../site.ts';
import { speak } from './form-page.tsx';

type Patience = { ms: number; maxBytes: number };

/** How long and how far a body that nobody wants any more is read for what was typed. */
const patience: Patience = { ms: 10_000, maxBytes: 32 * 1024 * 1024 };
/** So many bodies at once are read with patience; of the others the beginning, where the fields are. */
const patientReads = 20;
const shortPatience: Patience = { ms: 1_000, maxBytes: 256 * 1024 };
/** A body that is too large is told so at once: its fields come first and are there already. */
const tooLargePatience: Patience = { ms: 250, maxBytes: patience.maxBytes };

function reasonFor(c: Context<AppEnv>): RetryReason | undefined {
  const code = codeOf(c.error);
  switch (code) {
    case 'unavailable':
    case 'busy':
    case 'internal':
    case 'too-many-requests':
    case 'too-large':
    case 'foreign-origin':
    case 'late-draft':
      return code;
    case 'gone':
    case 'not-found':
      // Before the body was read it is the call that does not exist, afterwards the draft.
      return c.var.typed && c.req.path.endsWith('/apply') ? 'draft-gone' : undefined;
    default:
      return undefined;
  }
}

async function readTyped(c: Context<AppEnv>, { ms, maxBytes }: Patience): Promise<Fields> {
  const reading = readMultipart(c, {
    maxBytes,
    readAnyway: true,
    maxFiles: Number.POSITIVE_INFINITY,
    onFile: async () => {},
  });
  await Promise.race([reading.catch(() => {}), delay(ms, undefined, { ref: false })]);
  return c.var.typed ?? new Map();
}

function listFields(typed: Fields, reason: RetryReason): { name: string; value: string }[] {
  // Another site may have put in a draft of its own, to read what our reader would add to it.
  const ownDraft = reason !== 'draft-gone' && reason !== 'foreign-origin';
  const left = ['intent', 'remove', ...(ownDraft ? [] : ['draft'])];
  return [...typed]
    .filter(([name]) => !left.includes(name))
    .flatMap(([name, values]) => values.map((value) => ({ name, value })));
}

function buttonFor(typed: Fields, reason: RetryReason): { name: string; value: string } {
  if (leadsToForm(reason)) return { name: 'intent', value: 'save' };
  const removed = reason === 'draft-gone' ? undefined : typed.get('remove')?.[0];
  if (removed !== undefined) return { name: 'remove', value: removed };
  return { name: 'intent', value: typed.get('intent')?.[0] ?? 'check' };
}

/**
 * Answers a form that could not be stored with a page that carries everything typed, also when the
 * database has been away since before the body was read.
 */
export function keepTyped(
  deps: Pick<Deps, 'db' | 'assets' | 'siteName'>,
): MiddlewareHandler<AppEnv> {
  const readSite = rememberSite(deps);
  let reads = 0;
  const readBounded = async (c: Context<AppEnv>, reason: RetryReason): Promise<Fields> => {
    if (reason === 'too-large') return await readTyped(c, tooLargePatience);
    if (reads >= patientReads) return await readTyped(c, shortPatience);
    reads += 1;
    try {
      return await readTyped(c, patience);
    } finally {
      reads -= 1;
    }
  };
  return createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const reason = c.req.method === 'POST' ? reasonFor(c) : undefined;
    if (!reason) return;
    const typed = c.var.typed ?? (await readBounded(c, reason));
    if (typed.size === 0) return;
    const { name } = await readSite(codeOf(c.error));
    const page = (
      <RetryPage
        frame={frameFor(deps, speak(c), name)}
        reason={reason}
        action={c.req.path}
        fields={listFields(typed, reason)}
        button={buttonFor(typed, reason)}
      />
    );
    c.res = await sendPage(c, page, c.res.status as 503);
  });
}
