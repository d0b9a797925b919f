import { type Context, Hono } from 'hono';
import { getDeskFacts } from '../../db/desk-facts.ts';
import {
  countReceived,
  countSources,
  findFirstSubmission,
  listReviewerLoads,
  readProgress,
} from '../../db/overview.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { pickText } from '../../domain/calls.ts';
import { byteOrderMark, csvLine } from '../../domain/csv.ts';
import { listBuckets, overviewPeriods, overviewTables } from '../../domain/overview.ts';
import { AppError } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import {
  type Cell,
  type OverviewFacts,
  overviewTable,
} from '../../views/components/overview-tables.ts';
import { OverviewPage, type OverviewQuery } from '../../views/pages/overview.tsx';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

const shownSources = 10;

/** A cell for whoever calculates: per cent and hours as plain numbers. */
function writeCell(cell: Cell): string {
  if (typeof cell !== 'object') return String(cell);
  if ('percent' in cell) return String(cell.percent);
  return cell.seconds === null ? '' : (cell.seconds / 3600).toFixed(1);
}

/** The newsroom's figures: pages and tables below /admin/overview. */
export function overviewRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  async function read(c: Context<AppEnv>) {
    const t = translatorFor(c.var.language);
    const { publication, calls } = await getDeskFacts(db);
    const asked = c.req.query('period') || '12-weeks';
    const period = overviewPeriods.find((one) => one === asked);
    const call = c.req.query('call') ?? '';
    if (!period || (call !== '' && !calls.some(({ slug }) => slug === call)))
      throw new AppError('not-found');
    const query: OverviewQuery = { period, call };
    const now = clock.now();
    const time = { now, timeZone: publication.timeZone };
    const chosen = call === '' ? undefined : call;
    const first = period === 'all' ? await findFirstSubmission(db, chosen) : undefined;
    const buckets = listBuckets(period, time, first ?? now);
    const scope = { bounds: buckets.bounds, call: chosen };
    const names = calls.map((one) => ({
      slug: one.slug,
      ...pickText(one.texts, t.language, publication.language),
    }));
    const facts: OverviewFacts = {
      ...{ buckets, ...time },
      received: await countReceived(db, scope),
      placeNames: new Map(names.flatMap(({ places }) => Object.entries(places))),
      progress: await readProgress(db, scope, time),
      sources: await countSources(db, scope, shownSources),
      reviewers: await listReviewerLoads(db, scope),
    };
    return { t, publication, query, calls: names, facts };
  }

  return new Hono<AppEnv>()
    .use('/overview/*', requirePermission('read-overview'))
    .get('/overview', requirePermission('read-overview'), async (c) => {
      const { publication, query, calls, facts } = await read(c);
      return sendPage(
        c,
        <OverviewPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          {...{ query, calls, facts }}
        />,
      );
    })
    .get('/overview/:file{[a-z]+\\.csv}', async (c) => {
      const table = overviewTables.find((one) => `${one}.csv` === c.req.param('file'));
      if (!table) throw new AppError('not-found');
      const { t, facts } = await read(c);
      const { columns, rows } = overviewTable(t, facts, table);
      const lines = [columns, ...rows.map(({ head, cells }) => [head, ...cells.map(writeCell)])];
      const day = clock.now().toISOString().slice(0, 10);
      return c.body(byteOrderMark + lines.map(csvLine).join(''), 200, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="${table}-${day}.csv"`,
        'X-Content-Type-Options': 'nosniff',
      });
    });
}
