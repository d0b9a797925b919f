import { type Context, Hono } from 'hono';
import { openPrivatePage, type PrivatePage } from '../../actions/open-private-page.ts';
import { openLegalName, saveOwnDetails } from '../../actions/save-contributor.ts';
import { getCallVersion } from '../../db/calls.ts';
import { findContributor } from '../../db/contributors.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import {
  findDetailProblems,
  findLongTexts,
  type OwnDetails,
  readOwnDetails,
} from '../../domain/contributors.ts';
import { cleanLine } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { languageLinks } from '../../views/components/language-links.ts';
import { ContributorDetailsPage } from '../../views/pages/contributor-details.tsx';
import { readMultipart } from '../multipart.ts';
import { dressCall } from '../public/call-context.ts';
import { describeProblems, speak } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { goesOn } from './go-on.ts';
import { baseOf } from './private-page.tsx';

/** As much as any form takes beside its files: a text that is too long comes back as it was typed. */
const maxBytes = 8 * 1024 * 1024;

/** What contributors say of themselves, once they were told that they are one. */
export function detailRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  async function open(c: Context<AppEnv>) {
    const page = await openPrivatePage(deps, c.req.param('token') ?? '');
    const { application, key } = page;
    const whose = { id: application.id, key, now: clock.now() };
    const contributor = found(await findContributor(db, whose));
    return { page, contributor };
  }

  async function show(
    c: Context<AppEnv>,
    {
      page,
      values,
      legalName,
      accepted,
      errors = [],
    }: {
      page: PrivatePage;
      values: OwnDetails;
      legalName: string;
      accepted: boolean;
      errors?: FieldError[];
    },
  ) {
    const call = await getCallVersion(db, page.application.callVersionId);
    const { frame, text, t } = await dressCall(deps, c, call);
    // Places of an older version of the call stay theirs until they are unticked.
    const keys = [...new Set([...call.places, ...values.places])];
    const path = (language: string) => `/${language}/applications/${page.token}/details`;
    return sendPage(
      c,
      <ContributorDetailsPage
        frame={frame}
        base={baseOf(c, page)}
        values={values}
        legalName={legalName}
        asksLegalName={accepted}
        discreet={page.application.discreet}
        places={keys
          .map((key) => ({ key, name: text.places[key] ?? key }))
          .sort((a, b) => t.compare(a.name, b.name))}
        errors={errors}
        languages={languageLinks(path)}
      />,
      errors.length > 0 ? 422 : 200,
    );
  }

  return new Hono<AppEnv>()
    .get('/applications/:token/details', async (c) => {
      const { page, contributor } = await open(c);
      const accepted = contributor.decision === 'accepted';
      if (page.application.discreet) {
        const blank = { byline: '', beats: '', availabilityNote: '' };
        return show(c, { page, values: { ...contributor, ...blank }, legalName: '', accepted });
      }
      return show(c, { page, values: contributor, legalName: openLegalName(page), accepted });
    })
    .post('/applications/:token/details', async (c) => {
      const { page, contributor } = await open(c);
      const accepted = contributor.decision === 'accepted';
      const { fields, tooSlow } = await readMultipart(c, {
        maxBytes,
        maxFiles: 1,
        onFile: async () => {},
      });
      if (tooSlow) throw new AppError('too-slow');
      const values = readOwnDetails(fields);
      const legalName = accepted ? cleanLine(fields.get('legalName')?.[0] ?? '') : '';
      if (goesOn(fields)) return show(c, { page, values, legalName, accepted });
      const call = await getCallVersion(db, page.application.callVersionId);
      const problems = [
        ...findDetailProblems(values, [...call.places, ...contributor.places]),
        ...findLongTexts({ legalName }),
      ];
      if (problems.length > 0) {
        const errors = describeProblems(speak(c), problems);
        return show(c, { page, values, legalName, accepted, errors });
      }
      await saveOwnDetails(deps, page, values, legalName);
      return c.redirect(`${baseOf(c, page)}?done=details`, 303);
    });
}
