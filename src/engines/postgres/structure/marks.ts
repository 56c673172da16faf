import type { Catalog, Name } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/session/model.ts';

const COLUMNS = `
UPDATE pg_catalog.pg_attribute a SET attislocal = false
FROM unnest($1::text[], $2::text[], $3::text[]) w(schema, relation, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation
WHERE a.attrelid = c.oid AND a.attname = w.name AND a.attislocal AND a.attinhcount > 0`;

/** Not-null constraints of inherited columns came with them. */
const NOT_NULLS = `
UPDATE pg_catalog.pg_constraint k SET conislocal = false
FROM unnest($1::text[], $2::text[], $3::text[]) w(schema, relation, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = w.name
WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND k.conislocal AND k.coninhcount > 0`;

const INVALID = `
UPDATE pg_catalog.pg_index i SET indisvalid = false
FROM unnest($1::text[], $2::text[]) w(schema, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
WHERE i.indexrelid = c.oid AND i.indisvalid`;

const POPULATED = `
UPDATE pg_catalog.pg_class c SET relispopulated = true
FROM unnest($1::text[], $2::text[]) w(schema, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
WHERE c.relnamespace = n.oid AND c.relname = w.name AND c.relkind = 'm' AND NOT c.relispopulated`;

/**
 * States that no statement sets, written by a superuser into the catalogs: columns that only came from a parent, indexes that are not valid,
 * materialized views that count as filled. Names are values here and never a part of the text.
 */
export async function markStates(session: Session, catalog: Catalog): Promise<void> {
  const inherited = catalog.tables
    .filter(({ inherits }) => inherits.length > 0)
    .flatMap((table) =>
      table.columns
        .filter((column) => column.inherited)
        .map((column) => [table.schema, table.name, column.name] as const),
    );
  if (inherited.length > 0) {
    const values = [0, 1, 2].map((part) => inherited.map((names) => names[part]));
    await session.query(COLUMNS, values);
    await session.query(NOT_NULLS, values);
  }
  const invalid = [...catalog.tables, ...catalog.views].flatMap(({ indexes }) =>
    indexes.filter(({ valid }) => !valid),
  );
  if (invalid.length > 0) await session.query(INVALID, columnsOf(invalid));
  const materialized = catalog.views.filter((view) => view.materialized);
  if (materialized.length > 0) await session.query(POPULATED, columnsOf(materialized));
}

function columnsOf(names: readonly Name[]): readonly (readonly string[])[] {
  return [names.map(({ schema }) => schema), names.map(({ name }) => name)];
}
