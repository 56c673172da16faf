/** Which statements of a plan have an online form that does not lead to the wanted structure. */
import { DbdError, SqlError } from '../../base/error.ts';
import type { Engine, PlannedStatement } from '../../engine/model.ts';
import type { Tried } from './model.ts';
import type { NoWay } from './ways.ts';

/** Statements about the tables that a failed try names; all statements where it names none. */
export function blamed(
  engine: Engine,
  statements: readonly PlannedStatement[],
  failed: Tried | NoWay,
): readonly PlannedStatement[] {
  const names = 'why' in failed ? named(engine, failed.statement ?? '') : namesOf(engine, failed);
  const found = statements.filter(
    (statement) =>
      named(engine, statement.sql).some((name) => names.includes(name)) ||
      names.some((name) => mentions(statement.path, name)),
  );
  return found.length > 0 ? found : statements;
}

function namesOf(engine: Engine, { failed, left = [], change }: Tried): readonly string[] {
  if (failed === undefined) return left.filter(({ order }) => !order).flatMap(({ path }) => tablesIn(path));
  const { details } = failed;
  const step = change.phases.flatMap((phase) => phase.steps).find(({ id }) => id === details?.['step']);
  const sql = step?.sql ?? (failed instanceof SqlError ? failed.statement : '');
  return named(engine, sql);
}

/** Bare names of tables that a text changes. */
function named(engine: Engine, sql: string): readonly string[] {
  try {
    return engine.grammar
      .split(sql)
      .flatMap((statement) => engine.grammar.touches(statement))
      .map(({ name }) => name);
  } catch (error) {
    if (error instanceof DbdError) return [];
    throw error;
  }
}

/** Words of a path that may be a table: `table public.users column email`. */
function tablesIn(path: string): readonly string[] {
  const qualified = path.split(' ')[1] ?? '';
  return [qualified.slice(qualified.lastIndexOf('.') + 1).replaceAll('"', '')];
}

function mentions(path: string, name: string): boolean {
  return path.split(/[ .]/).some((word) => word.replaceAll('"', '') === name);
}
