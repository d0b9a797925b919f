import { setTimeout as delay } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../../deps.ts';
import { type Fields, isFormField } from '../../domain/application-form.ts';
import { ErrorPage } from '../../views/pages/error.tsx';
import { leadsToForm, RetryPage, type RetryReason } from '../../views/pages/retry.tsx';
import { frameFor } from '../frame.ts';
import { codeOf } from '../handle-error.tsx';
import { readMultipart } from '../multipart.ts';
import { sendPage } from '../respond.tsx';
import { rememberSite } from '../site.ts';
import { speak } from './form-page.tsx';
import { countEcho } from './limit-posts.ts';
import { createPlaces } from './places.ts';

/** How long and how far a body that nobody wants any more is read for what was typed. */
const patience = { ms: 10_000, maxBytes: 32 * 1024 * 1024 };
/** A body that is too large is told so at once: its fields come first and are there already. */
const tooLargeMs = 250;
/** Reading what was refused is a favour: nobody can make the process do much of it at once. */
const favours = { inAll: 8, perAddress: 4 };
const retryAfter = 30;
/** Characters that a page carries. Three pasted texts of the greatest length are hardly more. */
const carriedLength = 256 * 1024;

/** Why what was typed is not given back. */
type Refused = { code: 'busy' | 'too-many-requests'; status: 429 | 503; retryAfter: number };

function reasonFor(c: Context<AppEnv>): RetryReason | undefined {
  const code = codeOf(c.error);
  switch (code) {
    case 'unavailable':
    case 'busy':
    case 'internal':
    case 'too-many-requests':
    case 'flooded':
    case 'too-large':
    case 'too-slow':
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

async function readTyped(c: Context<AppEnv>, ms: number): Promise<Fields> {
  const reading = readMultipart(c, {
    maxBytes: patience.maxBytes,
    readAnyway: true,
    maxFiles: Number.POSITIVE_INFINITY,
    onFile: async () => {},
  });
  await Promise.race([reading.catch(() => {}), delay(ms, undefined, { ref: false })]);
  return c.var.typed ?? new Map();
}

type Carried = { fields: { name: string; value: string }[]; isCut: boolean };

/** What a page carries of the fields: where that is not all, the longest lose their ends. */
function carryFields(typed: Fields, reason: RetryReason): Carried {
  // Another site may have put in a draft of its own, to read what our reader would add to it.
  const ownDraft = reason !== 'draft-gone' && reason !== 'foreign-origin';
  const left = ['intent', 'remove', ...(ownDraft ? [] : ['draft'])];
  const fields = [...typed]
    .filter(([name]) => isFormField(name) && !left.includes(name))
    .flatMap(([name, values]) => values.map((value) => ({ name, value })));
  let room = carriedLength;
  let isCut = false;
  for (const field of fields.toSorted((a, b) => a.value.length - b.value.length)) {
    if (field.value.length > room) {
      isCut = true;
      // Not through the middle of a character.
      field.value = field.value.slice(0, room).replace(/[\ud800-\udbff]$/, '');
    }
    room -= field.value.length;
  }
  return { fields, isCut };
}

/** An answer without the files that were chosen for it is not sent again before it was looked at. */
const leadsBack = (path: string, reason: RetryReason): boolean =>
  leadsToForm(reason) || path.endsWith('/request');

function buttonFor(
  typed: Fields,
  { path, reason }: { path: string; reason: RetryReason },
): { name: string; value: string } {
  if (leadsBack(path, reason)) return { name: 'intent', value: 'save' };
  const removed = reason === 'draft-gone' ? undefined : typed.get('remove')?.[0];
  if (removed !== undefined) return { name: 'remove', value: removed.slice(0, 100) };
  return { name: 'intent', value: typed.get('intent')?.[0]?.slice(0, 100) ?? 'check' };
}

/**
 * Answers a form that could not be stored with a page that carries what was typed, also when the
 * database has been away since before the body was read. Reading a body that was refused is counted
 * by address, and few are read at once: beyond that the page is short.
 */
export function keepTyped(
  deps: Pick<Deps, 'assets' | 'siteName' | 'db' | 'clock' | 'config'>,
): MiddlewareHandler<AppEnv> {
  const readSite = rememberSite(deps);
  const places = createPlaces(deps, favours);

  const readRefused = async (
    c: Context<AppEnv>,
    reason: RetryReason,
  ): Promise<Fields | Refused> => {
    const leave = places.take(c);
    if (!leave) return { code: 'busy', status: 503, retryAfter };
    try {
      // A database that is away counts nothing; the places hold all the same.
      const wait = reason === 'unavailable' ? 0 : await countEcho(deps, c).catch(() => 0);
      if (wait > 0) return { code: 'too-many-requests', status: 429, retryAfter: wait };
      return await readTyped(c, reason === 'too-large' ? tooLargeMs : patience.ms);
    } finally {
      leave();
    }
  };

  const answerShort = async (c: Context<AppEnv>, refused: Refused): Promise<Response> => {
    const t = speak(c);
    const status = c.res.status;
    // What says already when to come again stays as it is.
    const stays = status === 429 || status >= 500;
    if (!stays) c.header('Retry-After', String(refused.retryAfter));
    const code = stays ? codeOf(c.error)! : refused.code;
    const { name } = await readSite(code);
    const frame = frameFor(deps, t, name);
    const page = <ErrorPage frame={frame} code={code} note={t('retry.notKept')} />;
    return await sendPage(c, page, stays ? (status as 503) : refused.status);
  };

  return createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const reason = c.req.method === 'POST' ? reasonFor(c) : undefined;
    if (!reason) return;
    const typed = c.var.typed ?? (await readRefused(c, reason));
    if ('code' in typed) {
      c.res = await answerShort(c, typed);
      return;
    }
    if (typed.size === 0) return;
    const { name } = await readSite(codeOf(c.error));
    const page = (
      <RetryPage
        frame={frameFor(deps, speak(c), name)}
        reason={reason}
        action={c.req.path}
        {...carryFields(typed, reason)}
        button={buttonFor(typed, { path: c.req.path, reason })}
        leadsBack={leadsBack(c.req.path, reason)}
      />
    );
    c.res = await sendPage(c, page, c.res.status as 503);
  });
}
