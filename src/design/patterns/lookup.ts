import type { Pattern } from './pattern.ts';
import { columnsOf, type Draft, type TableDraft } from '../draft.ts';

/** Rows that belong to the structure: the content of a lookup table. */
export const lookup: Pattern = {
  name: 'lookup',
  apply(draft) {
    const { engine } = draft;
    for (const table of draft.tables) {
      const rows = table.entity?.lookup ?? [];
      if (rows.length === 0) continue;
      const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const columns = names.map((name) => columnsOf(table, name)[0]!);
      const value = (item: unknown): string =>
        item === undefined
          ? 'DEFAULT'
          : engine.quote.literal(item !== null && typeof item === 'object' ? JSON.stringify(item) : item);
      const lines = rows.map((row) => `  (${names.map((name) => value(row[name])).join(', ')})`);
      const numbered = table.columns.some(
        ({ name, generated }) => columns.includes(name) && generated?.includes('ALWAYS AS IDENTITY'),
      );
      table.after.push({
        sql: `INSERT INTO ${engine.quote.name(table.name)} (${draft.list(columns)})${numbered ? ' OVERRIDING SYSTEM VALUE' : ''}\nVALUES\n${lines.join(',\n')}${again(draft, table, columns)}`,
        claims: [table.entity!.id],
        reason: `The ${rows.length} rows that ${table.name.name} is made of`,
      });
    }
  },
};

/** What a second run does: rows that are there get the values of the task, and none comes twice. */
function again(draft: Draft, table: TableDraft, columns: readonly string[]): string {
  const { quote } = draft.engine;
  const key = [...(table.existing?.constraints ?? []), ...table.constraints].find(
    (constraint) =>
      (constraint.kind === 'primary' || constraint.kind === 'unique') &&
      constraint.columns.every((column) => columns.includes(column)),
  )?.columns;
  if (!key) return '';
  const others = columns.filter((column) => !key.includes(column)).map((column) => quote.identifier(column));
  const target = `\nON CONFLICT (${draft.list(key)})`;
  if (others.length === 0) return `${target} DO NOTHING`;
  const sets = others.map((column) => `${column} = excluded.${column}`);
  const own = (row: string): string => `(${others.map((column) => `${row}.${column}`).join(', ')})`;
  return `${target} DO UPDATE SET ${sets.join(', ')}\nWHERE ${own(quote.identifier(table.name.name))} IS DISTINCT FROM ${own('excluded')}`;
}
