import { zValidator } from '@hono/zod-validator';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { z } from 'zod';
import type { AppEnv } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { type MessageKey, negotiateLanguage, type Translator } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';

/**
 * For a form with a message: many times as much as the longest one takes, percent-encoded, so that one that
 * is too long comes back with what is wrong instead of getting lost.
 */
export const messageBody = bodyLimit({
  maxSize: 2 * 1024 * 1024,
  onError: () => {
    throw new AppError('too-large');
  },
});

/** The language of staff pages that are open to all: the browser's. */
export const speakBrowserLanguage = createMiddleware<AppEnv>(async (c, next) => {
  c.set('language', negotiateLanguage(c.req.header('accept-language')));
  await next();
});

/** A schema's message: a key of the catalogue, checked where it is written. */
export const say = (key: MessageKey): MessageKey => key;

type Refused = { error: Pick<z.core.$ZodError, 'issues'>; form: unknown };

/** Reads a form by its schema; `refuse` answers what does not fit, with what was typed. */
export function readForm<Schema extends z.ZodType>(
  schema: Schema,
  refuse: (c: Context<AppEnv>, refused: Refused) => Response | Promise<Response>,
) {
  return zValidator('form', schema, (result, c) => {
    if (result.success) return;
    // The validator knows no environment; these routers have only one.
    return refuse(c as unknown as Context<AppEnv>, { error: result.error, form: result.data });
  });
}

/** The first message of each field of a form that did not fit its schema, all of them made by `say`. */
export function fieldErrors(
  t: Translator,
  error: Pick<z.core.$ZodError, 'issues'>,
  values: Record<string, number> = {},
): FieldError[] {
  const errors = new Map<string, FieldError>();
  for (const { path, message } of error.issues) {
    const field = String(path[0]);
    if (!errors.has(field)) errors.set(field, { field, message: t(message as MessageKey, values) });
  }
  return [...errors.values()];
}

/** A field as it was typed, for showing it again; fields sent twice or as files are no text. */
export function typed(form: unknown, field: string): string {
  const value = (form as Record<string, unknown> | undefined)?.[field];
  return typeof value === 'string' ? value : '';
}

/** Tells when another try makes sense (RFC 9110, 10.2.3). */
export function setRetryAfter(c: Context<AppEnv>, seconds: number): { minutes: number } {
  c.header('Retry-After', String(seconds));
  return { minutes: Math.ceil(seconds / 60) };
}
