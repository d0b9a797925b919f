import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AppEnv } from '../deps.ts';
import { AppError } from '../errors.ts';

/** For forms of a few short fields: bodies of more than 16 KB are refused unread. */
export const smallBody = bodyLimit({
  maxSize: 16 * 1024,
  onError: () => {
    throw new AppError('too-large');
  },
});

/** The fields of a small form; of one sent twice the last, and of a file nothing. Throws `malformed`. */
export async function readSmallForm(c: Context<AppEnv>): Promise<(name: string) => string> {
  try {
    const body = await c.req.parseBody();
    return (name) => {
      const value = Object.hasOwn(body, name) ? body[name] : undefined;
      return typeof value === 'string' ? value : '';
    };
  } catch (cause) {
    throw new AppError('malformed', { cause });
  }
}
