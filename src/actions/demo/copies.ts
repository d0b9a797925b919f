import {
  createId,
  createReceiptCode,
  createReference,
  createToken,
  type Keyring,
  seal,
} from '../../crypto.ts';
import { loadInBulk, lookAtLoaded } from '../../db/bulk-load.ts';
import type { Db, Trx } from '../../db/client.ts';
import {
  type CopiedDocument,
  type CopiedMail,
  type CopiedToken,
  forgetOriginals,
  holdOriginals,
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

/** Copies that are written by the same statements. */
const batchSize = 2000;
/** Of these copies are made before the database is asked again whether it has answered. */
const sliceSize = 10;
/** Copies of one person come among others, as people do: what is alike would stand together otherwise. */
const mostEarlierMs = 10 * 86_400_000;

type Original = Awaited<ReturnType<typeof readOriginals>>[number] & {
  /** Of each mail, its subject alone: a million letters are of no use to anybody. Of each document its text. */
  subjects: Map<string, string>;
  plain: Map<string, Buffer>;
};
type Copied = { documents: number; mails: number };

/**
 * Writes `count` copies of seeded applications, numbered from `first`: other references, addresses,
 * keys and tokens, the same people, words and history up to ten days earlier; their documents
 * are pasted texts. Sealed and complete like any application, and stored in the order in which they came. Where
 * there is nothing but the originals, all of it is one transaction, in which nobody else can read
 * applications; else a few thousand at a time.
 */
export async function copyDemo(
  { db, keys, from }: { db: Db; keys: Keyring; from: string },
  ids: readonly string[],
  { first, count, seed }: { first: number; count: number; seed: number },
  onProgress: (done: number) => void,
): Promise<Copied> {
  const originals = (await readOriginals(db, ids)).map((original): Original => {
    const key = keys.unwrapKey(original.application.id, original.application.wrapped);
    const subjects = original.mails.map(
      (mail) => [mail.id, openContent(key, mail).subject] as const,
    );
    const plain = original.texts.map((one) => [one.documentId, Buffer.from(one.text)] as const);
    return { ...original, subjects: new Map(subjects), plain: new Map(plain) };
  });
  const references = await listReferences(db);
  const isAlone = references.size === ids.length;
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '');
  const plan = planCopies(originals, { first, count, seed });
  const writeAll = async (write: (batch: Copy[]) => Promise<void>): Promise<Copied> => {
    const totals = { documents: 0, mails: 0 };
    const make = async (start: number): Promise<Copy[]> => {
      const batch: Copy[] = [];
      for (const { number, earlierMs } of plan(start, start + batchSize)) {
        const original = found(originals[number % originals.length]);
        batch.push(makeCopy(keys, original, { number, earlierMs, references, domain }));
        if (batch.length % sliceSize === 0) await new Promise(setImmediate);
      }
      return batch;
    };
    let next = make(0);
    for (let start = 0; start < count; start += batchSize) {
      const batch = await next;
      // While the database writes these, we seal the next ones.
      next = make(start + batchSize);
      // Heard of when it is awaited, should the writing fail first.
      next.catch(() => {});
      await write(batch);
      totals.documents += batch.reduce((sum, { documents }) => sum + documents.length, 0);
      totals.mails += batch.reduce((sum, { mails }) => sum + mails.length, 0);
      onProgress(start + batch.length);
    }
    return totals;
  };
  const copied = await db.connection().execute(async (connection) => {
    if (isAlone) {
      return await connection.transaction().execute(async (trx) => {
        await holdOriginals(trx, ids);
        const written = await loadInBulk(trx, () => writeAll((batch) => insertBatch(trx, batch)));
        await forgetOriginals(trx);
        return written;
      });
    }
    await holdOriginals(connection, ids);
    try {
      return await writeAll((batch) =>
        connection.transaction().execute((trx) => insertBatch(trx, batch)),
      );
    } finally {
      await forgetOriginals(connection);
    }
  });
  await lookAtLoaded(db);
  return copied;
}

/** The numbers of copies by their place in time, each with how much earlier than its original it is. */
function planCopies(
  originals: readonly Original[],
  { first, count, seed }: { first: number; count: number; seed: number },
) {
  const earlier = new Float64Array(count);
  const times = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const { application } = found(originals[(first + index) % originals.length]);
    earlier[index] = createRandom(`${seed}:${first + index}:copy`).fraction() * mostEarlierMs;
    times[index] = found(application.submittedAt).getTime() - earlier[index]!;
  }
  const order = new Uint32Array(count).map((_, index) => index);
  order.sort((a, b) => times[a]! - times[b]!);
  return (from: number, to: number) =>
    Array.from(order.subarray(from, to), (index) => ({
      number: first + index,
      earlierMs: earlier[index]!,
    }));
}

async function insertBatch(trx: Trx, batch: readonly Copy[]): Promise<void> {
  await insertCopies(
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
    {
      tokens: batch.flatMap(({ tokens }) => tokens),
      documents: batch.flatMap(({ documents }) => documents),
      mails: batch.flatMap(({ mails }) => mails),
    },
  );
}

type Copy = ReturnType<typeof makeCopy>;

function makeCopy(
  keys: Keyring,
  { application, texts, mails: originalMails, subjects, plain }: Original,
  {
    number,
    earlierMs,
    references,
    domain,
  }: { number: number; earlierMs: number; references: Set<string>; domain: string },
) {
  const earlier = (at: Date | null): Date => new Date(found(at).getTime() - earlierMs);
  const submittedAt = earlier(application.submittedAt);
  const id = createId(earlier(application.createdAt));
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
  const documents = texts.map(({ documentId }): CopiedDocument => {
    const document = { id: createId(submittedAt), applicationId: id, original: documentId };
    const context = chunkContext(id, document.id, 0, true);
    return { ...document, data: seal(key, found(plain.get(documentId)), context) };
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
