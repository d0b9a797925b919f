import type { HeldApplication } from '../db/applications.ts';
import { getPublication, listCallVersions } from '../db/calls.ts';
import type { Db, Trx } from '../db/client.ts';
import { listAgreements } from '../db/consents.ts';
import { listRefusedMails } from '../db/mail-outcome.ts';
import { listTemplatesOf } from '../db/response-templates.ts';
import { listHeldIds } from '../db/retention.ts';
import { findStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import type { DecisionAct } from '../domain/stages.ts';
import { standardTemplate, type TemplateText } from '../domain/standard-templates.ts';
import { found } from '../errors.ts';
import { filterRefusedHere } from './correct-address.ts';
import { composeLetter, type FilledLetter, renderPreview } from './write-letter.ts';
import { languageOf } from './write-mail.ts';

type Needs = Pick<Deps, 'config' | 'publicUrl' | 'keys'>;

/** One of many letters: what it was made from, and how it came out. */
export type LetterOfMany = {
  application: HeldApplication;
  source: TemplateText;
  filled: FilledLetter;
  /** As its applicant will read it; undefined where it can't be written. */
  mail: { subject: string; text: string } | undefined;
  /** No mail reaches the applicant. */
  refused: boolean;
};

/**
 * The letters of one act to many, each from the template of its call in its language, in the order of
 * `applications`. The number of queries does not grow with theirs.
 */
export async function fillLetters(
  db: Db | Trx,
  deps: Needs,
  asked: {
    applications: readonly HeldApplication[];
    act: Exclude<DecisionAct, 'reopen'>;
    author: { id: string; name: string };
    now: Date;
  },
): Promise<LetterOfMany[]> {
  const { applications, act, author, now } = asked;
  const ids = applications.map(({ id }) => id);
  const publication = await getPublication(db);
  const calls = await listCallVersions(db, [
    ...new Set(applications.map(({ callVersionId }) => callVersionId)),
  ]);
  const callIds = [...new Set([...calls.values()].map(({ id }) => id))];
  const saved = await listTemplatesOf(db, callIds, act);
  const signature = (await findStaff(db, author.id))?.signature ?? '';
  const onHold = await listHeldIds(db, ids);
  const agreements = await listAgreements(db, ids);
  const refusals = await listRefusedMails(db, ids);
  return applications.map((application) => {
    const { id } = application;
    const call = found(calls.get(application.callVersionId));
    const language = languageOf(application.language);
    const source =
      saved.find((one) => one.callId === call.id && one.language === language) ??
      standardTemplate(act, language);
    const facts = {
      ...{ publication, call, signature, onHold: onHold.has(id), letterAt: undefined },
      agreedAt: agreements.get(id),
    };
    const filled = composeLetter(deps, { application, act, author, now }, source, facts);
    const own = refusals.filter(({ applicationId }) => applicationId === id);
    return {
      application,
      source: { subject: source.subject, body: source.body },
      filled,
      mail:
        'letter' in filled
          ? renderPreview(deps, application, filled.letter, publication.name)
          : undefined,
      refused:
        own.length > 0 &&
        filterRefusedHere(deps.keys, application, deps.keys.unwrapKey(id, application.wrapped), own)
          .length > 0,
    };
  });
}
