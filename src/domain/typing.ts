import type { Fields } from './application-form.ts';

/** From which page something was typed, and on what it was based. */
export type Typing = {
  /** The typed revision that the page showed when it was loaded. */
  base: number;
  /** A random word by which the page is known. */
  page: string;
  /** Counts the page's requests, since they may overtake each other. */
  order: number;
};

/** Undefined for requests that do not say, which are taken as they come. */
export function parseTyping(text: string): Typing | undefined {
  const [, base, page, order] = /^(\d{1,9})\.([\w-]{8,40})\.(\d{1,9})$/.exec(text) ?? [];
  return page === undefined ? undefined : { base: Number(base), page, order: Number(order) };
}

/**
 * What a form says of itself. A draft that its request opens is based on nothing, also where the page
 * still names a draft that is gone.
 */
export function readTyping(fields: Fields): Typing | undefined {
  const typing = parseTyping(fields.get('typed')?.[0] ?? '');
  const isNew = (fields.get('draft')?.[0] ?? '') === '';
  return typing && isNew ? { ...typing, base: 0 } : typing;
}

export const formatTyping = ({ base, page, order }: Typing): string => `${base}.${page}.${order}`;
