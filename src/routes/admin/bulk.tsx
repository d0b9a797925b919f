import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { actInBulk } from '../../actions/act-in-bulk.ts';
import { undoBulkAct, undoEnd } from '../../actions/undo-bulk-act.ts';
import { listApplications } from '../../db/application-list.ts';
import {
  findBulkAct,
  listBulkCandidates,
  listBulkRows,
  listIdsByReference,
} from '../../db/bulk-acts.ts';
import { getPublication } from '../../db/calls.ts';
import { listWorkloads } from '../../db/review-assignments.ts';
import { findTagByKey, listTags } from '../../db/tags.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import {
  type BulkActName,
  bulkActs,
  bulkLimit,
  bulkReasons,
  bulkScopes,
  findObstacle,
  isBulkAct,
  isBulkReason,
  limitOf,
  undoSecondsOf,
} from '../../domain/bulk-acts.ts';
import { may } from '../../domain/permissions.ts';
import { isReference } from '../../domain/references.ts';
import { isDecisionAct } from '../../domain/stages.ts';
import { findTagProblem, readTagName } from '../../domain/tags.ts';
import { AppError, found } from '../../errors.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import { formatListQuery } from '../../views/components/list-links.ts';
import {
  BulkConfirmPage,
  BulkRefusedPage,
  BulkResultPage,
  BulkTargetPage,
} from '../../views/pages/bulk.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm } from '../small-body.ts';
import { showLetters } from './bulk-letters.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readFilter, readListQuery } from './list-query.ts';
import { sayTagProblem } from './tags.tsx';

/** So many rows with what was seen of each fit into 64 KB. */
const bulkBody = bodyLimit({
  maxSize: 64 * 1024,
  onError: () => {
    throw new AppError('too-large');
  },
});

type Target = { value: string; id: string | null; name: string | null };

/** Rows as the confirming form carries them, with the digests of letters; throws `malformed` for anything else. */
function readRows(
  text: string,
  act: BulkActName,
): { reference: string; seen: number; shown: string | null }[] {
  const withLetters = isDecisionAct(act);
  const rows = text.split(' ').map((row) => {
    const [reference = '', seen = '', shown = '', ...more] = row.split('.');
    if (!isReference(reference) || !/^\d{1,15}$/.test(seen) || more.length > 0) {
      throw new AppError('malformed');
    }
    if (withLetters !== /^[\w-]{43}$/.test(shown)) throw new AppError('malformed');
    return { reference, seen: Number(seen), shown: withLetters ? shown : null };
  });
  if (rows.length > limitOf(act)) throw new AppError('malformed');
  return rows;
}

