import type { Pattern } from './pattern.ts';
import { columnsOf } from '../draft.ts';

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
        sql: `INSERT INTO ${engine.quote.name(table.name)} (${draft.list(columns)})${numbered ? ' OVERRIDING SYSTEM VALUE' : ''}\nVALUES\n${lines.join(',\n')}`,
        claims: [table.entity!.id],
        reason: `The ${rows.length} rows that ${table.name.name} is made of`,
      });
    }
  },
};
