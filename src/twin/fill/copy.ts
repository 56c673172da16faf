/** Checks and keys that a bare table does not have yet, on an empty copy of it: rows are tried there. */
import { SqlError } from '../../base/error.ts';
import type { Table } from '../../catalog/model.ts';
import type { Session } from '../../engine/model.ts';
import type { PlanContext, TablePlan } from './plan.ts';

/** Makes the copy in the session and returns its plan; what the server refuses there is left to those who make the real one. Everything ends with the transaction that is open. */
export async function copyOf(plan: TablePlan, session: Session, context: PlanContext): Promise<TablePlan> {
  const { quote } = context.engine;
  const table: Table = { ...plan.table, schema: 'pg_temp' };
  const name = quote.name(table);
  await session.query(
    `CREATE TEMPORARY TABLE ${quote.identifier(table.name)} (LIKE ${quote.name(plan.table)} INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY)`,
  );
  const definitions = [
    ...plan.table.constraints
      .filter((one) => ['primary', 'unique', 'check', 'exclude'].includes(one.kind) && one.definition !== '')
      .map((one) => `ALTER TABLE ${name} ADD CONSTRAINT ${quote.identifier(one.name)} ${one.definition}`),
    ...plan.table.indexes
      .filter((one) => one.unique && one.constraint === undefined)
      .map((one) => one.definition.replace(/ ON (?:ONLY )?.*? USING /s, () => ` ON ${name} USING `)),
  ];
  for (const definition of definitions) await addition(session, definition);
  return { ...plan, table };
}

async function addition(session: Session, definition: string): Promise<void> {
  await session.run('SAVEPOINT addition');
  try {
    await session.query(definition);
    await session.run('RELEASE SAVEPOINT addition');
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.run('ROLLBACK TO SAVEPOINT addition');
  }
}
