import type { Context } from 'hono';
import { listApplications } from '../../db/application-list.ts';
import { listIdsByReference } from '../../db/bulk-acts.ts';
import { listWorkloads } from '../../db/review-assignments.ts';
import { findTagByKey, listTags } from '../../db/tags.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type BulkActName, bulkActs, bulkReasons, bulkScopes } from '../../domain/bulk-acts.ts';
import { may } from '../../domain/permissions.ts';
import { isReference } from '../../domain/references.ts';
import { findTagProblem, readTagName } from '../../domain/tags.ts';
import { AppError } from '../../errors.ts';
import type { Translator } from '../../i18n.ts';
import { readFilter, readListQuery } from './list-query.ts';

type Target = { value: string; id: string | null; name: string | null };

/** The ids that an address means; more than `limit` where it means too many. */
export async function listChosen(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  c: Context<AppEnv>,
  limit: number,
): Promise<string[]> {
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
}

/** Whom or what an act can be about. */
export async function listOptions({ db }: Pick<Deps, 'db'>, t: Translator, act: BulkActName) {
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
}

/** What was chosen to act with; undefined when it is missing or does not do. */
export async function readTarget(
  { db }: Pick<Deps, 'db'>,
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
