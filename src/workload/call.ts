/** One call of a prepared query, or of all statements of a transaction. */
import type { Session } from '../engine/model.ts';
import type { PreparedQuery, PreparedStatement } from './model.ts';

/** What a call runs, in order: the statements of a transaction, or the one statement. */
export function statementsOf(query: PreparedQuery): readonly PreparedStatement[] {
  return query.statements ?? [{ sql: query.sql, kind: query.kind, tables: query.tables }];
}

/** The values of one statement, out of those of the whole call. */
export function valuesOf(statement: PreparedStatement, values: readonly unknown[]): readonly unknown[] {
  return statement.takes ? statement.takes.map((position) => values[position]) : values;
}

/** Runs one call; a transaction is begun, committed, and rolled back when a statement fails. Throws `SqlError`. */
export async function runCall(
  session: Session,
  query: PreparedQuery,
  values: readonly unknown[],
): Promise<void> {
  if (query.statements === undefined) {
    await session.query(query.sql, values);
    return;
  }
  await session.run('BEGIN');
  try {
    for (const statement of query.statements) await session.query(statement.sql, valuesOf(statement, values));
    await session.run('COMMIT');
  } catch (error) {
    await session.run('ROLLBACK');
    throw error;
  }
}
