import type { Context } from 'hono';
import { findRoomLack } from '../../actions/check-storage.ts';
import { getOpenDraft, type OpenDraft, startDraft } from '../../actions/open-draft.ts';
import { judgeWish, openUpload, type UploadWish } from '../../actions/open-upload.ts';
import { findCall } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { HeldUpload } from '../../documents/uploads.ts';
import { callStateAt } from '../../domain/calls.ts';
import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import { AppError, found } from '../../errors.ts';
import { isLanguage } from '../../i18n.ts';
import { countNewDraft } from '../public/limit-drafts.ts';
import { countDraftPost } from '../public/limit-posts.ts';
import { readVia } from '../public/via.ts';
import type { TusRequest } from './tus-server.ts';

type Metadata = Record<string, string | null>;

/** The draft that the metadata name, or a new one of their call. Throws `not-found`, `gone`, `call-closed`. */
async function openDraft(
  deps: Deps,
  c: Context<AppEnv>,
  { draft, call: slug, via, altcha }: Metadata,
): Promise<OpenDraft> {
  if (draft) {
    const known = await getOpenDraft(deps, draft);
    await countDraftPost(deps, known.application.id);
    return known;
  }
  if (slug?.includes('\0')) throw new AppError('not-found');
  const call = found(await findCall(deps.db, slug ?? ''));
  if (callStateAt(call, deps.clock.now()) !== 'open') throw new AppError('call-closed');
  await countNewDraft(deps, c, altcha ?? '');
  const opened = await startDraft(deps, {
    call,
    language: c.var.language,
    via: readVia(via ?? undefined) || null,
  });
  // The page goes on with this draft; a script has no other way to learn of it.
  c.header('Upload-Draft', opened.token);
  return opened;
}

/**
 * Makes what a tus creation asks for. Its metadata: `kind` (cv, coverLetter, writingSample),
 * `filename`, `language`, `modified` (milliseconds), and `draft`, or `call` and `via` while there is
 * no draft: then one is opened, and the header Upload-Draft names it; `altcha` is its proof of work
 * where that is asked.
 */
export async function makeUpload(
  deps: Deps,
  c: Context<AppEnv>,
  token: string,
  refuse: TusRequest['refuse'],
  { holder, length, metadata }: Parameters<TusRequest['create']>[0],
): Promise<HeldUpload & { kind: DocumentKind }> {
  const { filename, language } = metadata;
  if (language && isLanguage(language)) c.set('language', language);
  const kind = documentKinds.find((one) => one === metadata.kind);
  if (!kind || !filename) throw new AppError('malformed');
  const modified = /^\d{1,15}$/.test(metadata.modified ?? '') ? Number(metadata.modified) : null;
  const wish: UploadWish = {
    ...{ token, holder, kind, length, modified },
    name: filename,
    language: c.var.language,
  };
  const refused = judgeWish(deps.config, wish) ?? (await findRoomLack(deps));
  if (refused) throw refuse(refused, kind);
  const draft = await openDraft(deps, c, metadata);
  const upload = await openUpload(deps, draft, wish);
  if ('lack' in upload) throw refuse(upload, kind);
  return { ...upload, kind };
}
