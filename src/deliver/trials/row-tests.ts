/** Rows that must be accepted or rejected, tried for real: each test runs in a transaction that is rolled back. */
import { SqlError } from '../../base/error.ts';
import { findTable, periodOf } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Constraint, Table } from '../../catalog/model.ts';
import type { Probe, Quote, Session } from '../../engine/model.ts';
import type { FillHint } from '../../twin/model.ts';
import { beginningOf } from './beginnings.ts';
import { removeReferrers, takeTemplate } from './free-row.ts';

/** What one attempt showed. */
export interface Attempt {
  readonly ok: boolean;
  readonly shown: string;
  /** Constraint that raised, or the server's message when none did. */
  readonly constraint?: string;
  readonly message?: string;
  readonly sqlstate?: string;
  /** Why the attempt shows nothing: it could not be made as the task wants it. */
  readonly untried?: string;
}

/** Values by column; anything else of the row is taken from an existing row. */
export type Values = Readonly<Record<string, unknown>>;

export interface RowTestContext {
  /** The owner's session: the texts under test may call hostile functions. */
  readonly session: Session;
  readonly quote: Quote;
  readonly probe: Probe;
  readonly catalog: Catalog;
  /** What new rows begin with. */
  readonly hints?: readonly FillHint[];
  /** Names under which triggers refuse rows for what lies in other rows, which are made up. */
  readonly bystanders?: ReadonlySet<string>;
}

/**
 * Inserts a row that equals an existing one but for the given values; the existing row leaves first, so that no unique
 * key stands in the way. `undefined` when the table has no row that may leave.
 */
export async function tryRow(
  context: RowTestContext,
  table: Table,
  values: Values,
): Promise<Attempt | undefined> {
  const { quote } = context;
  const columns = insertable(table).map((column) => column.name);
  const unsettable = Object.keys(values).filter((name) => !columns.includes(name));
  if (unsettable.length > 0)
    return untriable(JSON.stringify(values), `no row of ${table.name} can set ${unsettable.join(', ')}`);
  const list = columns.map((name) => quote.identifier(name)).join(', ');
  const given: Values = { ...beginningOf(context.hints ?? [], table), ...values };
  const expressions = columns.map((name) =>
    name in given ? literal(quote, given[name]) : `template.${quote.identifier(name)}`,
  );
  const shown = `INSERT INTO ${quote.name(table)} (${list}) … ${JSON.stringify(values)}`;
  return rolledBack(context.session, async () => {
    const removed = await takeTemplate(context, table);
    if (!removed) return undefined;
    return excused(context, shown, async () => {
      const done = await context.session.query(
        `INSERT INTO ${quote.name(table)} (${list}) SELECT ${expressions.join(', ')} FROM pg_temp.dbd_template AS template`,
      );
      if (done.count === 0) throw new Error('the row was left out without an error, as a trigger does');
      await checkDeferred(context.session);
    });
  });
}

/** A rule about other rows that refuses a row for their sake says nothing about what is tried. */
async function excused(
  { bystanders }: RowTestContext,
  shown: string,
  work: () => Promise<unknown>,
): Promise<Attempt> {
  const made = await attempt(shown, work);
  return made.constraint !== undefined && bystanders?.has(made.constraint)
    ? { ...made, untried: `${made.constraint} refused it first, for the sake of rows of the twin` }
    : made;
}

/** What a commit would check late is checked now. */
export async function checkDeferred(session: Session): Promise<void> {
  await session.query('SET CONSTRAINTS ALL IMMEDIATE');
}

