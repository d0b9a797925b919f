import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { findSession } from '../../auth/sessions.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { may, type Permission } from '../../domain/permissions.ts';
import { AppError } from '../../errors.ts';
import { readStaffCookie } from './cookies.ts';
import { readNext, withNext } from './next-page.ts';

/** Keeps every answer below it out of caches, failures too (ASVS 14.3.2). */
export const forbidStoring = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const set = c.res.headers.get('Cache-Control') ?? '';
  if (!set.includes('no-store')) c.header('Cache-Control', 'no-store');
});

/**
 * Lets staff pass and sends everybody else to sign-in. Sets `staff`, and `language` to theirs. What
 * was sent by a form is lost then: an answer to a POST leads to sign-in and from there to the list.
 */
export function requireStaff(
  deps: Pick<Deps, 'db' | 'clock' | 'config' | 'publicUrl'>,
): MiddlewareHandler<AppEnv> {
  const { db, clock, config } = deps;
  return createMiddleware<AppEnv>(async (c, next) => {
    const token = readStaffCookie(c, deps, 'feder');
    const factorRequired = config.staffMfa === 'required';
    const staff = token && (await findSession(db, token, { now: clock.now(), factorRequired }));
    if (!staff) {
      const { pathname, search } = new URL(c.req.url);
      const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
      const page = isRead ? readNext(`${pathname}${search}`) : undefined;
      return c.redirect(withNext('/admin/sign-in', page === '/admin' ? undefined : page), 303);
    }
    c.set('staff', staff);
    c.set('language', staff.language);
    return await next();
  });
}

const declared = new WeakMap<object, Permission>();

/** Shows pages only to roles that hold the permission; for the others they are not there. */
export function requirePermission(permission: Permission): MiddlewareHandler<AppEnv> {
  const handler = createMiddleware<AppEnv>(async (c, next) => {
    if (!may(c.var.staff.role, permission)) throw new AppError('not-found');
    await next();
  });
  declared.set(handler, permission);
  return handler;
}

/** What a handler of the app asks for, where `requirePermission` made it. */
export const permissionOf = (handler: object): Permission | undefined => declared.get(handler);
