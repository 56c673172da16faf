/** Tries whether rows leave the history that an entity promises. */
import { SqlError } from '../../base/error.ts';
import type { Name, Table } from '../../catalog/model.ts';
import type { Entity } from '../../task/model.ts';
import { beginningOf } from './beginnings.ts';
import type { FieldTest } from './entity-tests.ts';
import { takeTemplate } from './free-row.ts';
import type { RowTestContext } from './row-tests.ts';

/** Writes a row and looks into its history; what no test knows stays open. */
export async function testHistory(
  context: RowTestContext,
  table: Table,
  entity: Entity,
): Promise<readonly FieldTest[]> {
  if (entity.history === 'none') return [];
  const { session } = context;
  await session.query('BEGIN');
  try {
    if (entity.history === 'audit') return [await testAudit(context, table)];
    if (entity.history === 'soft-delete') return [await testSoftDelete(context, table)];
    // Periods are tried by several sessions, on a copy.
    return [];
  } finally {
    await session.query('ROLLBACK');
  }
}

/** A deletion, an insertion and an update must each leave one record. */
async function testAudit(context: RowTestContext, table: Table): Promise<FieldTest> {
  const { session, quote, catalog } = context;
  const key = table.constraints.find((one) => one.kind === 'primary')?.columns ?? [];
  const records = catalog.tables.filter(
    (one) =>
      one !== table &&
      ['operation', 'old_row', 'new_row', ...key].every((name) =>
        one.columns.some((column) => column.name === name),
      ),
  );
  const begins = beginningOf(context.hints ?? [], table);
  const list = table.columns
    .filter((column) => !column.generated && !column.identity && !(column.name in begins))
    .map((column) => quote.identifier(column.name))
    .join(', ');
  const seen = async (): Promise<readonly string[]> => {
    const found = await Promise.all(records.map((record) => operations(context, record, table)));
    return found.flat().toSorted();
  };
  const before = await seen();
  if (!(await takeTemplate(context, table)))
    return { result: 'open', text: 'its history could not be tried: no row may leave' };
  await session.query(`INSERT INTO ${quote.name(table)} (${list}) SELECT ${list} FROM pg_temp.dbd_template`);
  const changed = await changeOne(context, table);
  const after = await seen();
  const missing = ['DELETE', 'INSERT', ...(changed ? ['UPDATE'] : [])].filter(
    (operation) =>
      after.filter((one) => one === operation).length <= before.filter((one) => one === operation).length,
  );
  if (missing.length > 0) return { result: 'broken', text: `no record is left of: ${missing.join(', ')}` };
  return changed
    ? { result: 'kept', text: 'a deletion, an insertion and an update each leave a record' }
    : {
        result: 'open',
        text: 'whether an update leaves a record could not be tried: no row could be changed',
      };
}

/** Gives one row another row's value in some column that no key forbids. */
export async function changeOne({ session, quote }: RowTestContext, table: Table): Promise<boolean> {
  const name = quote.name(table);
  const keyed = new Set(
    table.constraints
      .filter((one) => one.kind !== 'check' && one.kind !== 'not-null' && one.kind !== 'foreign')
      .flatMap((one) => one.columns),
  );
  for (const column of table.columns.filter(
    (one) => !one.generated && !one.identity && !keyed.has(one.name),
  )) {
    const text = quote.identifier(column.name);
    await session.query('SAVEPOINT change');
    try {
      const done = await session.query(
        `UPDATE ${name} AS changed SET ${text} = other.${text} FROM (SELECT ${text} FROM ${name} LIMIT 1) AS other
          WHERE changed.ctid = (SELECT ctid FROM ${name} AS each WHERE each.${text}::text IS DISTINCT FROM (SELECT ${text}::text FROM ${name} LIMIT 1) LIMIT 1)`,
      );
      if (done.count > 0) return true;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      await session.query('ROLLBACK TO SAVEPOINT change');
    }
  }
  return false;
}

/** Operations on a table whose rows are there as they must be; rows of children that went along are other tables'. */
async function operations(
  { session, quote }: RowTestContext,
  record: Name,
  table: Table,
): Promise<readonly string[]> {
  const { rows } = await session.query<{ operation: string }>(
    `SELECT operation FROM ${quote.name(record)} WHERE (operation = 'INSERT' OR old_row IS NOT NULL) AND (operation = 'DELETE' OR new_row IS NOT NULL)
      AND NOT EXISTS (SELECT FROM jsonb_object_keys(to_jsonb(coalesce(new_row, old_row))) AS name WHERE name <> ALL ($1::text[]))`,
    [table.columns.map(({ name }) => name)],
  );
  return rows.map((row) => row.operation);
}

/** A row that is marked as deleted leaves the view of living rows, and stays in the table. */
async function testSoftDelete({ session, quote, catalog }: RowTestContext, table: Table): Promise<FieldTest> {
  const name = quote.name(table);
  const view = catalog.views.find(
    (one) =>
      one.schema === table.schema &&
      one.name.toLowerCase().startsWith('live') &&
      one.definition.includes('deleted_at') &&
      [table.name, quote.identifier(table.name)].some((text) => one.definition.includes(text)),
  );
  if (!view || !table.columns.some((column) => column.name === 'deleted_at'))
    return { result: 'broken', text: 'there is no view of its living rows' };
  const count = async (from: string): Promise<number> =>
    Number((await session.query<{ n: string }>(`SELECT count(*)::text AS n FROM ${from}`)).rows[0]!.n);
  const marked = await session.query(
    `UPDATE ${name} SET deleted_at = NULL WHERE ctid = (SELECT ctid FROM ${name} LIMIT 1)`,
  );
  if (marked.count === 0)
    return { result: 'open', text: 'its history could not be tried: the table has no row' };
  const [all, living] = [await count(name), await count(quote.name(view))];
  await session.query(
    `UPDATE ${name} SET deleted_at = now() WHERE ctid = (SELECT ctid FROM ${name} WHERE deleted_at IS NULL LIMIT 1)`,
  );
  const good = (await count(name)) === all && (await count(quote.name(view))) === living - 1;
  return good
    ? { result: 'kept', text: `a row that is marked as deleted leaves ${view.name} and stays in the table` }
    : { result: 'broken', text: `a row that is marked as deleted stays in ${view.name}` };
}
