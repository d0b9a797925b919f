import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { actInBulk } from '../../actions/act-in-bulk.ts';
import { undoBulkAct } from '../../actions/undo-bulk-act.ts';
import { listBulkCandidates } from '../../db/bulk-acts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import {
  type BulkActName,
  bulkActs,
  findObstacle,
  isBulkAct,
  isBulkReason,
  limitOf,
} from '../../domain/bulk-acts.ts';
import { isReference } from '../../domain/references.ts';
import { isDecisionAct } from '../../domain/stages.ts';
import { findTagProblem, readTagName } from '../../domain/tags.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { formatListQuery } from '../../views/components/list-links.ts';
import { BulkRefusedPage, BulkTargetPage } from '../../views/pages/bulk.tsx';
import { BulkConfirmPage } from '../../views/pages/bulk-confirm.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm } from '../small-body.ts';
import { listChosen, listOptions, readTarget } from './bulk-choice.ts';
import { showLetters } from './bulk-letters.ts';
import { showBulkResult, undoMinutesOf } from './bulk-result.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readListQuery } from './list-query.ts';
import { sayTagProblem } from './tags.tsx';

/** So many rows with what was seen of each fit into 64 KB. */
const bulkBody = bodyLimit({
  maxSize: 64 * 1024,
  onError: () => {
    throw new AppError('too-large');
  },
});

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
  const { db } = deps;

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
      const ids = await listChosen(deps, c, limit);
      if (ids.length === 0 || ids.length > limit) {
        const tooMany = isDecisionAct(act) ? 'bulk.manyLetters' : 'bulk.many';
        const message = t(ids.length === 0 ? 'bulk.nothing' : tooMany, { limit });
        return sendPage(c, <BulkRefusedPage {...{ ...common, message }} />, 422);
      }
      const typed = c.req.query('target');
      const options = await listOptions(deps, t, act);
      const target = await readTarget(deps, act, typed, options);
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
          undoMinutes={undoMinutesOf(deps, act)}
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
    .get('/bulk/:id', async (c) => showBulkResult(deps, c))
    .post('/bulk/:id/undo', bulkBody, async (c) => {
      const id = c.req.param('id');
      if (!isId(id)) found(undefined);
      try {
        await undoBulkAct(deps, { id, staff: c.var.staff });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        return await showBulkResult(deps, c, { late: true });
      }
      return c.redirect(`/admin/bulk/${id}${formatListQuery(readListQuery(c))}`, 303);
    });
}
