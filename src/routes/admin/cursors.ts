import { found } from '../../errors.ts';

/** A row's place in a list that is ordered by a time, in microseconds, and an id. */
export type Cursor = { micros: number; id: string };

const shape = /^(\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A cursor as addresses carry it. */
export function formatCursor({ micros, id }: Cursor): string {
  return Buffer.from(`${micros}.${id}`).toString('base64url');
}

/**
 * The cursor of an address, undefined where there is none. One that we can't have made is an address
 * that leads nowhere: throws `not-found`.
 */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined || text === '') return undefined;
  const [, micros, id] = shape.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  return {
    micros: found(Number.isSafeInteger(Number(micros)) ? Number(micros) : null),
    id: found(id),
  };
}
