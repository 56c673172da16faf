/** Sizes, indexes, sequences and ages of the tables of a change. */
import type { LiveFacts, LiveSequence, LiveSize } from '../../../engine/model.ts';
import type { Asker } from './ask.ts';

const known = `
  SELECT c.oid, n.nspname || '.' || c.relname AS table, greatest(c.reltuples, 0)::float8 AS rows,
         c.relpages::float8 * current_setting('block_size')::int AS pages,
         coalesce(s.n_dead_tup, 0)::float8 AS dead,
         coalesce('autovacuum_enabled=false' = ANY (c.reloptions) OR 'autovacuum_enabled=off' = ANY (c.reloptions), false) AS off,
         CASE WHEN c.relkind IN ('r', 'm') THEN age(c.relfrozenxid)::float8 END AS age,
         (SELECT count(*) FROM pg_inherits h WHERE h.inhparent = c.oid)::int AS children
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
   WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname || '.' || c.relname = ANY ($1) ORDER BY 2`;

/** Partitions count for their parent. The lengths of files need a weak lock for a moment. */
const lengthQuery = `
  SELECT sum(pg_table_size(relid))::float8 AS heap, sum(pg_indexes_size(relid))::float8 AS indexes,
         sum(greatest((SELECT reltuples FROM pg_class WHERE oid = relid AND relkind <> 'p'), 0))::float8 AS rows
    FROM (SELECT relid FROM pg_partition_tree($1::oid) UNION SELECT $1::oid) AS tree (relid)`;

const invalidQuery = `
  SELECT n.nspname || '.' || c.relname AS index, tn.nspname || '.' || t.relname AS table,
         EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
           OR EXISTS (SELECT FROM pg_locks l WHERE l.relation = i.indexrelid AND l.mode IN ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'AccessExclusiveLock')) AS building
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
   WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) AND t.relkind <> 'p' AND tn.nspname NOT IN ('pg_toast', 'pg_catalog')
   ORDER BY 2, 1 LIMIT 100`;

const sequencesQuery = `
  SELECT s.schemaname || '.' || s.sequencename AS sequence, s.last_value::float8 AS last,
         CASE WHEN s.increment_by > 0 THEN s.max_value ELSE s.min_value END::float8 AS max,
         CASE WHEN s.increment_by > 0
           THEN (s.last_value::numeric - s.min_value) / greatest(1, s.max_value::numeric - s.min_value)
           ELSE (s.max_value::numeric - s.last_value) / greatest(1, s.max_value::numeric - s.min_value) END::float8 AS share,
         t.name AS table,
         has_sequence_privilege(c.oid, 'USAGE,SELECT') AS readable
    FROM pg_sequences s
    JOIN pg_class c ON c.oid = format('%I.%I', s.schemaname, s.sequencename)::regclass
    LEFT JOIN LATERAL (
      SELECT tn.nspname || '.' || tc.relname AS name FROM pg_depend d JOIN pg_class tc ON tc.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = tc.relnamespace
       WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass LIMIT 1) t ON true
   WHERE NOT s.cycle AND (t.name = ANY ($1) OR s.last_value IS NOT NULL)`;

const databaseAge = `
  SELECT age(datfrozenxid)::float8 AS age FROM pg_database WHERE datname = current_database()`;

const vacuumsQuery = `
  SELECT p.pid, coalesce(n.nspname || '.' || c.relname, p.relid::text) AS table,
         coalesce(extract(epoch FROM clock_timestamp() - a.xact_start) * 1000, 0)::float8 AS ms,
         coalesce(a.wait_event_type = 'Lock', false) AS waiting, coalesce(a.query LIKE '%to prevent wraparound%', false) AS urgent
    FROM pg_stat_progress_vacuum p LEFT JOIN pg_stat_activity a ON a.pid = p.pid
    LEFT JOIN pg_class c ON c.oid = p.relid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE p.datname = current_database() ORDER BY 3 DESC`;

/** Transactions after which the server refuses new ones (2^31 less the reserve of three million). */
const lastTransaction = 2 ** 31 - 3_000_000;
/** Share of a sequence's numbers from which on it is told. */
const nearEnd = 0.5;

interface Known extends Record<string, unknown> {
  readonly oid: number;
  readonly table: string;
  readonly rows: number;
  readonly pages: number;
  readonly dead: number;
  readonly off: boolean;
  readonly age: number | null;
  readonly children: number;
}

/** Everything that hangs on tables. */
export async function tableFacts(
  asker: Asker,
  tables: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Pick<LiveFacts, 'sizes' | 'invalidIndexes' | 'sequences' | 'wraparound' | 'vacuums'>> {
  const plain = 'the catalogs are readable by everybody by default';
  const found =
    tables.length === 0 ? [] : ((await asker.ask<Known>('the tables', plain, known, [tables])) ?? []);
  const sizes: LiveSize[] = [];
  for (const table of found) sizes.push(await sizeOf(asker, table));
  const invalid =
    (await asker.ask<LiveFacts['invalidIndexes'][number] & Record<string, unknown>>(
      'invalid indexes',
      plain,
      invalidQuery,
    )) ?? [];
  const [database] = (await asker.ask<{ age: number }>('the age of the database', plain, databaseAge)) ?? [];
  const running =
    (await asker.ask<LiveFacts['vacuums']['running'][number] & Record<string, unknown>>(
      'running vacuums',
      plain,
      vacuumsQuery,
    )) ?? [];
  return {
    sizes,
    invalidIndexes: invalid,
    sequences: await sequencesOf(asker, tables),
    wraparound: [
      ...(database ? [{ what: 'database', age: database.age }] : []),
      ...found.flatMap(({ table, age }) => (age === null ? [] : [{ what: table, age }])),
    ].map((one) => ({ ...one, share: one.age / lastTransaction })),
    vacuums: {
      running,
      workers: Number(settings['autovacuum_max_workers'] ?? 0),
      off:
        settings['autovacuum'] === 'off'
          ? found.map(({ table }) => table)
          : found.filter(({ off }) => off).map(({ table }) => table),
    },
  };
}

async function sizeOf(asker: Asker, { oid, table, rows, pages, dead }: Known): Promise<LiveSize> {
  const [length] =
    (await asker.ask<{ heap: number; indexes: number; rows: number }>(
      `the length of the files of ${table}`,
      'somebody holds the table: look again later',
      lengthQuery,
      [oid],
    )) ?? [];
  return length
    ? {
        table,
        rows: Math.max(rows, length.rows),
        bytes: length.heap + length.indexes,
        indexBytes: length.indexes,
        deadRows: dead,
      }
    : { table, rows, bytes: pages, indexBytes: 0, deadRows: dead, estimated: true };
}

async function sequencesOf(asker: Asker, tables: readonly string[]): Promise<readonly LiveSequence[]> {
  type Row = LiveSequence & { last: number | null; table: string | null; readable: boolean } & Record<
      string,
      unknown
    >;
  const rows =
    (await asker.ask<Row>('sequences', 'GRANT SELECT ON ALL SEQUENCES', sequencesQuery, [tables])) ?? [];
  const hidden = rows.filter(({ readable }) => !readable).map(({ sequence }) => sequence);
  if (hidden.length > 0)
    asker.note(`how far ${hidden.join(', ')} went`, `GRANT SELECT ON SEQUENCE ${hidden.join(', ')} TO …;`);
  return rows.flatMap(({ sequence, last, max, share, table }) =>
    last !== null && (share >= nearEnd || (table !== null && tables.includes(table)))
      ? [{ sequence, last, max, share }]
      : [],
  );
}
