import { fieldLimits } from '../../domain/application-form.ts';
import { cleanLine } from '../../domain/text.ts';

/** The article that a reader came from, as the address or the form names it; too long counts as none. */
export function readVia(raw: string | undefined): string {
  const via = cleanLine(raw ?? '');
  return via.length > fieldLimits.via ? '' : via;
}
