/** Looks up every promise of a database in its catalog and counts the rows that break it, by queries of its own. */
import type { Session } from '../../../src/engine/model.ts';

/** What was looked up, by kind, and the rows that break it. */
export interface Inspection {
  readonly looked: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  readonly rows: number;
  readonly tables: number;
  readonly empty: readonly string[];
}

/** One query per promise; each gives the number of rows that break it. They are written so that the planner cannot answer them from the promise itself. */
const promises = `
WITH tables AS (
  SELECT c.oid, c.oid::regclass::text AS name, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), cols AS (
  SELECT a.*, t.name, quote_ident(a.attname) AS q FROM pg_attribute a JOIN tables t ON t.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped
)
SELECT 'check' AS kind, t.name || ' ' || k.conname AS what,
       format('SELECT count(*) FROM ONLY %s WHERE NOT (%s)', t.name, pg_get_expr(k.conbin, k.conrelid)) AS sql
  FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid WHERE k.contype = 'c' AND t.relkind = 'r' AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
UNION ALL
SELECT 'not null', name || ' ' || attname, format('SELECT count(*) FROM %s WHERE num_nulls(%s) > 0', name, q) FROM cols WHERE attnotnull
UNION ALL
SELECT 'domain', name || ' ' || attname, format('SELECT count(*) FROM %s WHERE (%s::text)::%s IS DISTINCT FROM %s', name, q, format_type(atttypid, atttypmod), q)
  FROM cols JOIN pg_type y ON y.oid = atttypid WHERE y.typtype = 'd'
UNION ALL
SELECT 'generated', name || ' ' || attname, format('SELECT count(*) FROM %s WHERE %s IS DISTINCT FROM (%s)', name, q, pg_get_expr(d.adbin, d.adrelid))
  FROM cols JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum WHERE attgenerated = 's'
UNION ALL
SELECT 'partition', t.name, format('SELECT count(*) FROM %s WHERE NOT (%s)', t.name, pg_get_partition_constraintdef(t.oid))
  FROM tables t JOIN pg_class c ON c.oid = t.oid AND c.relispartition WHERE pg_get_partition_constraintdef(t.oid) IS NOT NULL
UNION ALL
SELECT 'unique', i.indexrelid::regclass::text, format('SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM (SELECT %s FROM ONLY %s WHERE %s) e WHERE %s GROUP BY %s HAVING count(*) > 1) g',
       (SELECT string_agg('(' || pg_get_indexdef(i.indexrelid, k, true) || ') AS e' || k, ', ') FROM generate_series(1, i.indnkeyatts) k), t.name,
       coalesce('(' || pg_get_expr(i.indpred, i.indrelid) || ')', 'true'),
       CASE WHEN coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) THEN 'true' ELSE (SELECT string_agg('e' || k || ' IS NOT NULL', ' AND ') FROM generate_series(1, i.indnkeyatts) k) END,
       (SELECT string_agg('e' || k, ', ') FROM generate_series(1, i.indnkeyatts) k))
  FROM pg_index i JOIN tables t ON t.oid = i.indrelid WHERE i.indisunique AND t.relkind = 'r' AND NOT i.indisexclusion
UNION ALL
SELECT 'exclusion', t.name || ' ' || k.conname, format('SELECT count(*) FROM (SELECT ctid AS at, %s FROM %s WHERE %s) a JOIN (SELECT ctid AS at, %1$s FROM %2$s WHERE %3$s) b ON a.at < b.at AND %s',
       (SELECT string_agg('(' || pg_get_indexdef(k.conindid, e::int, true) || ') AS e' || e, ', ') FROM generate_series(1, cardinality(k.conexclop)) e), t.name,
       coalesce('(' || pg_get_expr(i.indpred, i.indrelid) || ')', 'true'),
       (SELECT string_agg(format('a.e%s OPERATOR(%s.%s) b.e%1$s', e, s.nspname, o.oprname), ' AND ' ORDER BY e) FROM unnest(k.conexclop) WITH ORDINALITY AS x(op, e) JOIN pg_operator o ON o.oid = x.op JOIN pg_namespace s ON s.oid = o.oprnamespace))
  FROM pg_constraint k JOIN pg_index i ON i.indexrelid = k.conindid JOIN tables t ON t.oid = k.conrelid WHERE k.conexclop IS NOT NULL AND t.relkind = 'r'
UNION ALL
SELECT 'foreign', t.name || ' ' || k.conname, format('SELECT count(*) FROM %s c WHERE %s AND NOT %s', t.name,
       (SELECT CASE k.confmatchtype WHEN 'f' THEN 'num_nonnulls(' || string_agg('c.' || quote_ident(a.attname), ', ') || ') > 0' ELSE string_agg('c.' || quote_ident(a.attname) || ' IS NOT NULL', ' AND ') END
          FROM unnest(k.conkey) AS x(n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.n),
       CASE WHEN coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false)
         THEN (SELECT format('coalesce(%s <@ (SELECT range_agg(%s) FROM %s p WHERE %s), false)', max('c.' || quote_ident(a.attname)) FILTER (WHERE x.at = cardinality(k.conkey)), max('p.' || quote_ident(b.attname)) FILTER (WHERE x.at = cardinality(k.conkey)),
                 k.confrelid::regclass, string_agg(format('p.%I = c.%I', b.attname, a.attname), ' AND ') FILTER (WHERE x.at < cardinality(k.conkey)))
                 FROM unnest(k.conkey, k.confkey) WITH ORDINALITY AS x(n, m, at) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.n JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = x.m)
         ELSE (SELECT format('EXISTS (SELECT FROM %s p WHERE %s)', k.confrelid::regclass, string_agg(format('p.%I = c.%I', b.attname, a.attname), ' AND '))
                 FROM unnest(k.conkey, k.confkey) AS x(n, m) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.n JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = x.m) END)
  FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid WHERE k.contype = 'f' AND k.conparentid = 0 AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
ORDER BY 1, 2`;

/** Counts the rows that break a promise of the database. */
export async function inspectPromises(session: Session): Promise<Inspection> {
  const looked: Record<string, number> = {};
  const violations: string[] = [];
  await session.query('SET constraint_exclusion = off');
  const { rows: asked } = await session.query<{ kind: string; what: string; sql: string }>(promises);
  for (const { kind, what, sql } of asked) {
    looked[kind] = (looked[kind] ?? 0) + 1;
    try {
      const { rows } = await session.query<{ count: string }>(`SELECT (${sql})::text AS count`);
      if (Number(rows[0]!.count) > 0) violations.push(`${kind} ${what}: ${rows[0]!.count} rows`);
    } catch (error) {
      violations.push(`${kind} ${what}: ${(error as Error).message}`);
    }
  }
  const { rows: tables } = await session.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
  );
  let rows = 0;
  const empty: string[] = [];
  for (const { name } of tables) {
    const counted = await session.query<{ count: string }>(`SELECT count(*)::text AS count FROM ${name}`);
    rows += Number(counted.rows[0]!.count);
    if (counted.rows[0]!.count === '0') empty.push(name);
  }
  return { looked, violations, rows, tables: tables.length, empty };
}
