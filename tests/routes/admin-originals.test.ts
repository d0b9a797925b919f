import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeCopies } from '../support/copies.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted, pdf } from '../support/factories.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const copied = Buffer.from('%PDF-1.7 a copy');

async function submitFile() {
  const file = { kind: 'cv' as const, name: 'ცვ.pdf' };
  const { id, reference } = await createSubmitted(desk.deps, { files: [file] });
  const { rows } = await sql<{ id: string }>`
    select id from documents where application_id = ${id}`.execute(desk.deps.db);
  const documentId = rows[0]!.id;
  const page = `/admin/applications/${reference}`;
  return { id, documentId, page, path: `${page}/documents/${documentId}` };
}

const logOf = async (id: string) =>
  (
    await sql`select type, staff_id from access_log where application_id = ${id} order by id`.execute(
      desk.deps.db,
    )
  ).rows;

describe('source 5: the original', () => {
  it('is not what a download gives: that is the copy', async () => {
    const { id, path } = await submitFile();
    await storeCopies(desk.deps, id, { state: 'made', bytes: copied, lost: 0 });
    const answer = await desk.reviewer.fetch(path);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(copied);
    expect(answer.headers.get('content-length')).toBe(String(copied.length));
    expect(answer.headers.get('content-disposition')).toContain(encodeURIComponent('ცვ.pdf'));
    expect(await logOf(id)).toEqual([{ type: 'downloaded', staffId: desk.reviewer.staff.id }]);
  });

  it.each([undefined, { state: 'none', reason: 'unsupported' } as const])(
    'is offered, not given, where there is no copy: %o',
    async (copy) => {
      const { id, path } = await submitFile();
      if (copy) await storeCopies(desk.deps, id, copy);
      const answer = await desk.editor.get(path);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `${path}/original`]);
      expect(await logOf(id)).toEqual([]);
    },
  );

  it('is given for a reason, which is kept and can be read by the editors', async () => {
    const { id, path, page, documentId } = await submitFile();
    const original = `${path}/original`;
    const form = await desk.editor.get(original);
    expect(form.status).toBe(200);
    expect(form.html).toContain('Dangerzone');
    expect(await logOf(id)).toEqual([]);
    const reason = 'The <copy> lacks a picture';
    const answer = await desk.editor.post(original, { reason });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-length': String(pdf.length),
    });
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(await logOf(id)).toEqual([{ type: 'downloaded', staffId: desk.editor.staff.id }]);
    const { rows } = await sql`select document_id, staff_id, reason from original_openings
      where application_id = ${id}`.execute(desk.deps.db);
    expect(rows).toEqual([{ documentId, staffId: desk.editor.staff.id, reason }]);
    expect((await desk.admin.get(original)).html).toContain('The &lt;copy&gt; lacks a picture');
    expect((await desk.admin.get(page)).html).toContain(
      `${desk.editor.staff.name} opened the original: CV`,
    );
  });

  it.each([
    ['', 'Say why you need the original'],
    ['  \u200b ', 'Say why you need the original'],
    ['x'.repeat(501), 'Use at most 500 characters'],
  ])('is not given for %j', async (reason, message) => {
    const { id, path } = await submitFile();
    const answer = await desk.editor.post(`${path}/original`, { reason });
    expect([answer.status, answer.html.includes(message)]).toEqual([422, true]);
    expect(await logOf(id)).toEqual([]);
  });

  it('is not there for reviewers', async () => {
    const { id, path } = await submitFile();
    for (const answer of [
      await desk.reviewer.get(`${path}/original`),
      await desk.reviewer.post(`${path}/original`, { reason: 'I want it' }),
    ]) {
      expect(answer.status).toBe(404);
    }
    expect(await logOf(id)).toEqual([]);
  });

  it('of another application, or of nothing, is not there', async () => {
    const [mine, other] = [await submitFile(), await submitFile()];
    const path = mine.path.replace(mine.documentId, other.documentId);
    for (const one of [path, mine.path.replace(mine.documentId, 'x')]) {
      expect((await desk.admin.get(`${one}/original`)).status).toBe(404);
      expect((await desk.admin.post(`${one}/original`, { reason: 'why not' })).status).toBe(404);
    }
    expect(await logOf(other.id)).toEqual([]);
  });
});
