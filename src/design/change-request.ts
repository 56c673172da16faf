/** What a task does to columns and tables that exist: values for old rows, and what goes. */
import { fail } from '../base/error.ts';
import type { Wish } from '../change/model.ts';
import { tableOf, type Draft, type TableDraft } from './draft.ts';
import { cased } from './naming.ts';
import { tagFor } from './patterns/trigger.ts';

/** Statements of `change.backfill` and `change.drop`, to come after all others; new columns that are backfilled become required last. Throws `task.unknown-reference`. */
export function requestedWishes(draft: Draft): readonly Wish[] {
  const { backfill = {}, drop = [] } = draft.task.requirements.change;
  return [
    ...Object.entries(backfill).flatMap(([target, expression]) => fillWishes(draft, target, expression)),
    ...drop.map((target) => dropWish(draft, target)),
  ];
}

function placeOf(
  draft: Draft,
  target: string,
  what: string,
): { readonly table: TableDraft; readonly column: string } {
  const dot = target.lastIndexOf('.');
  const table = dot < 0 ? undefined : tableOf(draft, target.slice(0, dot));
  const written = target.slice(dot + 1);
  const column =
    table?.columns.find(({ of, name }) => of === written || name === written)?.name ??
    table?.existing?.columns.find(({ name }) => name === written)?.name;
  if (!table || column === undefined)
    fail(
      'task.unknown-reference',
      `The task ${what} ${target}, which is no column of the current database or of an entity.`,
      {
        hint: 'Columns are written `table.column`.',
      },
    );
  return { table, column };
}

function fillWishes(draft: Draft, target: string, expression: string): readonly Wish[] {
  const { quote } = draft.engine;
  const { table, column } = placeOf(draft, target, 'backfills');
  const name = quote.name(table.name);
  const quoted = quote.identifier(column);
  const claims = table.entity ? [table.entity.id] : [];
  const fill: Wish = {
    sql: `UPDATE ${name} SET ${quoted} = (${expression.trim()}) WHERE ${quoted} IS NULL`,
    claims,
    reason: `Rows that have no ${column} get one`,
  };
  const index = table.columns.findIndex((each) => each.name === column);
  if (index < 0 || !table.columns[index]!.notNull || !table.existing) return [fill];
  table.columns[index] = { ...table.columns[index]!, notNull: false };
  return [...fillBySide(draft, table, column, expression, claims, fill)];
}

/** Until the running application knows a new required column, a trigger gives it a value. */
function fillBySide(
  draft: Draft,
  table: TableDraft,
  column: string,
  expression: string,
  claims: readonly string[],
  fill: Wish,
): readonly Wish[] {
  const { quote } = draft.engine;
  const { schema } = table.name;
  const on = quote.name(table.name);
  const quoted = quote.identifier(column);
  const wanted = cased(`${table.name.name}_${column}_fill`, draft.habits);
  const made = draft.take({ schema, name: wanted });
  const routine = quote.name({ schema, name: made });
  const body = `BEGIN
  IF NEW.${quoted} IS NULL THEN
    SELECT (${expression.trim()}) INTO NEW.${quoted}
    FROM (SELECT NEW.*) AS ${quote.identifier(table.name.name)};
  END IF;
  RETURN NEW;
END`;
  const tag = tagFor(body);
  const create = `CREATE FUNCTION ${routine}() RETURNS trigger\n  LANGUAGE plpgsql\n  SET search_path = ${quote.identifier(schema)}, pg_temp\nAS ${tag}\n${body}\n${tag}`;
  const trigger = `CREATE TRIGGER ${quote.identifier(made)}\n  BEFORE INSERT ON ${on}\n  FOR EACH ROW EXECUTE FUNCTION ${routine}()`;
  const dropFunction = `DROP FUNCTION ${routine}()`;
  const dropTrigger = `DROP TRIGGER ${quote.identifier(made)} ON ${on}`;
  const known = `Rows of an application that does not know ${column} get a value, too`;
  draft.choose(
    `${table.name.name}.${column}`,
    'optional first, filled, then required',
    'the running application goes on writing rows without it until the last phase; a trigger fills those',
    claims,
  );
  return [
    { sql: create, claims, reason: known, undo: dropFunction },
    { sql: trigger, claims, reason: known, undo: dropTrigger },
    fill,
    {
      sql: `ALTER TABLE ${on} ALTER COLUMN ${quoted} SET NOT NULL`,
      claims,
      reason: `Every row has a ${column} by now`,
      phase: 'contract',
    },
    {
      sql: dropTrigger,
      claims,
      reason: 'The application writes it itself by now',
      undo: trigger,
      phase: 'contract',
    },
    { sql: dropFunction, claims, reason: 'Nothing calls it any more', undo: create, phase: 'contract' },
  ];
}

function dropWish(draft: Draft, target: string): Wish {
  const { quote } = draft.engine;
  const whole = draft.catalog.tables.find(
    ({ schema, name }) => target === name || target === `${schema}.${name}`,
  );
  if (whole)
    return { sql: `DROP TABLE ${quote.name(whole)}`, claims: [], reason: `The task drops ${target}` };
  const { table, column } = placeOf(draft, target, 'drops');
  return {
    sql: `ALTER TABLE ${quote.name(table.name)} DROP COLUMN ${quote.identifier(column)}`,
    claims: [],
    reason: `The task drops ${target}`,
  };
}
