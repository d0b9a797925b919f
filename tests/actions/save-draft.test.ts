import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft, getOpenDraft, type OpenDraft } from '../../src/actions/open-draft.ts';
import { readPastedTexts, valuesOf } from '../../src/actions/read-application.ts';
import { type DraftChange, saveDraft } from '../../src/actions/save-draft.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { makeSample } from '../../src/documents/samples.ts';
import { receiveDocument } from '../../src/documents/store.ts';
import type { DocumentKind } from '../../src/domain/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { fillDraft, goodFields, goodFiles, sendForm, submit } from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Puts a file into the draft as a request does before it saves what was typed. */
async function receive(
  draft: OpenDraft,
  kind: DocumentKind,
  title: string,
  source?: AsyncIterable<Buffer>,
): Promise<string> {
  const received = await receiveDocument(
    test.deps.db,
    {
      applicationId: draft.application.id,
      key: draft.key,
      kind,
      origin: 'file',
      position: 0,
      name: `${title}.pdf`,
      language: null,
      maxBytes: 1_000_000,
    },
    source ?? once(makeSample('pdf', { title, paragraphs: [] })),
    test.clock.now(),
  );
  if (!received.ok) throw new Error(received.problem);
  return received.id;
}

async function save(
  draft: OpenDraft,
  change: Partial<DraftChange>,
  db = test.deps.db,
): Promise<string[]> {
  const { documents } = await saveDraft({ ...test.deps, db }, draft, {
    language: 'en',
    values: valuesOf(draft.key, draft.application),
    texts: {},
    arrived: [],
    removed: [],
    sampleLanguages: new Map(),
    ...change,
  });
  return documents.map(({ kind, name }) => `${kind}: ${name}`);
}

const openDraft = async (files = goodFiles()): Promise<OpenDraft> =>
  await getOpenDraft(test.deps, await fillDraft(test.app, { intent: 'save' }, files));

describe('two requests that change one draft at the same time', () => {
  it('leave one CV, whichever of them is saved first', async () => {
    const draft = await openDraft([]);
    const [first, second] = [await receive(draft, 'cv', 'a'), await receive(draft, 'cv', 'b')];
    expect(await save(draft, { arrived: [first] })).toEqual(['cv: a.pdf']);
    expect(await save(draft, { arrived: [second] })).toEqual(['cv: a.pdf']);
  });

  it('leave the newer CV when it came after the other was saved', async () => {
    const draft = await openDraft([]);
    await save(draft, { arrived: [await receive(draft, 'cv', 'a')] });
    expect(await save(draft, { arrived: [await receive(draft, 'cv', 'b')] })).toEqual([
      'cv: b.pdf',
    ]);
  });

  it('do not judge a file of the other that arrives in the middle of the save', async () => {
    const draft = await openDraft([]);
    await save(draft, { arrived: [await receive(draft, 'cv', 'a')] });
    const fresh = await receive(draft, 'cv', 'b');
    const deletions = new WeakSet<object>();
    let late: string | undefined;
    const db = test.deps.db.withPlugin({
      transformQuery({ node, queryId }) {
        if (node.kind === 'DeleteQueryNode') deletions.add(queryId);
        return node;
      },
      async transformResult({ result, queryId }) {
        if (deletions.has(queryId)) late = await receive(draft, 'cv', 'c');
        return result;
      },
    });
    expect(await save(draft, { arrived: [fresh] }, db)).toEqual(['cv: b.pdf']);
    expect(await save(draft, { arrived: [late!] })).toEqual(['cv: c.pdf']);
  });

  it('leave one text of each kind', async () => {
    const draft = await openDraft([]);
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((text) => save(draft, { texts: { cv: text, coverLetter: 'e' } })),
    );
    const held = await listDocuments(test.deps.db, draft.application.id);
    expect(held.map(({ kind }) => kind)).toEqual(['cv', 'coverLetter']);
    const texts = await readPastedTexts(test.deps.db, draft.key, held);
    expect(['a', 'b', 'c', 'd']).toContain(texts.cv);
  });

  it('as a double click without JavaScript sends them, lose nothing', async () => {
    const token = await fillDraft(test.app, { intent: 'save' }, []);
    const answers = await Promise.all(
      [1, 2].map(() => sendForm(test.app, { ...goodFields, draft: token }, goodFiles())),
    );
    expect(answers.map((one) => one.status)).toEqual([303, 303]);
    const { application } = await findDraft(test.deps, token);
    const held = await listDocuments(test.deps.db, application.id);
    expect(held.map(({ name }) => name)).toEqual(['cv.pdf', 'letter.docx', 'პანკისი.odt']);
  });
});

describe('a file that arrives while its draft is submitted', () => {
  it('is refused once the application is submitted, and leaves nothing', async () => {
    const token = await fillDraft(test.app);
    const draft = await getOpenDraft(test.deps, token);
    const bytes = makeSample('pdf', { title: 'late', paragraphs: [] }, { size: 600_000 });
    async function* slow(): AsyncGenerator<Buffer> {
      yield bytes.subarray(0, 400_000);
      await submit(test.app, token);
      yield bytes.subarray(400_000);
    }
    await expect(receive(draft, 'writingSample', 'late', slow())).rejects.toMatchObject({
      code: 'already-submitted',
    });
    const rows = await test.deps.db
      .selectFrom('documents')
      .select(['name', 'state'])
      .where('applicationId', '=', draft.application.id)
      .orderBy('name')
      .execute();
    expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'cv.pdf received',
      'letter.docx received',
      'პანკისი.odt received',
    ]);
    await expect(save(draft, {})).rejects.toMatchObject({ code: 'already-submitted' });
  });
});

describe('saveDraft', () => {
  it('raises the revision with every change', async () => {
    const draft = await openDraft();
    const before = draft.application.revision;
    await save(draft, {});
    expect((await getOpenDraft(test.deps, draft.token)).application.revision).toBe(before + 1);
  });

  it('takes the language in which the form was last filled in', async () => {
    const draft = await openDraft();
    expect(draft.application.language).toBe('en');
    await save(draft, { language: 'de' });
    expect((await getOpenDraft(test.deps, draft.token)).application.language).toBe('de');
  });

  it('keeps the moment of the consent, and forgets it when the box is cleared', async () => {
    const draft = await openDraft();
    const values = valuesOf(draft.key, draft.application);
    const consented = draft.application.consentedAt;
    test.clock.advance(60);
    await save(draft, { values });
    const consentOf = async () =>
      (await getOpenDraft(test.deps, draft.token)).application.consentedAt;
    expect(await consentOf()).toEqual(consented);
    await save(draft, { values: { ...values, consent: false } });
    expect(await consentOf()).toBeNull();
  });

  it('seals the contact handle', async () => {
    const draft = await openDraft();
    const values = valuesOf(draft.key, draft.application);
    await save(draft, { values: { ...values, contactHandle: 'canary-handle' } });
    const { application, key } = await getOpenDraft(test.deps, draft.token);
    expect(JSON.stringify(application)).not.toContain('canary');
    expect(application.contactHandleSealed?.includes('canary-handle')).toBe(false);
    expect(valuesOf(key, application).contactHandle).toBe('canary-handle');
  });

  it('deletes no document of another draft', async () => {
    const [mine, theirs] = [await openDraft(), await openDraft()];
    const held = await listDocuments(test.deps.db, theirs.application.id);
    await save(mine, { removed: [...held.map(({ id }) => id), 'no uuid'] });
    expect(await listDocuments(test.deps.db, theirs.application.id)).toEqual(held);
  });
});