/** Inserts a second row with the same values in `columns`; the other columns come from a row of their own. */
export async function tryDuplicate(
  context: RowTestContext,
  table: Table,
  columns: readonly string[],
): Promise<Attempt | undefined> {
  const { quote, session } = context;
  const all = insertable(table).map((column) => column.name);
  return rolledBack(session, async () => {
    const removed = await takeTemplate(context, table);
    if (!removed) return undefined;
    const filled = columns.map((name) => `${quote.identifier(name)} IS NOT NULL`).join(' AND ');
    const begins = beginningOf(context.hints ?? [], table);
    const picks = all.map((name) =>
      name in begins && !columns.includes(name)
        ? literal(quote, begins[name])
        : `${columns.includes(name) ? 'other' : 'template'}.${quote.identifier(name)}`,
    );
    const shown = `INSERT INTO ${quote.name(table)}: a second row with the same ${columns.join(', ')}`;
    const others = await session.query(`SELECT FROM ${quote.name(table)} WHERE ${filled} LIMIT 1`);
    const fixed = columns.filter((name) => !all.includes(name));
    if (fixed.length > 0) return untriable(shown, `no row can set ${fixed.join(', ')}`);
    if (others.count === 0) return untriable(shown, `${table.name} has no second row to repeat`);
    return excused(context, shown, async () => {
      await session.query(
        `INSERT INTO ${quote.name(table)} (${all.map((name) => quote.identifier(name)).join(', ')})
         SELECT ${picks.join(', ')} FROM pg_temp.dbd_template AS template,
         LATERAL (SELECT * FROM ${quote.name(table)} WHERE ${filled} LIMIT 1) AS other`,
      );
      await checkDeferred(session);
    });
  });
}

/** Inserts a row whose foreign key points at nobody. */
export async function tryOrphan(
  context: RowTestContext,
  table: Table,
  key: Constraint,
): Promise<Attempt | undefined> {
  const { quote, session } = context;
  const target = key.references!;
  const values: Record<string, unknown> = {};
  for (const [position, name] of key.columns.entries()) {
    // A column that another key needs too, as a tenant's, keeps its value: else that key would answer.
    const alone = key.columns.some((other) => !shared(table, key, other));
    if (name === periodOf(key) || (alone && shared(table, key, name))) continue;
    const column = table.columns.find((candidate) => candidate.name === name)!;
    const parentColumn = quote.identifier(target.columns[position]!);
    const type = column.type;
    if (/int|numeric/.test(type)) {
      const top = await session.query<{ top: string }>(
        `SELECT (coalesce(max(${parentColumn}), 0) + 104729)::text AS top FROM ${quote.name(target)}`,
      );
      values[name] = top.rows[0]!.top;
    } else
      values[name] =
        type === 'uuid'
          ? 'dbd00000-0000-4000-8000-000000000000'
          : /date|time/.test(type)
            ? '1901-01-01'
            : '~nobody~';
  }
  return tryRow(context, table, values);
}

/** Whether a column belongs to another foreign key as well. */
function shared(table: Table, key: Constraint, name: string): boolean {
  return table.constraints.some((one) => one !== key && one.kind === 'foreign' && one.columns.includes(name));
}

/** What happened to the children of a deleted parent. */
export interface DeleteObservation {
  readonly children: number;
  readonly left: number;
  readonly nulled: number;
  /** Rows that the table lost. */
  readonly gone: number;
  readonly attempt: Attempt;
}

/** Deletes a parent that has children and looks at the children; `undefined` when no parent has any. */
export async function tryDeleteParent(
  context: RowTestContext,
  table: Table,
  key: Constraint,
): Promise<DeleteObservation | undefined> {
  const seen = await deleteParent(context, table, key, false);
  // Others that refer to the same parent stop the delete, and say nothing of this key; they are in nobody's way otherwise.
  const stopped = seen && !seen.attempt.ok && seen.attempt.constraint !== key.name;
  return stopped ? ((await deleteParent(context, table, key, true)) ?? seen) : seen;
}

