import type { Context } from 'hono';
import { type Call, getPublication, type Publication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type CallText, pickLanguage } from '../../domain/calls.ts';
import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import { askIn, type ShownQuestion } from '../../domain/questions.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { Frame } from '../../views/layout.tsx';
import { frameFor } from '../frame.ts';

/** A call as one reader sees it. */
export type CallContext = {
  call: Call;
  text: CallText;
  /** The language of `text`, where the call has none in the reader's. */
  textLanguage: string | undefined;
  publication: Publication;
  t: Translator;
  frame: Frame;
};

/** Dresses a call for the language of the request. */
export async function dressCall(
  { db, assets }: Pick<Deps, 'db' | 'assets'>,
  c: Context<AppEnv>,
  call: Call,
): Promise<CallContext> {
  const publication = await getPublication(db);
  const t = translatorFor(c.var.language);
  const language = pickLanguage(call.texts, t.language, publication.language);
  return {
    call,
    publication,
    t,
    text: call.texts[language]!,
    textLanguage: language === t.language ? undefined : language,
    frame: frameFor({ assets }, t, publication.name),
  };
}

/** `lang` is the language of the name, where it is not the reader's. */
export type NamedPlace = { key: string; name: string; lang: string | undefined };

/** The call's places under their names, sorted as the reader's language sorts. */
export function listPlaces({ call, text, textLanguage, t }: CallContext): NamedPlace[] {
  return call.places
    .map((key) => ({ key, name: text.places[key] ?? key, lang: textLanguage }))
    .sort((a, b) => t.compare(a.name, b.name));
}

/** The call's own questions in the reader's words. */
export function listQuestions({
  call,
  publication,
  t,
}: Pick<CallContext, 'call' | 'publication' | 't'>): ShownQuestion[] {
  return call.questions.map((one) => askIn(one, t.language, publication.language));
}

/** The documents that the call asks for. */
export function listAskedDocuments(call: Call): { kind: DocumentKind; required: boolean }[] {
  return documentKinds
    .filter((kind) => call.documents[kind] !== 'off')
    .map((kind) => ({ kind, required: call.documents[kind] === 'required' }));
}
