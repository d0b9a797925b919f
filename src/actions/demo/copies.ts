import {
  createId,
  createReceiptCode,
  createReference,
  createToken,
  type Keyring,
  seal,
} from '../../crypto.ts';
import type { Db } from '../../db/client.ts';
import {
  type CopiedDocument,
  type CopiedMail,
  type CopiedToken,
  insertCopies,
  listReferences,
  readOriginals,
} from '../../db/copies.ts';
import { openContent, sealContent } from '../../db/mails.ts';
import { chunkContext } from '../../documents/store.ts';
import { foldEmailAddress } from '../../domain/email-address.ts';
import { found } from '../../errors.ts';
import { tokenContext } from '../open-private-page.ts';
import { createRandom } from './random.ts';

/** Copies that are written in one transaction. */
const batchSize = 1000;
const hourMs = 3_600_000;

type Original = Awaited<ReturnType<typeof readOriginals>>[number] & {
  /** Of each mail, its subject alone: a million letters are of no use to anybody. */
  subjects: Map<string, string>;
};

/**
 * Writes `count` copies of seeded applications, numbered from `first`: other references, addresses,
 * keys and tokens, the same people, words and history up to an hour earlier; their documents are
 * pasted texts. Sealed and complete like any application.
 */
export async function copyDemo(
  { db, keys, from }: { db: Db; keys: Keyring; from: string },
  ids: readonly string[],
  { first, count, seed }: { first: number; count: number; seed: number },
  onProgress: (done: number) => void,
): Promise<{ documents: number; mails: number }> {
  const originals = (await readOriginals(db, ids)).map((original): Original => {
    const key = keys.unwrapKey(original.application.id, original.application.wrapped);
    const subjects = original.mails.map(
      (mail) => [mail.id, openContent(key, mail).subject] as const,
    );
    return { ...original, subjects: new Map(subjects) };
  });
  const references = await listReferences(db);
  const totals = { documents: 0, mails: 0 };
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '');
  let begun = 0;
  let done = 0;
  const writeBatches = async (): Promise<void> => {
    while (begun < count) {
      const start = begun;
      begun = Math.min(start + batchSize, count);
      const batch = Array.from({ length: begun - start }, (_, index) => {
        const number = first + start + index;
        const original = found(originals[number % originals.length]);
        return makeCopy(keys, original, { number, seed, references, domain });
      });
      const belongings = {
        tokens: batch.flatMap(({ tokens }) => tokens),
        documents: batch.flatMap(({ documents }) => documents),
        mails: batch.flatMap(({ mails }) => mails),
      };
      await db.transaction().execute((trx) =>
        insertCopies(
          trx,
          {
            id: batch.map(({ id }) => id),
            original: batch.map(({ original }) => original),
            earlierMs: batch.map(({ earlierMs }) => earlierMs),
            reference: batch.map(({ reference }) => reference),
            email: batch.map(({ email }) => email),
            emailHash: batch.map(({ emailHash }) => emailHash),
            wrapped: batch.map(({ wrapped }) => wrapped),
            version: batch.map(({ version }) => version),
          },
          belongings,
        ),
      );
      totals.documents += belongings.documents.length;
      totals.mails += belongings.mails.length;
      done += batch.length;
      onProgress(done);
    }
  };
  // Two at a time: while one waits for the database, the other seals.
  await Promise.all([writeBatches(), writeBatches()]);
  return totals;
}

function makeCopy(
  keys: Keyring,
  { application, texts, mails: originalMails, subjects }: Original,
  {
    number,
    seed,
    references,
    domain,
  }: { number: number; seed: number; references: Set<string>; domain: string },
) {
  const random = createRandom(`${seed}:${number}:copy`);
  const earlierMs = random.fraction() * hourMs;
  const submittedAt = found(application.submittedAt);
  const id = createId(new Date(application.createdAt.getTime() - earlierMs));
  const { key, wrapped, version } = keys.createKey(id);
  let reference = createReference();
  while (references.has(reference)) reference = createReference();
  references.add(reference);
  const email = application.email.replace(/\.\d+@/, `.${number + 1}@`);
  const secrets = { draft: createToken(), private: createToken(), receipt: createReceiptCode() };
  const tokens = (['draft', 'private', 'receipt'] as const).map(
    (kind): CopiedToken => ({
      kind,
      applicationId: id,
      tokenHash: keys.lookup(kind === 'receipt' ? 'receipt' : 'token', secrets[kind]),
      sealed: seal(key, Buffer.from(secrets[kind]), tokenContext(kind, id)),
    }),
  );
  const documents = texts.map(({ documentId, text }): CopiedDocument => {
    const document = { id: createId(submittedAt), applicationId: id, original: documentId };
    const context = chunkContext(id, document.id, 0, true);
    return { ...document, data: seal(key, Buffer.from(text), context) };
  });
  const mails = originalMails.map((mail): CopiedMail => {
    const mailId = createId(submittedAt);
    const subject = found(subjects.get(mail.id)).replace(application.reference, reference);
    const to = mail.template === 'receipt' ? { name: '', address: email } : null;
    const content = { to, subject, text: `${subject}\n`, html: '', replyTo: null };
    const contentSealed = sealContent(key, mailId, content);
    return {
      id: mailId,
      applicationId: id,
      original: mail.id,
      messageId: `<${mailId}@${domain}>`,
      contentSealed,
    };
  });
  return {
    ...{ id, original: application.id, earlierMs, reference, email, wrapped, version },
    ...{ emailHash: keys.lookup('email', foldEmailAddress(email)), tokens, documents, mails },
  };
}
