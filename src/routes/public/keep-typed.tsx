import { setTimeout as delay } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Fields } from '../../domain/application-form.ts';
import { RetryPage, type RetryReason } from '../../views/pages/retry.tsx';
import { frameFor } from '../frame.ts';
import { codeOf } from '../handle-error.tsx';
import { readMultipart } from '../multipart.ts';
import { sendPage } from '../respond.tsx';
import { speak } from './form-page.tsx';

/** How long a body that nobody wants any more is read for what was typed, in milliseconds. */
const patienceMs = 10_000;
/** A body that is too large is told so at once: its fields come first and are there already. */
const shortPatienceMs = 250;

function reasonFor(c: Context<AppEnv>): RetryReason | undefined {
  const code = codeOf(c.error);
  switch (code) {
    case 'unavailable':
    case 'internal':
    case 'too-many-requests':
    case 'too-large':
      return code;
    case 'gone':
    case 'not-found':
      // Before the body was read it is the call that does not exist, afterwards the draft.
      return c.var.typed ? 'draft-gone' : undefined;
    default:
      return undefined;
  }
}

async function readTyped(c: Context<AppEnv>, waitMs: number): Promise<Fields> {
  const reading = readMultipart(c, {
    maxBytes: Number.POSITIVE_INFINITY,
    maxFiles: Number.POSITIVE_INFINITY,
    onFile: async () => {},
  });
  await Promise.race([reading.catch(() => {}), delay(waitMs, undefined, { ref: false })]);
  return c.var.typed ?? new Map();
}

function listFields(typed: Fields, reason: RetryReason): { name: string; value: string }[] {
  const left = ['intent', 'remove', ...(reason === 'draft-gone' ? ['draft'] : [])];
  return [...typed]
    .filter(([name]) => !left.includes(name))
    .flatMap(([name, values]) => values.map((value) => ({ name, value })));
}

function buttonFor(typed: Fields, reason: RetryReason): { name: string; value: string } {
  if (reason === 'too-large') return { name: 'intent', value: 'save' };
  const removed = reason === 'draft-gone' ? undefined : typed.get('remove')?.[0];
  if (removed !== undefined) return { name: 'remove', value: removed };
  return { name: 'intent', value: typed.get('intent')?.[0] ?? 'check' };
}

/**
 * Answers a form that could not be stored with a page that carries everything typed, also when the
 * database has been away since before the body was read.
 */
export function keepTyped(deps: Pick<Deps, 'assets'>): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const reason = c.req.method === 'POST' ? reasonFor(c) : undefined;
    if (!reason) return;
    const waitMs = reason === 'too-large' ? shortPatienceMs : patienceMs;
    const typed = c.var.typed ?? (await readTyped(c, waitMs));
    if (typed.size === 0) return;
    const page = (
      <RetryPage
        frame={frameFor(deps, speak(c))}
        reason={reason}
        action={c.req.path}
        fields={listFields(typed, reason)}
        button={buttonFor(typed, reason)}
      />
    );
    c.res = await sendPage(c, page, c.res.status as 503);
  });
}
