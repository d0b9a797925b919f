import { isHarmlessLink } from './office-parts.ts';

/** What counts, points into the text or shows a form; all else may fetch, start or name something. */
const harmless =
  /^\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION|DATE|TIME|TOC|PAGEREF|REF|NOTEREF|SEQ|STYLEREF|SYMBOL|EQ|FORMTEXT|FORMCHECKBOX|FORMDROPDOWN|INDEX|XE|TC)\b/i;
const link = /^\s*HYPERLINK\s+(\\l\s+)?"([^"]{0,2000})"/i;
/** A place on somebody's disk or in their network, wherever it stands. */
const path = /"\s*(?:file:|[a-z]:[\\/]|\\\\)/i;

/** True of the instruction of a field (ECMA-376-1, 17.16) that may stand in a copy: links lead to a page, a mailbox or a place in the text. */
export function isHarmlessField(instruction: string): boolean {
  if (path.test(instruction)) return false;
  const [found, isInside, target = ''] = link.exec(instruction) ?? [];
  if (found !== undefined) return isInside !== undefined || isHarmlessLink(target);
  return harmless.test(instruction);
}
