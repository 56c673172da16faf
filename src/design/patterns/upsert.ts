import { fail } from '../../base/error.ts';
import { fitBytes } from '../../base/text.ts';
import type { Name } from '../../catalog/model.ts';
import type { Routine } from '../../task/model.ts';
import { columnsOf, tableOf, type Draft, type TableDraft } from '../draft.ts';
import { columnIn, dollarTag, writableColumns, type PlainColumn } from '../writable.ts';
import { addUnique } from './unique.ts';

/** Columns that tell whether a row is there, under a unique that is made where none stands; throws `task.wrong-value` when one may be empty. */
export function conflictColumns(draft: Draft, table: TableDraft, each: Routine): readonly string[] {
  const columns = each.on.flatMap((name) => columnsOf(table, name));
  if (columns.length === 0) return columns;
  const empty = columns.find((name) => !columnIn(table, name).notNull);
  if (empty !== undefined)
    fail(
      'task.wrong-value',
      `${each.id} finds rows by ${empty}, which may be empty: such a row would never be found.`,
      {
        hint: `Make ${empty} required, or take another \`on\`.`,
      },
    );
  addUnique(draft, table, each.on, [each.id]);
  return columns;
}

/** `(key) WHERE …` of ON CONFLICT: the rows among which the key is unique. */
export function conflictTarget(draft: Draft, table: TableDraft, on: readonly string[]): string {
  const whole = [...table.constraints, ...(table.existing?.constraints ?? [])].some(
    ({ kind, columns }) =>
      (kind === 'primary' || kind === 'unique') &&
      columns.length === on.length &&
      on.every((column) => columns.includes(column)),
  );
  const alive = whole ? '' : ` WHERE ${draft.engine.quote.identifier('deleted_at')} IS NULL`;
  return `(${draft.list(on)})${alive}`;
}

/** A function that inserts a row, or updates the one that is there, and tells which it did. */
export function addUpsert(draft: Draft, each: Routine, name: Name): void {
  const { quote } = draft.engine;
  const table = tableOf(draft, each.of!);
  const on = conflictColumns(draft, table, each);
  const columns = writableColumns(table, on);
  // A column with a default may be left out: it is filled when the row is new, and stays when it is not.
  const optional = (column: PlainColumn): boolean =>
    column.default !== undefined && !on.includes(column.name);
  const argument = (column: PlainColumn): string => fitBytes(`p_${column.name}`, quote.maxBytes);
  const ordered = [...columns.filter((one) => !optional(one)), ...columns.filter(optional)];
  const key = table.key.length > 0 ? table.key : on;
  const shown = [...new Set([...key, ...on])].map((column) => columnIn(table, column));
  const pad = Math.max(...ordered.map((one) => quote.identifier(argument(one)).length));
  const list = ordered.map(
    (one) =>
      `  ${quote.identifier(argument(one)).padEnd(pad)} ${one.type}${optional(one) ? ' DEFAULT NULL' : ''}`,
  );
  const given = (one: PlainColumn): string => quote.identifier(argument(one));
  const values = columns.map((one) =>
    optional(one) ? `coalesce(${given(one)}, ${one.default!})` : given(one),
  );
  const changed = columns.filter((one) => !on.includes(one.name) && !table.key.includes(one.name));
  const sets = (changed.length > 0 ? changed : [columnIn(table, on[0]!)]).map((one) => {
    const column = quote.identifier(one.name);
    return `    ${column} = ${optional(one) ? `coalesce(${given(one)}, kept.${column})` : `excluded.${column}`}`;
  });
  const first = quote.identifier(key[0]!);
  // Only since 18 the server tells by itself whether there was an old row.
  const inserted =
    Number.parseInt(draft.catalog.version, 10) >= 18 ? `old.${first} IS NULL` : 'kept.xmax = 0';
  const returns = [...shown.map((one) => `${quote.identifier(one.name)} ${one.type}`), 'inserted boolean'];
  const body = `  INSERT INTO ${quote.name(table.name)} AS kept (${draft.list(columns.map((one) => one.name))})
  VALUES (${values.join(', ')})
  ON CONFLICT ${conflictTarget(draft, table, on)} DO UPDATE SET
${sets.join(',\n')}
  RETURNING ${shown.map((one) => `kept.${quote.identifier(one.name)}`).join(', ')}, (${inserted})`;
  const tag = dollarTag('upsert', body);
  const types = ordered.map((one) => one.type).join(', ');
  const routine = quote.name(name);
  draft.late.push(
    {
      sql: `CREATE FUNCTION ${routine}(\n${list.join(',\n')}\n) RETURNS TABLE (${returns.join(', ')})\n  LANGUAGE sql\n  SET search_path = ${quote.identifier(name.schema)}, pg_temp\nAS ${tag}\n${body}\n${tag}`,
      claims: [each.id],
      reason: `${each.id}: ${each.says}`,
      undo: `DROP FUNCTION ${routine}(${types})`,
    },
    {
      sql: `COMMENT ON FUNCTION ${routine}(${types}) IS ${quote.literal(`${each.says} (${draft.task.id} ${each.id})`)}`,
      claims: [each.id],
      reason: `Documents ${name.name}`,
      undo: '',
    },
  );
  draft.routines.push({
    kind: 'upsert',
    id: each.id,
    name,
    table: table.name,
    arguments: ordered.map((one) => ({ name: argument(one), column: one.name })),
    on,
  });
  draft.choose(
    name.name,
    'INSERT … ON CONFLICT … DO UPDATE in one statement',
    'looking first and writing then lets two sessions insert the same row; an argument left out keeps what is there',
    [each.id],
  );
}
