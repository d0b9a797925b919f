import { type Context, Hono } from 'hono';
import { findByReceiptCode, requestPrivateLink } from '../../actions/find-application.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Problem } from '../../domain/application-check.ts';
import { parseEmailAddress } from '../../domain/email-address.ts';
import { readFindCode } from '../../domain/receipt-code.ts';
import { cleanLine } from '../../domain/text.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { FindPage } from '../../views/pages/find.tsx';
import { frameFor } from '../frame.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { describeProblems, speak } from './form-page.tsx';
import { countSearch } from './limit-posts.ts';

type Typed = { code: string; email: string };
type Shown = { problems?: Problem[]; alert?: string; sent?: boolean };

const findProblems = ({ code, email }: Typed): Problem[] => {
  const problems: Problem[] = [];
  if (code === '') problems.push({ field: 'code', key: 'problem.findCode.missing' });
  else if (!readFindCode(code)) problems.push({ field: 'code', key: 'problem.findCode.malformed' });
  if (email === '') problems.push({ field: 'email', key: 'problem.email.missing' });
  else if (!parseEmailAddress(email)) {
    problems.push({ field: 'email', key: 'problem.email.malformed' });
  }
  return problems;
};

/** The two ways back for whoever has lost the address of their private page. */
export function findRoutes(deps: Deps): Hono<AppEnv> {
  const render = async (
    c: Context<AppEnv>,
    typed: Typed,
    { problems = [], alert, sent }: Shown,
  ) => {
    const t = speak(c);
    const { name } = await getPublication(deps.db);
    return (
      <FindPage
        frame={frameFor(deps, t, name)}
        {...typed}
        errors={describeProblems(t, problems)}
        alert={alert}
        sent={sent ?? false}
        languages={languageLinks((language) => `/${language}/find`)}
      />
    );
  };

  return new Hono<AppEnv>()
    .get('/find', async (c) => {
      const sent = c.req.query('sent') !== undefined;
      return sendPage(c, await render(c, { code: '', email: '' }, { sent }));
    })
    .post('/find', smallBody, async (c) => {
      const field = await readSmallForm(c);
      const typed = { code: cleanLine(field('code')), email: cleanLine(field('email')) };
      const problems = findProblems(typed);
      const wanted = readFindCode(typed.code);
      if (problems.length > 0 || !wanted) {
        return sendPage(c, await render(c, typed, { problems }), 422);
      }
      const retryAfter = await countSearch(deps, c, { by: wanted.kind, email: typed.email });
      if (retryAfter > 0) {
        c.header('Retry-After', String(retryAfter));
        const alert = speak(c)('find.later', { minutes: Math.ceil(retryAfter / 60) });
        return sendPage(c, await render(c, typed, { alert }), 429);
      }
      if (wanted.kind === 'reference') {
        await requestPrivateLink(deps, { reference: wanted.reference, email: typed.email });
        return c.redirect(`/${c.var.language}/find?sent=yes`, 303);
      }
      const token = await findByReceiptCode(deps, { code: wanted.code, email: typed.email });
      if (token) return c.redirect(`/${c.var.language}/applications/${token}`, 303);
      const unknown: Problem = { field: 'code', key: 'problem.findCode.unknown' };
      return sendPage(c, await render(c, typed, { problems: [unknown] }), 422);
    });
}
