import type { Fee, Imprint } from './calls.ts';

/** What readers should find and what an installation leaves to its operator, by where it is entered. */
export type Lack = { what: 'imprint' } | { what: 'fee' | 'contact'; slug: string };

type Facts = {
  imprint: Imprint;
  calls: readonly {
    slug: string;
    fee: Fee | null;
    /** Questions go to the address that the software came with. */
    contactSeeded: boolean;
  }[];
};

/** What is still to be filled in; the address for questions matters once mail really leaves. */
export function listLacks(
  { imprint, calls }: Facts,
  { sendsMail }: { sendsMail: boolean },
): Lack[] {
  return [
    ...(imprint.lines.length === 0 ? [{ what: 'imprint' } as const] : []),
    ...calls.flatMap(({ slug, fee, contactSeeded }): Lack[] => [
      ...(sendsMail && contactSeeded ? [{ what: 'contact', slug } as const] : []),
      ...(fee === null ? [{ what: 'fee', slug } as const] : []),
    ]),
  ];
}
