import { fitBytes } from '../../base/text.ts';
import type { Draft, TableDraft } from '../draft.ts';
import type { Pattern } from './pattern.ts';

/** Rows that are marked as deleted instead of removed, and a view of those that are not. */
export const softDelete: Pattern = {
  name: 'soft delete',
  apply(draft) {
    const { engine, habits, catalog } = draft;
    for (const table of draft.tables) {
      if (table.entity?.history !== 'soft-delete') continue;
      const claims = [table.entity.id];
      const column = 'deleted_at';
      if (!table.existing?.columns.some(({ name }) => name === column)) {
        table.columns.push({
          name: column,
          type: 'timestamptz',
          notNull: false,
          of: column,
          rank: 3,
          claims,
          comment: 'When the row was deleted; empty while it is alive',
        });
      }
      const view = {
        schema: table.name.schema,
        name: draft.take({
          schema: table.name.schema,
          name: habits.camel ? `live${table.name.name}` : `live_${table.name.name}`,
        }),
      };
      const options = Number.parseInt(catalog.version, 10) >= 15 ? ' WITH (security_invoker = true)' : '';
      table.after.push({
        sql: `CREATE VIEW ${engine.quote.name(view)}${options} AS\nSELECT *\nFROM ${engine.quote.name(table.name)}\nWHERE ${engine.quote.identifier(column)} IS NULL`,
        claims,
        reason: `Rows of ${table.name.name} that are not deleted`,
        undo: `DROP VIEW ${engine.quote.name(view)}`,
      });
      const whole = wholeUniques(draft, table);
      draft.choose(
        table.name.name,
        `soft delete with deleted_at and the view ${view.name}`,
        `${whole.length === 0 ? 'uniques hold among living rows only' : `${whole.join(', ')} ${whole.length > 1 ? 'stay' : 'stays'} as today and ${whole.length > 1 ? 'count' : 'counts'} deleted rows too`}; the view reads with the rights of who asks; rows do not begin to refer to deleted ones`,
        claims,
      );
    }
  },
};

/** Uniques that a table of today has: they hold among all rows, and the change of each that would leave deleted rows out is told; their names. */
function wholeUniques(draft: Draft, table: TableDraft): readonly string[] {
  const { quote } = draft.engine;
  const { existing } = table;
  if (!existing) return [];
  const constraints = existing.constraints.filter(({ kind }) => kind === 'unique');
  const indexes = existing.indexes.filter(
    (index) =>
      index.unique &&
      !index.primary &&
      index.constraint === undefined &&
      !index.predicate?.includes('deleted_at'),
  );
  const name = quote.name(table.name);
  const mark = quote.identifier('deleted_at');
  const tell = (unique: string, columns: readonly string[], over: string, drop: string): void => {
    const wanted = quote.identifier(fitBytes(`${unique}_alive`, quote.maxBytes));
    draft.notes.push({
      rule: 'unique-counts-deleted-rows',
      about: `${table.name.name} (${columns.join(', ')})`,
      message: `${unique} holds among all rows of ${table.name.name}, also those that are marked as deleted: a deleted row keeps its values from being used again.`,
      why: 'It is there today, foreign keys and other programs may rely on it, and the task does not ask to change it.',
      instead: `CREATE UNIQUE INDEX CONCURRENTLY ${wanted} ON ${name} ${over}; then ${drop}, which the server refuses while a foreign key leads to it.`,
    });
  };
  for (const { name: unique, columns } of constraints)
    tell(
      unique,
      columns,
      `(${draft.list(columns)}) WHERE ${mark} IS NULL`,
      `ALTER TABLE ${name} DROP CONSTRAINT ${quote.identifier(unique)}`,
    );
  for (const { name: unique, keys, definition, method, predicate } of indexes) {
    // What it is over may be an expression, an order or a collation: its own text says it.
    const text = definition.slice(definition.indexOf(` USING ${method} `) + 1);
    const over =
      predicate === undefined
        ? `${text} WHERE ${mark} IS NULL`
        : `${text.slice(0, text.lastIndexOf(' WHERE '))} WHERE (${predicate}) AND ${mark} IS NULL`;
    tell(
      unique,
      keys,
      over,
      `DROP INDEX CONCURRENTLY ${quote.name({ schema: table.name.schema, name: unique })}`,
    );
  }
  return [...constraints, ...indexes].map((one) => one.name);
}
