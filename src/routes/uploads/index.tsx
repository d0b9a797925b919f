import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createToken } from '../../crypto.ts';
import { findDocument } from '../../db/documents.ts';
import { findUpload } from '../../db/uploads.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { createPasses } from '../../documents/upload-pass.ts';
import { found } from '../../errors.ts';
import { isLanguage, negotiateLanguage, translatorFor } from '../../i18n.ts';
import { Held } from '../../views/components/document-fields.tsx';
import { answerFailure } from '../handle-error.tsx';
import { checkOrigin } from '../origin.ts';
import { admitBodies } from '../public/admit-bodies.ts';
import { describeProblems } from '../public/form-page.tsx';
import { limitPosts } from '../public/limit-posts.ts';
import { listFileProblems } from '../public/receive-files.ts';
import { limitPatches } from './limit-patches.ts';
import {
  checksumAlgorithms,
  createTusServer,
  isTusError,
  type Memory,
  type TusRequest,
  tusError,
} from './tus-server.ts';
import { makeUpload } from './wishes.ts';

/** The headers of a tus answer but those for other origins, which have no business here. */
const listOwnHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => !name.startsWith('access-control-')));

/** Resumable uploads into a draft: tus 1.0, the answers to a person's mistakes in the page's language. */
export function uploadRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, config } = deps;
  const memory: Memory = { holdings: new Map(), passes: createPasses() };

  const find = async (c: Context<AppEnv>) => {
    const token = c.req.param('id') ?? '';
    return found(await findUpload(db, keys.lookup('token', token)));
  };

  const speakWantedLanguage = createMiddleware<AppEnv>(async (c, next) => {
    c.set('language', negotiateLanguage(c.req.header('accept-language')));
    c.header('Tus-Resumable', '1.0.0');
    await next();
  });

  // What is left of a body that nobody reads would stand before the next request.
  const closeAfterRefusal = createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const sends = c.req.method === 'POST' || c.req.method === 'PATCH';
    if (sends && c.res.status >= 400) c.header('Connection', 'close');
  });

  const refuseIn =
    (c: Context<AppEnv>): TusRequest['refuse'] =>
    (refusal, kind) => {
      const t = translatorFor(c.var.language);
      const problems = listFileProblems([{ kind, position: 0, outcome: refusal }], [], {
        ...{ t, maxFileBytes: config.maxFileBytes, maxFiles: config.maxFiles },
      });
      const tooBig = 'problem' in refusal && refusal.problem === 'too-big';
      return tusError(tooBig ? 413 : 422, describeProblems(t, problems)[0]!.message);
    };

  const speakTus = async (c: Context<AppEnv>): Promise<Response> => {
    const { method } = c.req.raw;
    const stored = c.req.param('id') === undefined ? undefined : await find(c);
    if (stored && isLanguage(stored.language) && !c.req.header('accept-language')) {
      c.set('language', stored.language);
    }
    const token = c.req.param('id') ?? createToken();
    const refuse = refuseIn(c);
    let failure: unknown;
    const server = createTusServer(deps, memory, method, {
      ...{ token, stored, refuse },
      onFailure(error) {
        failure = error;
      },
      checksum: c.req.header('upload-checksum'),
      create: (wish) => makeUpload(deps, c, token, refuse, wish),
    });
    server.options.onResponseError = (_, error) => {
      failure ??= error;
      return undefined;
    };
    // What proxies write of the way to us is ours to judge (TRUST_PROXY); the package takes offence at some.
    c.req.raw.headers.delete('x-forwarded-proto');
    const { body, status, headers } = found(await server.handleWeb(c.req.raw));
    // What has a status of its own was answered; what is ours to answer is thrown on.
    if (isTusError(failure)) {
      return c.text(failure.body, failure.status_code as ContentfulStatusCode);
    }
    if (failure !== undefined) throw failure;
    if (method === 'OPTIONS') c.header('Tus-Checksum-Algorithm', checksumAlgorithms.join(','));
    return c.newResponse(body, status as ContentfulStatusCode, listOwnHeaders(headers));
  };

  return new Hono<AppEnv>()
    .use(closeAfterRefusal, speakWantedLanguage, checkOrigin(deps, { required: false }))
    .use(admitBodies(deps), limitPosts(deps), limitPatches(deps))
    .on(['POST', 'OPTIONS'], '/', speakTus)
    .on(['PATCH', 'DELETE', 'OPTIONS'], '/:id', speakTus)
    .get('/:id', async (c) => {
      // Hono asks the routes of GET about HEAD too.
      if (c.req.raw.method === 'HEAD') return await speakTus(c);
      // A finished upload as the form shows it.
      const { applicationId, documentId } = await find(c);
      const document = found(await findDocument(db, applicationId, documentId));
      return c.html(<Held t={translatorFor(c.var.language)} document={document} />);
    })
    .onError((error, c) => {
      const { code, status } = answerFailure(deps, error, c);
      return c.text(`${translatorFor(c.var.language)(`error.${code}.text`)}\n`, status);
    });
}
