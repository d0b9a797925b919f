import { getPart } from '../reading/office.ts';
import type { Zip } from '../zip.ts';
import type { ZipPart } from '../zip-writer.ts';
import { cleanPicture, emptyPicture } from './pictures.ts';
import type { Passing, PassingAttribute } from './rewrite-xml.ts';

/** Where a link in a text may lead; whatever else is named is not fetched, opened or run. */
const harmlessLink = /^(?:https?:\/\/|mailto:|#)/i;

export const isHarmlessLink = (target: string): boolean => harmlessLink.test(target.trim());

/** A picture of the archive as a part of the copy; an empty one stands for what can't be cleaned. */
export async function copyPicture(
  zip: Zip,
  name: string,
): Promise<{ part: ZipPart; isLost: boolean }> {
  const picture = cleanPicture(await getPart(zip, name));
  return {
    part: { name: zip.spellingOf(name)!, data: picture ?? emptyPicture(), method: 'store' },
    isLost: picture === null,
  };
}

export function xmlPart(name: string, data: Buffer): ZipPart {
  return { name, data, method: 'deflate' };
}

export const find = ({ attributes }: Passing, local: string): string | undefined =>
  attributes.find((one) => one.local === local)?.value;

/** The attributes without those whose local names match. */
export const without = ({ attributes }: Passing, unwanted: RegExp): PassingAttribute[] =>
  attributes.filter(({ local }) => !unwanted.test(local));
