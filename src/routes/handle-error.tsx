import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { StaffMember } from '../auth/sessions.ts';
import { isConnectionError } from '../db/client.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { describeError, locateError } from '../describe-error.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { isLanguage, negotiateLanguage, translatorFor } from '../i18n.ts';
import { DeskErrorPage, ErrorPage, type PrivateLink } from '../views/pages/error.tsx';
import { frameFor } from './frame.ts';
import { sendPage } from './respond.tsx';
import { rememberSite } from './site.ts';

const statuses = {
  'not-found': 404,
  'unknown-language': 404,
  forbidden: 403,
  'foreign-origin': 403,
  malformed: 422,
  'late-draft': 422,
  conflict: 409,
  'already-submitted': 409,
  gone: 410,
  'on-hold': 409,
  'call-closed': 410,
  'too-large': 413,
  'too-slow': 408,
  'too-many-requests': 429,
  flooded: 429,
  busy: 503,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode | 'internal', number>;

/** Node's word for a request whose sender went away; of a lost database it says "read ECONNRESET". */
const isAborted = (error: unknown): boolean =>
  error instanceof Error &&
  error.message === 'aborted' &&
  'code' in error &&
  error.code === 'ECONNRESET';

function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (isAborted(error)) return new AppError('malformed', { cause: error });
  if (isConnectionError(error))
    return new AppError('unavailable', { cause: error, retryAfter: 10 });
  if (error instanceof HTTPException) {
    return new AppError(error.status === 413 ? 'too-large' : 'malformed', { cause: error });
  }
  return undefined;
}

/** The word for a failure; undefined when there was none. */
export function codeOf(error: unknown): ErrorCode | 'internal' | undefined {
  return error === undefined ? undefined : (toAppError(error)?.code ?? 'internal');
}

/** The reader's language also where the failure came before it was settled. */
function settleLanguage(c: Context<AppEnv>): void {
  const inPath = c.req.path.split('/', 2)[1] ?? '';
  const language = isLanguage(inPath) ? inPath : undefined;
  c.set(
    'language',
    c.var.language ?? language ?? negotiateLanguage(c.req.header('accept-language')),
  );
}

type Way = { to: 'application' | 'call'; href: string };

/** From a draft that was submitted already to its receipt; where the draft is not known, to the call. */
function findWay(c: Context<AppEnv>): Way | undefined {
  const draft = c.var.typed?.get('draft')?.[0] ?? '';
  if (/^[\w-]{20,}$/.test(draft)) {
    return { to: 'application', href: `/${c.var.language}/drafts/${draft}` };
  }
  return findCall(c);
}

/** To the page of the call that the address names: it says when the call opens or has closed. */
function findCall(c: Context<AppEnv>): Way | undefined {
  const call = /^\/[^/]+(\/calls\/[^/]+)/.exec(c.req.path)?.[1];
  return call === undefined ? undefined : { to: 'call', href: `/${c.var.language}${call}` };
}

const findWays: Partial<Record<ErrorCode | 'internal', (c: Context<AppEnv>) => Way | undefined>> = {
  'already-submitted': findWay,
  'call-closed': findCall,
};

/** How a failure is answered, whatever the answer looks like; what caused it goes to the log only. */
export function answerFailure({ log }: Pick<Deps, 'log'>, error: unknown, c: Context<AppEnv>) {
  const known = toAppError(error);
  const code: ErrorCode | 'internal' = known?.code ?? 'internal';
  settleLanguage(c);
  if (code === 'internal' || code === 'unavailable') {
    const cause = known?.cause ?? error;
    const facts = { requestId: c.var.requestId, error: describeError(cause) };
    log.error({ ...facts, at: locateError(cause) }, `request failed: ${code}`);
  }
  // For scripts, which may get in before that with proof of work.
  if (code === 'flooded') c.header('Proof', 'wanted');
  if (known?.retryAfter) c.header('Retry-After', String(known.retryAfter));
  return { code, status: statuses[code] };
}

/** Whose link it was that led nowhere, where its address says so. */
function privateLinkOf({ path }: { path: string }): PrivateLink | undefined {
  const kind = /^\/[^/]+\/(drafts|applications)\/./.exec(path)?.[1];
  if (kind === undefined) return undefined;
  return kind === 'drafts' ? 'draft' : 'application';
}

/** Where the same page is in other languages, behind the language; the front for what was sent. */
function pathInOtherLanguages({ method, path }: { method: string; path: string }): string {
  const isPage = /^\/[a-z]{2,3}(\/|$)/.test(path) && ['GET', 'HEAD'].includes(method);
  return isPage ? path.replace(/^\/[^/]*/, '') : '';
}

/** Answers a failure with a page in the reader's language. */
export function handleError(deps: Pick<Deps, 'db' | 'log' | 'assets' | 'siteName'>) {
  const readSite = rememberSite(deps);
  return async (error: unknown, c: Context<AppEnv>): Promise<Response> => {
    const { code, status } = answerFailure(deps, error, c);
    const { name, draftDays } = await readSite(code);
    const frame = frameFor(deps, translatorFor(c.var.language), name);
    if (/^\/admin(\/|$)/.test(c.req.path)) {
      const staff: StaffMember | undefined = c.var.staff;
      return sendPage(c, <DeskErrorPage frame={frame} code={code} staff={staff} />, status);
    }
    const way = findWays[code]?.(c);
    const link = privateLinkOf(c.req);
    const props = { frame, code, way, link, draftDays };
    return sendPage(c, <ErrorPage {...props} path={pathInOtherLanguages(c.req)} />, status);
  };
}
