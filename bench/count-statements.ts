import pg from 'pg';

type Submit = (this: { text?: string }, connection: unknown) => unknown;

/** How many statements `work` sends, those that begin and end transactions aside. */
export async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const sent = pg.Query.prototype as unknown as { submit: Submit };
  const { submit } = sent;
  let count = 0;
  sent.submit = function (connection) {
    if (!/^(begin|commit|rollback|start)/i.test(this.text ?? '')) count += 1;
    return submit.call(this, connection);
  };
  try {
    await work();
  } finally {
    sent.submit = submit;
  }
  return count;
}
