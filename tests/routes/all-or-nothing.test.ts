import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { breakTable } from '../support/failing-table.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { fillDraft, goodFields, goodFiles, sendForm, submit } from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const tables = ['applications', 'application_tokens', 'documents', 'document_chunks'];
const consequences = ['events', 'mails', 'jobs'];

/** Everything that one table holds, as text. */
const contents = async (names: readonly string[]): Promise<string[]> => {
  const dumps = names.map(async (name) => {
    const { rows } = await sql<{ dump: string | null }>`
      select string_agg(t::text, '\n' order by t::text) as dump from ${sql.table(name)} as t`.execute(
      test.deps.db,
    );
    return `${name}: ${rows[0]?.dump ?? 'nothing'}`;
  });
  return await Promise.all(dumps);
};

describe('2.3.3: a submit that fails', () => {
  it.each([
    ['update', 'applications'],
    ['insert', 'events'],
    ['insert', 'application_tokens'],
    ['insert', 'mails'],
    ['insert', 'jobs'],
  ] as const)(
    'at its %s of %s leaves everything as it was, and works afterwards',
    async (act, table) => {
      const token = await fillDraft(test.app);
      const before = await contents([...tables, ...consequences]);
      const mend = await breakTable(test.deps.db, act, table);
      const answer = await submit(test.app, token, { revision: 2 });
      const html = await answer.text();
      await mend();
      expect(answer.status).toBe(500);
      expect(titleOf(html)).toBe('Something went wrong here – Caucasus Watch');
      expect(html).not.toMatch(/planted|check_violation|23514|at .*\.ts/);
      expect(await contents([...tables, ...consequences])).toEqual(before);
      expect((await submit(test.app, token, { revision: 2 })).status).toBe(303);
    },
  );
});

describe('2.3.3: a form that can not be stored', () => {
  it.each([
    ['insert', 'applications'],
    ['insert', 'documents'],
    ['insert', 'document_chunks'],
    ['update', 'applications'],
  ] as const)('because of its %s of %s comes back with what was typed', async (act, table) => {
    const mend = await breakTable(test.deps.db, act, table);
    const answer = await sendForm(test.app, { ...goodFields, topics: 'all\nof it' }, goodFiles());
    const html = await answer.text();
    await mend();
    expect(answer.status).toBe(500);
    expect(titleOf(html)).toBe('Error: Something went wrong here – Caucasus Watch');
    expect(html).not.toMatch(/planted|23514/);
    const carried = elementsOf(html, 'input').map(({ name, value }) => [name, value]);
    expect(carried).toContainEqual(['topics', 'all\nof it']);
    expect(carried).toContainEqual(['fullName', goodFields.fullName]);
    expect((await contents(['documents'])).join()).not.toContain('receiving');
    const again = await sendForm(test.app, Object.fromEntries(carried), goodFiles());
    expect(again.status).toBe(303);
  });

  it('16.5.1: says what went wrong to the log only, without a word of the person', async () => {
    const mend = await breakTable(test.deps.db, 'update', 'applications');
    test.logged.length = 0;
    const answer = await sendForm(test.app, { ...goodFields, fullName: 'Canary Person' });
    const html = await answer.text();
    await mend();
    expect(answer.status).toBe(500);
    expect(plainText(html)).toContain('The fault is ours and has been recorded.');
    expect(html).not.toMatch(/planted|check_violation|23514|at .*\.ts/);
    const failed = test.logged.filter((line) => line.includes('request failed'));
    expect(failed).toHaveLength(1);
    expect(JSON.parse(failed[0]!)).toMatchObject({ level: 50, error: '23514' });
    expect(test.logged.join()).not.toMatch(/Canary|planted/);
  });
});
