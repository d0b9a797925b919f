import type { Context } from 'hono';
import { isAddressRefused } from '../../actions/correct-address.ts';
import { fillMessage, type MessageSource, previewMessage } from '../../actions/fill-message.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { DocumentKind } from '../../domain/documents.ts';
import { messageLimit } from '../../domain/messages.ts';
import { lengthOf } from '../../domain/text.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { CheckMessagePage, type CheckMessageProps } from '../../views/pages/check-message.tsx';
import { sendPage } from '../respond.tsx';
import { sayMessageWarning } from './correspondence.ts';
import { deskFrame } from './desk-frame.ts';
import { sayLetterProblems } from './letter-problems.ts';
import { walkQuery } from './walk.ts';

type Filled = { subject: string; body: string } | { errors: FieldError[] };

/** A message as it will be sent, or what is wrong with it, told beside `field`. */
export async function fillOrSay(
  { db }: Pick<Deps, 'db'>,
  t: Translator,
  application: ReadApplication,
  {
    author,
    source,
    field,
  }: { author: { id: string; name: string }; source: MessageSource; field: string },
): Promise<Filled> {
  const filled = await fillMessage(db, application, { author, source });
  if ('problems' in filled) {
    const errors = sayLetterProblems(t, filled.problems);
    return { errors: errors.map(({ message }) => ({ field, message })) };
  }
  if (lengthOf(filled.body) <= messageLimit) return filled;
  return { errors: [{ field, message: t('problem.message.tooLong', { limit: messageLimit }) }] };
}

/** The page that shows a message before it is sent; 422 when it can't be. */
export async function showCheck(
  deps: Deps,
  c: Context<AppEnv>,
  application: ReadApplication,
  shown: Pick<CheckMessageProps, 'carried' | 'text'> & {
    source: MessageSource;
    kinds?: readonly DocumentKind[];
    filled: Filled;
    /** The path that the form goes to, below the application's. */
    path: 'messages' | 'requests';
  },
): Promise<Response> {
  const { source, filled, kinds, carried, text } = shown;
  const t = translatorFor(c.var.language);
  const { reference, fullName, latinName, email, language, discreet, wrapped, id } = application;
  const base = `/admin/applications/${reference}`;
  const filters = walkQuery(c);
  const key = deps.keys.unwrapKey(id, wrapped);
  const errors = 'errors' in filled ? filled.errors : [];
  const mail =
    'errors' in filled
      ? undefined
      : await previewMessage(deps.db, deps, application, {
          ...{ source, filled },
          ...(kinds && { kinds }),
        });
  return await sendPage(
    c,
    <CheckMessagePage
      frame={await deskFrame(deps, c)}
      staff={c.var.staff}
      applicant={{
        reference,
        name: latinName || fullName || reference,
        email: discreet ? '' : email,
      }}
      kind={source.kind}
      action={`${base}/${shown.path}${filters}`}
      back={`${base}${filters}`}
      {...{ carried, text, mail, language, errors }}
      warning={sayMessageWarning(t, application, await isAddressRefused(deps, application, key))}
    />,
    errors.length > 0 ? 422 : 200,
  );
}
