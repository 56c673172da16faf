/** What pages hold, as the server's own extension reads it. */
import type { Name } from '../../../catalog/model.ts';
import type { Density, Session } from '../../../engine/model.ts';
import { Asker } from '../live/ask.ts';
import { quote } from '../quote.ts';

const schemaQuery = `
  SELECT n.nspname::text AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgstattuple'`;

/** Largest relation whose every page is read, bytes; pages that are known to be visible are skipped in tables. */
const largest = 2 * 1024 ** 3;

type TableRow = { bytes: number; free: number; dead: number };
type IndexRow = { bytes: number; density: number | null };

/** Reads tables by their visible pages and b-trees by their leaves; nothing where the extension is not installed or may not be used. */
export async function density(
  session: Session,
  relations: readonly (Name & { readonly kind: 'table' | 'index' })[],
): Promise<readonly Density[]> {
  const asker = new Asker(session);
  const [extension] = (await asker.ask<{ schema: string }>('extensions', '', schemaQuery)) ?? [];
  if (!extension) return [];
  const found: Density[] = [];
  for (const relation of relations) {
    const named = quote.literal(quote.full(relation));
    const call = (name: string): string =>
      `${quote.identifier(extension.schema)}.${name}(${named}::regclass)`;
    const small = `pg_relation_size(${named}::regclass) <= ${largest}`;
    const grant = 'GRANT pg_stat_scan_tables';
    if (relation.kind === 'table') {
      const [row] =
        (await asker.ask<TableRow>(
          'density',
          grant,
          `SELECT table_len::float8 AS bytes, approx_free_space::float8 AS free, dead_tuple_len::float8 AS dead FROM ${call('pgstattuple_approx')} WHERE ${small}`,
        )) ?? [];
      if (row && row.bytes > 0)
        found.push({
          ...relation,
          bytes: row.bytes,
          free: row.free / row.bytes,
          dead: row.dead / row.bytes,
          how: 'pgstattuple_approx',
        });
    } else {
      const [row] =
        (await asker.ask<IndexRow>(
          'density',
          grant,
          `SELECT index_size::float8 AS bytes, nullif(avg_leaf_density, 'NaN')::float8 AS density FROM ${call('pgstatindex')} WHERE ${small}`,
        )) ?? [];
      if (row && row.bytes > 0 && row.density !== null)
        found.push({
          ...relation,
          bytes: row.bytes,
          free: 1 - row.density / 100,
          dead: 0,
          how: 'pgstatindex',
        });
    }
  }
  return found;
}
