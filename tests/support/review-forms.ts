import { sql } from 'kysely';
import type { Desk, Seat } from './desk.ts';
import { elementsOf, plainText } from './html.ts';

/** An application of a test. */
export type Made = { id: string; reference: string };

export const pathOf = ({ reference }: Made): string => `/admin/applications/${reference}`;
export const textOfPage = (html: string): string => plainText(html).replace(/\s+/g, ' ');

/** The hidden fields of the form that goes to an address, and what is chosen in it. */
export const formTo = (html: string, action: string): Record<string, string> => {
  const form = new RegExp(`<form[^>]*action="[^"]*/${action}(?:\\?[^"]*)?"[^>]*>.*?</form>`, 's');
  const inputs = elementsOf(form.exec(html)?.[0] ?? '', 'input').filter(
    ({ type, ...one }) => type === 'hidden' || (type === 'radio' && 'checked' in one),
  );
  return Object.fromEntries(inputs.map(({ name, value }) => [name!, value ?? '']));
};

/** Sends a form of the page as a browser would: its hidden fields and what was chosen. */
export const press = async (
  seat: Seat,
  application: Made,
  action: string,
  chosen: Record<string, string> = {},
) => {
  const { html } = await seat.get(pathOf(application));
  return await seat.post(`${pathOf(application)}/${action}`, {
    ...formTo(html, action),
    ...chosen,
  });
};
/** Presses the button that takes it for review. */
export const claimIt = async (seat: Seat, application: Made) =>
  await press(seat, application, 'assignment', { act: 'claim' });
/** What a whole scorecard sends. */
export const goodScores = { 'score-place': '4', 'score-reporting': '3', recommendation: '4' };

/** How many rows there are about it, so that a refused act is seen to change nothing. */
export const countRows = async ({ deps }: Desk, { id }: Made): Promise<unknown[]> => {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from review_assignments where application_id = ${id}) as assignments,
    (select count(*) from reviews where application_id = ${id}) as reviews,
    (select count(*) from events where application_id = ${id}) as events,
    (select count(*) from applications where id = ${id}
      and (handling_editor_id is not null or reviewers_wanted is not null)) as changed`.execute(
    deps.db,
  );
  return Object.values(rows[0]!);
};
