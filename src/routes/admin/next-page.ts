import type { NextStep } from '../../auth/sign-in.ts';

/**
 * Where to go after signing in, if it is one of our own staff pages: anything else would let a link
 * to our sign-in lead people elsewhere.
 */
export function readNext(raw: unknown): string | undefined {
  if (typeof raw !== 'string' || raw.length > 1000 || !/^\/admin(?:[/?]|$)/.test(raw)) {
    return undefined;
  }
  // What the browser will make of it, dots and backslashes resolved.
  const base = 'http://here.invalid';
  const { origin, pathname, search } = new URL(raw, base);
  if (origin !== base || !/^\/admin(?:\/|$)/.test(pathname)) return undefined;
  if (/^\/admin\/(?:sign-in|sign-out|enrol)(?:\/|$)/.test(pathname)) return undefined;
  return `${pathname}${search}`;
}

/** An address that carries where to go after signing in. */
export function withNext(path: string, next: string | undefined): string {
  return next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`;
}

/** The page that follows a step of signing in. */
export function pageAfter(step: NextStep, next: string | undefined): string {
  return step.kind === 'session'
    ? (next ?? '/admin')
    : withNext(`/admin/sign-in/${step.kind}`, next);
}
