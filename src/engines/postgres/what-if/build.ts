/** Indexes made on tables that seem to have no page for a moment, so that nothing is read. */
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Name } from '../../../catalog/model.ts';
import type { IndexWish } from '../../../engine/hollow/model.ts';
import { firstPage } from '../pages/stretch.ts';
import { quote } from '../quote.ts';
import { set, type Room } from './room.ts';

interface TableRow extends Record<string, unknown> {
  readonly n: number;
  readonly oid: number;
  readonly owner: string;
  readonly may: boolean;
}

interface Heap extends Record<string, unknown> {
  readonly oid: number;
  readonly path: string;
  readonly pages: number;
  readonly rows: number;
  readonly visible: number;
}

const tablesQuery = `
  SELECT w.n::int AS n, c.oid, r.rolname AS owner, has_schema_privilege(r.oid, s.oid, 'CREATE') AS may
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(schema, name, n)
    JOIN pg_namespace s ON s.nspname = w.schema
    JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = w.name
    JOIN pg_roles r ON r.oid = c.relowner`;

const heapsQuery = `
  SELECT h.oid, current_setting('data_directory') || '/' || pg_relation_filepath(h.oid) AS path,
         h.relpages AS pages, h.reltuples::float8 AS rows, h.relallvisible AS visible
    FROM (SELECT unnest($1::oid[]) UNION SELECT p.relid FROM unnest($1::oid[]) AS t(oid), pg_partition_tree(t.oid) AS p) AS w(oid)
    JOIN pg_class h ON h.oid = w.oid WHERE h.relkind IN ('r', 'm')`;

// The server forgets a table's open files when its entry changes; and what a build writes into an entry of its own transaction goes with it.
const touchQuery = 'UPDATE pg_catalog.pg_class SET relpages = relpages WHERE oid = ANY($1::oid[])';

const figuresQuery = `
  UPDATE pg_catalog.pg_class c SET relpages = f.pages, reltuples = f.rows, relallvisible = f.visible
    FROM unnest($1::oid[], $2::int[], $3::float4[], $4::int[]) AS f(oid, pages, rows, visible) WHERE c.oid = f.oid`;

/** Settings of builds: no workers, and no triggers on statements that define things. */
const building = {
  max_parallel_maintenance_workers: '0',
  maintenance_work_mem: '1MB',
  session_replication_role: 'replica',
};

/** Makes the wished indexes under these names, empty; throws `SqlError` for a wrong definition, and then there is none of them. */
export async function buildEmpty(
  room: Room,
  wishes: readonly IndexWish[],
  names: readonly string[],
): Promise<readonly Name[]> {
  const { session } = room;
  await room.asOwner();
  const { rows: tables } = await session.query<TableRow>(tablesQuery, [
    wishes.map(({ table }) => table.schema),
    wishes.map(({ table }) => table.name),
  ]);
  const { rows: heaps } = await session.query<Heap>(heapsQuery, [[...new Set(tables.map(({ oid }) => oid))]]);
  const oids = heaps.map(({ oid }) => oid);
  const lengths = heaps.map(({ path }) => ({ path, bytes: statSync(path).size, head: firstPage(path) }));
  try {
    await room.transaction(async () => {
      await session.query(touchQuery, [oids]);
      for (const { path } of lengths) truncateSync(path, 0);
      await set(session, building, true);
      for (const [i, wish] of wishes.entries())
        await buildOne(
          room,
          wish,
          names[i]!,
          tables.find(({ n }) => n === i + 1),
        );
      await session.query(figuresQuery, [
        oids,
        heaps.map(({ pages }) => pages),
        heaps.map(({ rows }) => rows),
        heaps.map(({ visible }) => visible),
      ]);
    });
  } finally {
    // Only the first file was cut; a table of several files is as long as before when it is whole again.
    for (const { path, bytes, head } of lengths) {
      writeFileSync(path, head);
      truncateSync(path, bytes);
    }
  }
  return wishes.map(({ table }, i) => ({ schema: table.schema, name: names[i]! }));
}

/** A definition is foreign text: it runs as the table's owner, who for this moment may make things in the schema. */
async function buildOne(
  { session, role }: Room,
  { table, definition, unique }: IndexWish,
  name: string,
  found: TableRow | undefined,
): Promise<void> {
  const schema = quote.identifier(table.schema);
  const owner = found?.owner ?? role;
  const lends = found?.may === false;
  if (lends) await session.query(`GRANT CREATE ON SCHEMA ${schema} TO ${quote.identifier(owner)}`);
  await set(session, { role: owner }, true);
  await session.query(
    `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quote.identifier(name)} ON ${schema}.${quote.identifier(table.name)} ${definition}`,
  );
  await set(session, { role: 'none' }, true);
  if (lends) await session.query(`REVOKE CREATE ON SCHEMA ${schema} FROM ${quote.identifier(owner)}`);
}
