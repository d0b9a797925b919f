// The limit of `list`: for each page the one statement that somebody would write by hand for the same rows,
// run by bare `pg` over the same tables and indexes. It counts nothing and knows nothing of who reads.

/** A place in the list. */
export type Row = { id: string; submittedAt: Date };
export type Statement = { text: string; values: unknown[] };

const orders = {
  newest: 'a.submitted_at desc, a.id desc',
  oldest: 'a.submitted_at, a.id',
  waiting: 'a.stage_since, a.id',
} as const;

/** Fifty rows and one more, as the list has them. */
export function listStatement({
  words,
  where = '',
  order = 'newest',
  after,
}: {
  words?: string;
  where?: string;
  order?: keyof typeof orders | undefined;
  after?: Row;
}): Statement {
  const values: unknown[] = [];
  const conditions = ['a.submitted_at is not null', 'a.merged_into is null'];
  if (where !== '') conditions.push(where);
  if (words !== undefined) {
    values.push(words);
    conditions.push(`s.words @@ $${values.length}::tsquery`);
  }
  if (after !== undefined) {
    values.push(after.submittedAt, after.id);
    conditions.push(`(a.submitted_at, a.id) < ($${values.length - 1}, $${values.length})`);
  }
  const search =
    words === undefined ? '' : 'join application_search as s on s.application_id = a.id';
  return {
    text: `select a.id, a.reference, a.full_name, a.latin_name, a.email, a.places, a.languages, a.stage,
      a.decision, a.stage_since, a.submitted_at, a.handling_editor_id
      from applications as a ${search}
      where ${conditions.join(' and ')} order by ${orders[order]} limit 51`,
    values,
  };
}
