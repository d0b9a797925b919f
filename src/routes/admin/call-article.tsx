import { type Context, Hono } from 'hono';
import { drawQr } from '../../auth/qr.ts';
import type { EditedCall } from '../../db/call-versions.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { fieldLimits } from '../../domain/application-form.ts';
import { cleanLine, lengthOf } from '../../domain/text.ts';
import { isLanguage, type Language, languages, translatorFor } from '../../i18n.ts';
import { CallArticlePage } from '../../views/pages/call-article.tsx';
import { attachmentHeaders } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { callPath, getEditedCall, titleOfCall } from './call-context.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

// An article stands on another site: what the button looks like has to come with it.
const buttonStyle =
  'display:inline-block;padding:0.7em 1.3em;border-radius:6px;background:#7b1e33;color:#fff;font-weight:600;text-decoration:none';

const drawSvg = (text: string): string => {
  const { size, path } = drawQr(text);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>\n`;
};

/** What a newsroom puts into its article: the link of a call, a button, a QR code. */
export function callArticleRoutes(deps: Deps): Hono<AppEnv> {
  const { db, publicUrl } = deps;

  /** What the page was asked for; a language that there is not counts as the reader's. */
  const readWishes = (c: Context<AppEnv>) => {
    const wanted = c.req.query('language') ?? '';
    const language: Language = isLanguage(wanted) ? wanted : c.var.language;
    const via = cleanLine(c.req.query('via') ?? '');
    // The call page ignores what is longer, so that its link would name no article at all.
    const over = Math.max(0, lengthOf(via) - fieldLimits.via);
    return { language, via, over };
  };
  const linkOf = ({ slug }: EditedCall, { language, via, over }: ReturnType<typeof readWishes>) =>
    `${publicUrl}/${language}/calls/${slug}${via && !over ? `?via=${encodeURIComponent(via)}` : ''}`;

  const gate = requirePermission('read-calls');
  return new Hono<AppEnv>()
    .get('/calls/:slug/article', gate, async (c) => {
      const t = translatorFor(c.var.language);
      const call = await getEditedCall(deps, c.req.param('slug'));
      const publication = await getPublication(db);
      const wishes = readWishes(c);
      const { language, via, over } = wishes;
      const link = linkOf(call, wishes);
      const inArticle = titleOfCall(call, [language, publication.language]);
      const text = translatorFor(language)('apply.title', { call: inArticle.title });
      const query = new URLSearchParams({ language, ...(via && !over && { via }) });
      const limit = fieldLimits.via;
      return sendPage(
        c,
        <CallArticlePage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          path={`${callPath(call.slug)}/article`}
          back={{
            href: callPath(call.slug),
            text: titleOfCall(call, [t.language, publication.language]).title,
          }}
          inPreparation={call.opensAt === null}
          language={language}
          languages={languages.map((one) => ({ value: one, label: t.languageName(one) }))}
          via={via}
          errors={
            over > 0
              ? [
                  {
                    field: 'via',
                    message: t('editProblem.tooLong', { name: t('callArticle.via'), limit, over }),
                  },
                ]
              : []
          }
          link={link}
          snippet={`<p><a href="${escapeHtml(link)}" hreflang="${language}" lang="${language}" style="${buttonStyle}">${escapeHtml(text)}</a></p>`}
          download={`${callPath(call.slug)}/qr.svg?${query}`}
          qr={drawQr(link)}
        />,
        over > 0 ? 422 : 200,
      );
    })
    .get('/calls/:slug/qr.svg', gate, async (c) => {
      const call = await getEditedCall(deps, c.req.param('slug'));
      const wishes = readWishes(c);
      const svg = drawSvg(linkOf(call, wishes));
      const name = `${call.slug}-${wishes.language}.svg`;
      const headers = attachmentHeaders({
        ...{ name, mediaType: 'image/svg+xml', size: Buffer.byteLength(svg) },
      });
      return c.body(svg, 200, headers);
    });
}