async function deleteParent(
  context: RowTestContext,
  table: Table,
  key: Constraint,
  alone: boolean,
): Promise<DeleteObservation | undefined> {
  const { quote, session } = context;
  const target = key.references!;
  // A reference between periods is to a thing, whatever the time.
  const sides = key.columns
    .map((own, position) => ({ own, to: target.columns[position]! }))
    .filter(({ own }) => own !== periodOf(key));
  const columns = sides.map(({ own }) => quote.identifier(own));
  const matched = (prefix: string): string =>
    columns.map((column, i) => `${prefix}.${column} IS NOT DISTINCT FROM picked.k${i}`).join(' AND ');
  return rolledBack(session, async () => {
    const picked = await session.query(
      `CREATE TEMPORARY TABLE dbd_picked ON COMMIT DROP AS
       SELECT ${columns.map((column, i) => `${column} AS k${i}`).join(', ')} FROM ${quote.name(table)}
       WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' AND ')} LIMIT 1`,
    );
    if (picked.count === 0) return undefined;
    const parent = alone ? findTable(context.catalog, target) : undefined;
    if (parent)
      await removeReferrers(
        context,
        parent,
        (row) =>
          `(${sides.map(({ to }, i) => `${row}.${quote.identifier(to)} = (SELECT k${i} FROM pg_temp.dbd_picked)`).join(' AND ')})`,
        key,
      );
    await session.query(
      `CREATE TEMPORARY TABLE dbd_children ON COMMIT DROP AS SELECT child.ctid AS place FROM ${quote.name(table)} AS child, dbd_picked AS picked WHERE ${matched('child')}`,
    );
    const count = async (sql: string): Promise<number> =>
      Number((await session.query<{ n: string }>(sql)).rows[0]!.n);
    const children = await count('SELECT count(*) AS n FROM dbd_children');
    if (children === 0) return undefined;
    // A root of the own table that goes is no child that was set to null.
    const others = sameName(table, target)
      ? ` AND NOT (${sides.map(({ to }, i) => `${quote.identifier(to)} = (SELECT k${i} FROM pg_temp.dbd_picked)`).join(' AND ')})`
      : '';
    const nulls = `SELECT count(*) AS n FROM ${quote.name(table)} WHERE ${columns.map((column) => `${column} IS NULL`).join(' AND ')}${others}`;
    const nullsBefore = await count(nulls);
    const all = `SELECT count(*) AS n FROM ${quote.name(table)}`;
    const allBefore = await count(all);
    const result = await attempt(
      `DELETE FROM ${quote.name(target)} of a row that has children in ${quote.name(table)}`,
      async () => {
        await session.query(
          `DELETE FROM ${quote.name(target)} AS parent USING dbd_picked AS picked WHERE ${sides.map(({ to }, i) => `parent.${quote.identifier(to)} = picked.k${i}`).join(' AND ')}`,
        );
        await checkDeferred(session);
      },
    );
    if (!result.ok) return { children, left: children, nulled: 0, gone: 0, attempt: result };
    const left = await count(
      `SELECT count(*) AS n FROM ${quote.name(table)} AS child, dbd_picked AS picked WHERE ${matched('child')}`,
    );
    const nulled = (await count(nulls)) - nullsBefore;
    return { children, left, nulled, gone: allBefore - (await count(all)), attempt: result };
  });
}

/** Columns a row test may set: neither generated nor identity. */
function insertable(table: Table): Table['columns'] {
  return table.columns.filter((column) => !column.generated && !column.identity);
}

function literal(quote: Quote, value: unknown): string {
  return value !== null && typeof value === 'object'
    ? quote.literal(JSON.stringify(value))
    : quote.literal(value);
}

/** An attempt that shows nothing, and why. */
export function untriable(shown: string, why: string): Attempt {
  return { ok: false, shown, message: why, untried: why };
}

/** Runs what must succeed or fail and keeps what the server said. */
export async function attempt(shown: string, work: () => Promise<unknown>): Promise<Attempt> {
  try {
    await work();
    return { ok: true, shown };
  } catch (error) {
    if (!(error instanceof SqlError))
      return { ok: false, shown, message: error instanceof Error ? error.message : String(error) };
    const { constraint, column, sqlstate } = error.fields;
    const named = constraint ?? (sqlstate === '23502' ? `not null of ${column}` : undefined);
    return { ok: false, shown, message: error.message, sqlstate, ...(named ? { constraint: named } : {}) };
  }
}

/** Work in a transaction that is taken back. */
export async function rolledBack<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  try {
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}