/** Acts on many applications: what would happen, doing it, how it went, taking it back. */
export function bulkRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config } = deps;
  const undoMinutesOf = (act: BulkActName): number =>
    Math.ceil(undoSecondsOf(act, config.outboxHoldSeconds) / 60);

  /** The ids that an address means; more than `limit` where it means too many. */
  const listChosen = async (c: Context<AppEnv>, limit: number): Promise<string[]> => {
    const scope = bulkScopes.find((one) => one === (c.req.query('scope') ?? 'ticked'));
    if (!scope) throw new AppError('malformed');
    if (scope === 'all') {
      const read = readFilter(readListQuery(c), { keys, clock, reader: c.var.staff });
      if (read.problems.length > 0) return [];
      const page = { limit, sort: read.sort, counted: false };
      const names = { language: 'en', fallback: 'en', reader: c.var.staff };
      const { rows, more } = await listApplications(db, read.filter, page, names, {
        withTexts: false,
      });
      return [...rows.map(({ id }) => id), ...(more ? [''] : [])];
    }
    const named =
      scope === 'page' ? (c.req.query('shown') ?? '').split(',') : (c.req.queries('pick') ?? []);
    const references = [...new Set(named.map((one) => one.toUpperCase()))].filter(isReference);
    if (references.length > limit) return references;
    return await listIdsByReference(db, references);
  };

  /** Whom or what an act can be about. */
  const listOptions = async (t: Translator, act: BulkActName) => {
    const { target } = bulkActs[act];
    if (target === 'none') return [];
    if (target === 'reason') {
      return [
        { value: '', label: t('decide.reason.choose') },
        ...bulkReasons.map((value) => ({ value, label: t(`declineReason.${value}`) })),
      ];
    }
    if (target === 'tag') {
      return (await listTags(db)).map(({ id, name }) => ({ value: id, label: name }));
    }
    const permission = target === 'editor' ? 'assign' : 'review';
    const people = (await listWorkloads(db)).filter(({ role }) => may(role, permission));
    const options = people.map(({ id, name }) => ({ value: id, label: name }));
    const none = { value: 'none', label: t('list.handling.none') };
    return act === 'handling' ? [...options, none] : options;
  };

  return new Hono<AppEnv>()
    .use('/bulk/*', requirePermission('act-in-bulk'))
    .get('/bulk', async (c) => {
      const t = translatorFor(c.var.language);
      const { staff } = c.var;
      const query = readListQuery(c);
      const act = c.req.query('act') ?? '';
      if (!isBulkAct(act)) throw new AppError('malformed');
      const common = { frame: await deskFrame(deps, c), staff, query };
      const limit = limitOf(act);
      const ids = await listChosen(c, limit);
      if (ids.length === 0 || ids.length > limit) {
        const tooMany = isDecisionAct(act) ? 'bulk.manyLetters' : 'bulk.many';
        const message = t(ids.length === 0 ? 'bulk.nothing' : tooMany, { limit });
        return sendPage(c, <BulkRefusedPage {...{ ...common, message }} />, 422);
      }
      const typed = c.req.query('target');
      const options = await listOptions(t, act);
      const target = await readTarget(act, typed, options);
      if (!target) {
        const { key, name } = readTagName(typed ?? '');
        const problem = act === 'tag-add' ? findTagProblem({ key, name }) : undefined;
        const missing = act === 'decline' ? 'decide.problem.reason' : 'bulk.target.missing';
        const message = problem ? sayTagProblem(t, problem) : t(missing);
        const chosen = [...new URL(c.req.url).searchParams].filter(([name]) =>
          ['scope', 'shown', 'pick'].includes(name),
        );
        const errors = typed === undefined ? [] : [{ field: 'target', message }];
        const page = (
          <BulkTargetPage
            {...{ ...common, act, chosen, options, errors }}
            count={ids.length}
            known={act === 'tag-add' ? options.map(({ label }) => label) : undefined}
            typed={typed ?? ''}
          />
        );
        return sendPage(c, page, errors.length > 0 ? 422 : 200);
      }
      const people = (await listBulkCandidates(db, ids, target.id)).map((one) => ({
        ...one,
        why: findObstacle(act, one, { role: staff.role, targetId: target.id }),
      }));
      const able = people.filter(({ why }) => why === undefined);
      const leftOut = people.flatMap(({ why, ...one }) => (why ? [{ ...one, why }] : []));
      const written = isDecisionAct(act)
        ? await showLetters(deps, t, { people: able, act, author: staff })
        : undefined;
      return sendPage(
        c,
        <BulkConfirmPage
          {...{ ...common, act }}
          id={randomUUID()}
          target={target.value}
          targetName={target.name}
          people={able}
          letters={written?.letters}
          leftOut={[...leftOut, ...(written?.leftOut ?? [])]}
          undoMinutes={undoMinutesOf(act)}
        />,
      );
    })
    .post('/bulk', bulkBody, async (c) => {
      const field = await readSmallForm(c);
      const [id, act, target] = [field('id'), field('act'), field('target')];
      if (!isBulkAct(act) || !isId(id)) throw new AppError('malformed');
      const isNobody = act === 'handling' && target === 'none';
      const reason = act === 'decline' && isBulkReason(target) ? target : null;
      const isFree = bulkActs[act].target === 'none' || act === 'tag-add' || isNobody;
      const isSound = act === 'decline' ? reason !== null : isFree || isId(target);
      if (!isSound) throw new AppError('malformed');
      const rows = readRows(field('rows'), act);
      const outcome = await actInBulk(deps, {
        ...{ id, act, reason, rows, staff: c.var.staff },
        target: isNobody ? '' : target,
      });
      const query = readListQuery(c);
      if (outcome.kind === 'refused') {
        const message = sayTagProblem(translatorFor(c.var.language), outcome.problem);
        const common = { frame: await deskFrame(deps, c), staff: c.var.staff, query };
        return sendPage(c, <BulkRefusedPage {...{ ...common, message }} />, 422);
      }
      const asked = { asked: String(rows.length) };
      return c.redirect(`/admin/bulk/${id}${formatListQuery(query, asked)}`, 303);
    })
    .get('/bulk/:id', async (c) => showResult(c, {}))
    .post('/bulk/:id/undo', bulkBody, async (c) => {
      const id = c.req.param('id');
      if (!isId(id)) found(undefined);
      try {
        await undoBulkAct(deps, { id, staff: c.var.staff });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        return await showResult(c, { late: true });
      }
      return c.redirect(`/admin/bulk/${id}${formatListQuery(readListQuery(c))}`, 303);
    });

  /** What was chosen to act with; undefined when it is missing or does not do. */
  async function readTarget(
    act: BulkActName,
    typed: string | undefined,
    options: { value: string; label: string }[],
  ): Promise<Target | undefined> {
    if (bulkActs[act].target === 'none') return { value: '', id: null, name: null };
    if (typed === undefined) return undefined;
    if (act === 'tag-add') {
      const { name, key } = readTagName(typed);
      if (findTagProblem({ name, key })) return undefined;
      const tag = await findTagByKey(db, key);
      return { value: name, id: tag?.id ?? null, name: tag?.name ?? name };
    }
    const option = options.find(({ value }) => value === typed);
    if (!option || typed === '') return undefined;
    if (act === 'decline') return { value: typed, id: null, name: option.label };
    const id = typed === 'none' ? null : typed;
    return { value: typed, id, name: option.label };
  }

  async function showResult(c: Context<AppEnv>, { late = false }: { late?: boolean }) {
    const t = translatorFor(c.var.language);
    const id = c.req.param('id') ?? '';
    const bulk = found(isId(id) ? await findBulkAct(db, id) : undefined);
    if (bulk.staffId !== c.var.staff.id) found(undefined);
    const rows = await listBulkRows(db, id);
    const publication = await getPublication(db);
    const frame = await deskFrame(deps, c, publication);
    const done = rows.filter(({ outcome }) => outcome === 'done');
    const now = clock.now();
    const until = undoEnd(bulk, config);
    const isOpen = done.some(({ undoOutcome }) => undoOutcome === null);
    const asked = Number(/^\d{1,3}$/.exec(c.req.query('asked') ?? '')?.[0] ?? rows.length);
    const page = (
      <BulkResultPage
        {...{ frame, id, late, done }}
        staff={c.var.staff}
        query={readListQuery(c)}
        act={bulk.act}
        targetName={bulk.reason ? t(`declineReason.${bulk.reason}`) : bulk.targetName}
        undoMinutes={undoMinutesOf(bulk.act)}
        leftOut={rows.flatMap(({ outcome, ...one }) =>
          outcome === 'done' || outcome === null ? [] : [{ ...one, why: outcome }],
        )}
        undone={
          bulk.undoneAt
            ? {
                done: done.filter(({ undoOutcome }) => undoOutcome === 'done'),
                kept: done.filter(({ undoOutcome }) => undoOutcome === 'stale'),
                left: done.filter(({ undoOutcome }) => undoOutcome === 'left'),
              }
            : undefined
        }
        open={rows.filter(({ outcome }) => outcome === null).length}
        gone={Math.max(0, Math.min(asked, bulkLimit) - rows.length)}
        undoUntil={
          isOpen && (bulk.undoneAt || now <= until)
            ? t.dateTime(until, publication.timeZone)
            : undefined
        }
      />
    );
    return sendPage(c, page, late ? 409 : 200);
  }
}
