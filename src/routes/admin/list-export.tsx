import { Hono } from 'hono';
import type { StaffMember } from '../../auth/sessions.ts';
import { countLimit } from '../../db/application-counts.ts';
import { listApplications } from '../../db/application-list.ts';
import type { ListedApplication } from '../../db/application-rows.ts';
import { getDeskFacts } from '../../db/desk-facts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { byteOrderMark, csvLine } from '../../domain/csv.ts';
import { daysBetween } from '../../domain/reply-clock.ts';
import { AppError } from '../../errors.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import { takeFromEach } from '../../rate-limit.ts';
import { type ExportColumn, exportColumns } from '../../views/components/list-links.ts';
import { ListExportPage } from '../../views/pages/list-export.tsx';
import { streamOf } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readFilter, readListQuery } from './list-query.ts';

const batchSize = 500;
/** Tables that one person takes in an hour. */
const limit = { bucket: 'list-export', limit: 30, windowSeconds: 3600 };

const isColumn = (name: string): name is ExportColumn => exportColumns.some((one) => one === name);

/** A row's cells by column; days and times as ISO 8601 has them, for whoever calculates. */
function cellsOf(row: ListedApplication, t: Translator, now: Date): Record<ExportColumn, string> {
  const stage = row.stage === 'screening' && !row.opened ? 'new' : row.stage;
  return {
    reference: row.reference,
    fullName: row.fullName,
    latinName: row.latinName,
    email: row.email,
    places: [
      ...row.places.map((place) => row.placeNames[place] ?? place).sort(t.compare),
      ...(row.placesOther === '' ? [] : [row.placesOther]),
    ].join('; '),
    languages: row.languages.join('; '),
    sampleLanguages: row.sampleLanguages.join('; '),
    stage: row.decision ? t(`decision.${row.decision}`) : t(`list.tab.${stage}`),
    handling: row.handling ?? '',
    submittedAt: row.submittedAt.toISOString(),
    daysAtStage: String(daysBetween(row.stageSince, now)),
    documents: String(row.documentCount),
    tags: row.tags.map(({ name }) => name).join('; '),
  };
}

/** The filtered list as a table for spreadsheets: first which columns, then the file. */
export function listExportRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, log } = deps;

  async function* writeLines(
    { filter, sort }: ReturnType<typeof readFilter>,
    columns: readonly ExportColumn[],
    t: Translator,
    { fallback, reader }: { fallback: string; reader: StaffMember },
  ): AsyncGenerator<Buffer> {
    yield Buffer.from(byteOrderMark + csvLine(columns.map((column) => t(`export.${column}`))));
    const now = clock.now();
    const names = { language: t.language, fallback, reader };
    let after: { id: string; micros: number } | undefined;
    for (let more = true; more; ) {
      const page = { after, limit: batchSize, sort, counted: false };
      const batch = await listApplications(db, filter, page, names, { withTexts: false });
      // What is discreet does not leave the system.
      const open = batch.rows.filter(({ discreet }) => !discreet);
      const lines = open.map((row) => {
        const cells = cellsOf(row, t, now);
        return csvLine(columns.map((column) => cells[column]));
      });
      if (lines.length > 0) yield Buffer.from(lines.join(''));
      ({ more } = batch);
      after = batch.rows.at(-1);
    }
  }

  return new Hono<AppEnv>()
    .get('/export', requirePermission('export-applications'), async (c) => {
      const query = readListQuery(c);
      const { filter, sort, problems } = readFilter(query, { keys, clock, reader: c.var.staff });
      const { total, limit } =
        problems.length > 0
          ? { total: 0, limit: countLimit }
          : await listApplications(
              db,
              filter,
              { limit: 1, sort },
              { language: 'en', fallback: 'en', reader: c.var.staff },
            );
      return sendPage(
        c,
        <ListExportPage
          frame={await deskFrame(deps, c)}
          staff={c.var.staff}
          {...{ query, total, countLimit: limit }}
        />,
      );
    })
    .get('/export.csv', requirePermission('export-applications'), async (c) => {
      const read = readFilter(readListQuery(c), { keys, clock, reader: c.var.staff });
      const wanted = c.req.queries('column') ?? [];
      if (read.problems.length > 0 || !wanted.every(isColumn)) throw new AppError('malformed');
      const wait = await takeFromEach(deps, [{ rule: limit, subject: c.var.staff.id }]);
      if (wait > 0) throw new AppError('too-many-requests', { retryAfter: wait });
      const columns = exportColumns.filter((one) => wanted.length === 0 || wanted.includes(one));
      const { publication } = await getDeskFacts(db);
      const t = translatorFor(c.var.language);
      const day = clock.now().toISOString().slice(0, 10);
      const lines = writeLines(read, columns, t, {
        fallback: publication.language,
        reader: c.var.staff,
      });
      return c.body(
        streamOf(lines, (error) =>
          log.error({ error: describeError(error) }, 'an export broke off'),
        ),
        200,
        {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': `attachment; filename="applications-${day}.csv"`,
          'X-Content-Type-Options': 'nosniff',
          'Cache-Control': 'no-store, no-transform',
        },
      );
    });
}
