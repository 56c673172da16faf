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
      draft.choose(
        table.name.name,
        `soft delete with deleted_at and the view ${view.name}`,
        'uniques hold among living rows only; the view reads with the rights of who asks; rows do not begin to refer to deleted ones',
        claims,
      );
    }
  },
};
