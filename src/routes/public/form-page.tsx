import type { Context } from 'hono';
import type { UnfinishedUpload } from '../../actions/open-upload.ts';
import { createToken } from '../../crypto.ts';
import type { Call } from '../../db/calls.ts';
import type { ReceivedDocument } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Problem } from '../../domain/application-check.ts';
import type { FormValues, PastedTexts } from '../../domain/application-form.ts';
import { draftExpiry } from '../../domain/calls.ts';
import { questionField, type ShownQuestion } from '../../domain/questions.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { languageLinks } from '../../views/components/language-links.ts';
import type { Preview } from '../../views/layout.tsx';
import { ApplyPage } from '../../views/pages/apply.tsx';
import { ErrorPage } from '../../views/pages/error.tsx';
import { sendPage } from '../respond.tsx';
import { dressCall, listAskedDocuments, listPlaces, listQuestions } from './call-context.ts';
import { asksForProof } from './limit-drafts.ts';

export const blankTexts: PastedTexts = { cv: '', coverLetter: '', writingSample: '' };

/** Problems as the sentences that stand beside their fields; one about a question names it. */
export function describeProblems(
  t: Translator,
  problems: readonly Problem[],
  questions: readonly ShownQuestion[] = [],
): FieldError[] {
  return problems.map(({ field, key, values }) => {
    const question = questions.find((one) => questionField(one.key) === field);
    const shown: Problem['values'] = {
      ...values,
      ...(question && { question: question.label.text }),
    };
    if (typeof shown.limit === 'number') shown.limit = t.number(shown.limit);
    return { field, message: t(key, shown) };
  });
}

export type FormState = {
  call: Call;
  via: string;
  /** The draft behind the form, once there is one. */
  draft: { token: string; updatedAt: Date; typedRevision: number } | null;
  values: FormValues;
  texts: PastedTexts;
  documents: readonly ReceivedDocument[];
  /** Files of which a part has arrived. */
  unfinished?: readonly UnfinishedUpload[];
  problems: readonly Problem[];
  /** Where the draft's link is to be mailed, if not to the address of the form. */
  mailTo?: string;
  alert?: string;
  /** What was typed here is not stored, since somebody has typed elsewhere meanwhile. */
  conflict?: boolean;
  /** The database has forgotten files that had arrived. */
  forgotten?: boolean;
  saved?: string | undefined;
  /** Set where staff look at the form. */
  preview?: Preview;
};

/** The form in any of its states. */
export async function renderForm(
  deps: Pick<Deps, 'db' | 'assets' | 'config' | 'clock' | 'publicUrl'>,
  c: Context<AppEnv>,
  state: FormState,
) {
  const context = await dressCall(deps, c, state.call);
  const { call, text, publication, t } = context;
  const { draft, via, preview } = state;
  const frame = preview ? { ...context.frame, preview } : context.frame;
  const questions = listQuestions(context);
  return (
    <ApplyPage
      frame={frame}
      title={text.title}
      titleLanguage={context.textLanguage}
      slug={call.slug}
      draftToken={draft?.token ?? ''}
      keptUntil={t.date(
        draftExpiry(draft?.updatedAt ?? deps.clock.now(), publication.draftDays),
        publication.timeZone,
      )}
      draftDays={publication.draftDays}
      publicUrl={deps.publicUrl}
      mailTo={state.mailTo ?? ''}
      via={via}
      typing={{ base: draft?.typedRevision ?? 0, page: createToken(), order: 0 }}
      conflict={state.conflict ?? false}
      flooded={draft === null && asksForProof(deps.config, publication, deps.clock.now())}
      values={state.values}
      texts={state.texts}
      held={state.documents.filter((one) => one.origin === 'file')}
      half={(state.unfinished ?? []).map(({ token, ...upload }) => ({
        ...upload,
        href: `/uploads/${token}`,
      }))}
      errors={describeProblems(t, state.problems, questions)}
      alert={state.alert}
      saved={state.saved}
      places={listPlaces(context)}
      documents={listAskedDocuments(call)}
      questions={questions}
      maxFileBytes={deps.config.maxFileBytes}
      languages={languageLinks((language) => `/${language}/calls/${call.slug}/apply`)}
    />
  );
}

/** A call that ended before its applicant was done: nothing more is taken, and nothing is lost. */
export async function sendClosed(
  deps: Pick<Deps, 'db' | 'assets'>,
  c: Context<AppEnv>,
  { call, draftToken }: { call: Call; draftToken: string },
) {
  const { frame, t } = await dressCall(deps, c, call);
  const draft = `/${t.language}/drafts/${draftToken}`;
  return sendPage(c, <ErrorPage frame={frame} code="call-closed" draft={draft} />, 410);
}

/** The translator of the request's language. */
export const speak = (c: Context<AppEnv>): Translator => translatorFor(c.var.language);
