import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { ReadApplication } from '../../db/desk-reading.ts';
import type { AppEnv } from '../../deps.ts';
import type { ComposedMessage } from '../../views/components/desk-messages.tsx';
import type { ComposedRequest } from '../../views/components/desk-requests.tsx';
import type { FieldError } from '../../views/components/form.tsx';
import type { WrittenNote } from '../../views/components/notes.tsx';
import { sendPage } from '../respond.tsx';
import type { ReviewHappening } from './review-page.ts';
import { walkQuery } from './walk.ts';

/** How the routes below an application find it, and show its page. */
export type ApplicationAnswers = {
  /** The application by the reference in the address, as whoever asks may see it; throws `not-found`. */
  get(c: Context<AppEnv>): Promise<ReadApplication>;
  render(
    c: Context<AppEnv>,
    application: ReadApplication,
    happened: {
      reviewing?: ReviewHappening;
      /** A note that was not kept. */
      note?: WrittenNote;
      /** What was not sent to the applicant. */
      composed?: Partial<ComposedMessage>;
      asked?: ComposedRequest;
      /** A reason for a hold that did not do. */
      hold?: { reason: string; errors: FieldError[] };
    },
  ): Promise<Child>;
};

/** Leads back to the page, which says what was done. */
export function redirectDone(
  c: Context<AppEnv>,
  { reference }: { reference: string },
  review: string,
): Response {
  return c.redirect(`/admin/applications/${reference}${walkQuery(c, { review })}`, 303);
}

/** The page as it stands now, with why nothing was done and what was typed. */
export async function answerWith(
  { render }: ApplicationAnswers,
  c: Context<AppEnv>,
  application: ReadApplication,
  reviewing: ReviewHappening,
  status: 409 | 422 = 409,
): Promise<Response> {
  return await sendPage(c, await render(c, application, { reviewing }), status);
}
