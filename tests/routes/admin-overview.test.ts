import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const show = async (path = '/admin/overview', seat = desk.editor) => {
  const answer = await seat.get(path);
  return { ...answer, main: answer.html.split('</main>')[0]! };
};

it('a new installation says that nothing came', async () => {
  const { status, main } = await show();
  expect(status).toBe(200);
  expect(main).toContain('No applications came in this period.');
  expect(main).toContain('/admin/overview?period=all');
  expect((await show('/admin/overview?period=all')).main).not.toContain('Show from the beginning');
});

it('is for editors and admins', async () => {
  for (const path of ['/admin/overview', '/admin/overview/received.csv']) {
    expect((await desk.reviewer.get(path)).status).toBe(404);
    expect((await desk.admin.get(path)).status).toBe(200);
  }
  expect((await desk.reviewer.get('/admin')).html).not.toContain('/admin/overview');
  expect((await desk.editor.get('/admin')).html).toContain('href="/admin/overview"');
});

it('periods, calls and tables that do not exist are not found', async () => {
  for (const path of ['?period=ever', '?call=nothing', '/secrets.csv', '/received.csv?period=0'])
    expect((await desk.editor.get(`/admin/overview${path}`)).status).toBe(404);
});

describe('with applications', () => {
  beforeAll(async () => {
    const { deps } = desk;
    const via = '=HYPERLINK("https://example.org")';
    await createSubmitted(deps, { values: { fullName: 'Nino Canary', places: ['georgia'] }, via });
    await createSubmitted(deps, { values: { places: ['armenia'] } });
  });

  it('the picture says in words what it shows, and its table has the same figures', async () => {
    const { main } = await show();
    expect(main).toContain(
      'aria-label="2 applications from Week of 7 Sept to Week of 23 Nov. ' +
        'The most in one part was 2: Week of 23 Nov."',
    );
    const rows = main.match(/<tr>.*?<\/tr>/gs)!.slice(0, 13);
    expect(rows.at(-1)).toMatch(
      /Week of 23 Nov<\/bdi><\/th><td class="num">2<\/td><td class="num">1<\/td><td class="num">1</,
    );
  });

  it('nobody is named', async () => {
    expect((await show()).html).not.toContain('Canary');
  });

  it('1.2.10: every table can be had as a file, without formulas', async () => {
    for (const table of ['received', 'progress', 'promise', 'times', 'sources', 'reviewers']) {
      const { status, headers } = await show(`/admin/overview/${table}.csv`);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    }
    const { html } = await show('/admin/overview/sources.csv?period=30-days&call=regional-experts');
    expect(html.replace('\uFEFF', '').split('\r\n')).toEqual([
      'Page,Applications,Share',
      `"'=hyperlink(""https:/${''}/example.org"")",1,50`,
      'Not known,1,50',
      '',
    ]);
  });

  it('takes as many queries for one application as for many', async () => {
    const count = async () => {
      desk.countQueries();
      await desk.editor.get('/admin/overview');
      return desk.countQueries();
    };
    const few = await count();
    for (let more = 0; more < 3; more += 1) await createSubmitted(desk.deps);
    expect(await count()).toBe(few);
    expect(few).toBeLessThanOrEqual(8);
  });
});
