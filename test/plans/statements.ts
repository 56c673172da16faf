/** Statements whose plans have every kind of node and line that the formats print differently. */

/** Tables of the statements. */
export const structure = `
  CREATE SCHEMA "Side Room";
  CREATE TABLE a (id int PRIMARY KEY, kind int NOT NULL, note text, tags text[], made timestamptz NOT NULL DEFAULT now());
  CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a ON DELETE CASCADE, worth numeric NOT NULL, kind int NOT NULL);
  CREATE TABLE "Side Room"."Odd, ""Name""" ("the key" int PRIMARY KEY, "a, b" text);
  CREATE TABLE p (id int NOT NULL, day date NOT NULL, n int) PARTITION BY RANGE (day);
  CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
  CREATE TABLE p_3 PARTITION OF p FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
  INSERT INTO a SELECT n, n % 7, 'note ' || n, ARRAY['t' || n % 5], timestamptz '2026-01-01 00:00+00' + n * interval '1 minute' FROM generate_series(1, 1000) AS n;
  INSERT INTO b SELECT n, 1 + n % 1000, n, n % 3 FROM generate_series(1, 5000) AS n;
  INSERT INTO "Side Room"."Odd, ""Name""" SELECT n, 'it''s ' || n FROM generate_series(1, 50) AS n;
  INSERT INTO p SELECT n, date '2026-01-01' + n % 90, n FROM generate_series(1, 900) AS n;
  CREATE INDEX b_a_id ON b (a_id);
  CREATE INDEX b_kind_worth ON b (kind, worth DESC);
  CREATE INDEX a_tags ON a USING gin (tags);
  CREATE INDEX a_kind ON a (kind) WHERE note IS NOT NULL;
  CREATE INDEX p_day ON p (day);
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER b_noted BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION noted();
  CREATE TRIGGER b_after AFTER INSERT ON b FOR EACH ROW EXECUTE FUNCTION noted()`;

/** A statement, and the settings that give it the plan that is wanted. */
export interface Statement {
  readonly name: string;
  readonly sql: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Leaves dead rows behind when it is taken back: pages and estimates differ from run to run. */
  readonly writes?: true;
  /** First major that has it. */
  readonly from?: number;
}

const parallel = {
  parallel_setup_cost: '0',
  parallel_tuple_cost: '0',
  min_parallel_table_scan_size: '0',
  min_parallel_index_scan_size: '0',
  max_parallel_workers_per_gather: '1',
  parallel_leader_participation: 'off',
};
const onlyLoops = { enable_hashjoin: 'off', enable_mergejoin: 'off', enable_memoize: 'off' };
const onlyMerges = { enable_hashjoin: 'off', enable_nestloop: 'off' };
const onlyHashes = { enable_mergejoin: 'off', enable_nestloop: 'off' };

export const statements: readonly Statement[] = [
  { name: 'one row', sql: 'SELECT 1' },
  { name: 'seq scan', sql: "SELECT * FROM a WHERE note LIKE '%9' AND kind > 2" },
  { name: 'index scan', sql: 'SELECT * FROM b WHERE id = 7' },
  {
    name: 'index scan backward',
    sql: 'SELECT * FROM a x ORDER BY id DESC LIMIT 3',
    settings: { enable_sort: 'off', enable_seqscan: 'off' },
  },
  {
    name: 'index only scan',
    sql: 'SELECT id FROM a WHERE id < 20',
    settings: { enable_seqscan: 'off', enable_bitmapscan: 'off' },
  },
  {
    name: 'bitmap and filter',
    sql: 'SELECT * FROM b WHERE kind = 1 AND worth < 300 AND id % 2 = 0',
    settings: { enable_seqscan: 'off', enable_indexscan: 'off' },
  },
  {
    name: 'bitmap or',
    sql: 'SELECT * FROM b WHERE kind = 1 OR a_id = 5',
    settings: { enable_seqscan: 'off', enable_indexscan: 'off' },
  },
  { name: 'gin', sql: "SELECT * FROM a WHERE tags @> ARRAY['t3']", settings: { enable_seqscan: 'off' } },
  {
    name: 'partial index',
    sql: 'SELECT * FROM a WHERE kind = 3 AND note IS NOT NULL',
    settings: { enable_seqscan: 'off' },
  },
  { name: 'tid scan', sql: "SELECT * FROM a WHERE ctid = '(0,1)'" },
  { name: 'tid range', sql: "SELECT * FROM a WHERE ctid > '(3,1)'", settings: { enable_seqscan: 'off' } },
  { name: 'sample', sql: 'SELECT * FROM a TABLESAMPLE bernoulli (50) REPEATABLE (7)' },
  {
    name: 'nested loop',
    sql: "SELECT * FROM a JOIN b ON b.a_id = a.id WHERE a.note = 'note 5'",
    settings: onlyLoops,
  },
  {
    name: 'memoize',
    sql: 'SELECT * FROM b JOIN a ON a.id = b.a_id WHERE b.kind = 1',
    settings: { enable_hashjoin: 'off', enable_mergejoin: 'off' },
  },
  {
    name: 'left join with filter',
    sql: 'SELECT * FROM a LEFT JOIN b ON b.a_id = a.id AND b.worth > a.kind WHERE b.id IS NULL OR b.kind = 2',
    settings: onlyHashes,
  },
  { name: 'hash join', sql: 'SELECT * FROM a JOIN b ON b.a_id = a.id', settings: onlyHashes },
  { name: 'merge join', sql: 'SELECT * FROM a JOIN b ON b.a_id = a.id ORDER BY a.id', settings: onlyMerges },
  { name: 'full join', sql: 'SELECT * FROM a FULL JOIN b ON b.a_id = a.id', settings: onlyHashes },
  {
    name: 'anti join',
    sql: 'SELECT * FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.a_id = a.id AND b.kind = 2)',
    settings: onlyHashes,
  },
  {
    name: 'semi join',
    sql: 'SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.a_id = a.id AND b.kind = 2)',
    settings: onlyLoops,
  },
  { name: 'cross join', sql: 'SELECT count(*) FROM a x, a y WHERE x.kind < y.kind AND x.id < 20' },
  {
    name: 'hash aggregate',
    sql: 'SELECT kind, count(*) FROM b GROUP BY kind',
    settings: { enable_sort: 'off' },
  },
  {
    name: 'group aggregate',
    sql: 'SELECT kind, worth, count(*) FROM b GROUP BY kind, worth HAVING count(*) > 1',
    settings: { enable_hashagg: 'off', enable_incremental_sort: 'off' },
  },
  {
    name: 'hash aggregate spills',
    sql: 'SELECT a_id, worth, count(*) FROM b GROUP BY a_id, worth',
    settings: { work_mem: '64kB', enable_sort: 'off' },
  },
  {
    name: 'grouping sets',
    sql: "SELECT kind, a_id % 3, upper('a, b'), count(*) FROM b GROUP BY CUBE (kind, a_id % 3)",
  },
  {
    name: 'rollup sorted',
    sql: 'SELECT kind, a_id, count(*) FROM b GROUP BY ROLLUP (kind, a_id)',
    settings: { enable_hashagg: 'off' },
  },
  { name: 'group', sql: 'SELECT kind FROM b GROUP BY kind', settings: { enable_hashagg: 'off' } },
  { name: 'unique', sql: 'SELECT DISTINCT kind, a_id FROM b', settings: { enable_hashagg: 'off' } },
  { name: 'sort', sql: "SELECT * FROM a ORDER BY note DESC, coalesce(note, 'x, y'), kind NULLS FIRST" },
  { name: 'sort on disk', sql: 'SELECT * FROM b ORDER BY worth % 17, id', settings: { work_mem: '64kB' } },
  {
    name: 'incremental sort',
    sql: 'SELECT * FROM b ORDER BY a_id, worth',
    settings: { enable_seqscan: 'off', enable_sort: 'off' },
  },
  { name: 'top sort', sql: 'SELECT * FROM b ORDER BY worth % 17, id OFFSET 10 LIMIT 5' },
  { name: 'window', sql: 'SELECT id, rank() OVER (PARTITION BY kind ORDER BY worth) FROM b' },
  {
    name: 'window with an early end',
    sql: 'SELECT * FROM (SELECT id, row_number() OVER (ORDER BY worth) AS n FROM b) x WHERE n < 5',
  },
  {
    name: 'init plan',
    sql: 'SELECT count(*) FROM b WHERE worth > (SELECT avg(worth) FROM b) AND kind < (SELECT max(kind) FROM a)',
  },
  { name: 'sub plan', sql: 'SELECT id, (SELECT count(*) FROM b WHERE b.a_id = a.id) FROM a WHERE id < 50' },
  { name: 'hashed sub plan', sql: 'SELECT * FROM a WHERE id NOT IN (SELECT a_id FROM b WHERE worth > 100)' },
  {
    name: 'two CTEs',
    sql: 'WITH s AS MATERIALIZED (SELECT a_id, count(*) AS n FROM b GROUP BY a_id), u AS MATERIALIZED (SELECT * FROM s WHERE n > 2) SELECT count(*) FROM s x JOIN u y ON x.a_id = y.a_id',
  },
  {
    name: 'recursive',
    sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 50) SELECT * FROM r q WHERE n > 3',
  },
  { name: 'set operations', sql: 'SELECT kind FROM a INTERSECT SELECT kind FROM b EXCEPT ALL SELECT 3' },
  { name: 'union', sql: 'SELECT kind FROM a UNION SELECT kind FROM b UNION ALL SELECT 1' },
  { name: 'append of partitions', sql: "SELECT * FROM p WHERE day >= '2026-02-10'" },
  {
    name: 'merge append',
    sql: 'SELECT * FROM p ORDER BY day LIMIT 5',
    settings: { enable_sort: 'off', enable_seqscan: 'off' },
  },
  { name: 'pruned at run time', sql: "SELECT * FROM p WHERE day = (SELECT date '2026-02-03')" },
  { name: 'pruned at its start', sql: "SELECT * FROM p WHERE day > now() + interval '100 years'" },
  { name: 'nothing', sql: 'SELECT * FROM a WHERE false' },
  { name: 'one-time filter', sql: 'SELECT * FROM a WHERE (SELECT count(*) FROM b) < 0' },
  { name: 'function scan', sql: 'SELECT * FROM generate_series(1, 10) g(n) WHERE n > 3' },
  {
    name: 'functions side by side',
    sql: 'SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 5)) AS g(x, y)',
  },
  { name: 'set returning', sql: "SELECT unnest(tags), 'a, (b' FROM a WHERE id < 5" },
  { name: 'values', sql: "SELECT * FROM (VALUES (1, 'x'), (2, 'y, z')) v(n, t) WHERE n > 1" },
  {
    name: 'table function',
    sql: `SELECT x.* FROM xmltable('/r/c' PASSING '<r><c>1</c></r>' COLUMNS n int PATH '.') x`,
  },
  {
    name: 'subquery scan',
    sql: 'SELECT * FROM (SELECT id, kind FROM a ORDER BY id OFFSET 5 LIMIT 10) x WHERE kind > 2',
  },
  {
    name: 'odd names',
    sql: `SELECT "a, b", count(*) FROM "Side Room"."Odd, ""Name""" "an, alias" WHERE "a, b" <> 'it''s 1, "x"' GROUP BY "a, b" ORDER BY "a, b"`,
  },
  { name: 'text with a line break', sql: "SELECT * FROM a WHERE note = E'first\\nsecond: line'" },
  {
    name: 'lateral',
    sql: 'SELECT * FROM a CROSS JOIN LATERAL (SELECT * FROM b WHERE b.a_id = a.id ORDER BY worth LIMIT 2) x WHERE a.id < 10',
  },
  { name: 'row locks', sql: 'SELECT * FROM a WHERE id < 5 FOR UPDATE' },
  {
    name: 'never executed',
    sql: 'SELECT * FROM a JOIN b ON b.a_id = a.id WHERE a.id = -1',
    settings: onlyLoops,
  },
  {
    name: 'materialize',
    sql: 'SELECT count(*) FROM a x JOIN a y ON x.kind <> y.kind WHERE x.id < 5 AND y.id < 50',
    settings: onlyLoops,
  },
  { name: 'disabled', sql: 'SELECT * FROM a', settings: { enable_seqscan: 'off' } },
  { name: 'insert', writes: true, sql: 'INSERT INTO b SELECT n, 1, n, 1 FROM generate_series(9001, 9010) n' },
  {
    name: 'insert on conflict',
    writes: true,
    sql: 'INSERT INTO b VALUES (1, 1, 1, 1), (9002, 1, 1, 1) ON CONFLICT (id) DO UPDATE SET worth = 2 WHERE b.kind = 1',
  },
  { name: 'update', writes: true, sql: 'UPDATE b SET worth = worth + 1 WHERE id < 40' },
  { name: 'update of partitions', writes: true, sql: "UPDATE p SET n = n + 1 WHERE day > '2026-02-25'" },
  { name: 'delete with a foreign key', writes: true, sql: 'DELETE FROM a WHERE id < 4' },
  {
    name: 'writing CTE',
    writes: true,
    sql: 'WITH gone AS (DELETE FROM b WHERE id < 100 RETURNING *) SELECT kind, count(*) FROM gone GROUP BY kind',
  },
  {
    name: 'merge',
    writes: true,
    sql: 'MERGE INTO b USING a ON b.id = a.id WHEN MATCHED AND a.kind = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET worth = 0 WHEN NOT MATCHED THEN DO NOTHING',
    from: 15,
  },
  { name: 'parallel scan', sql: 'SELECT * FROM b WHERE worth % 7 = 1', settings: parallel },
  {
    name: 'parallel aggregate',
    sql: 'SELECT kind, count(*), sum(worth) FROM b GROUP BY kind ORDER BY kind',
    settings: parallel,
  },
  {
    name: 'parallel hash join',
    sql: 'SELECT count(*) FROM a JOIN b ON b.a_id = a.id',
    settings: { ...parallel, ...onlyHashes },
  },
  { name: 'parallel sort', sql: 'SELECT * FROM b ORDER BY worth % 13, id', settings: parallel },
  { name: 'parallel append', sql: 'SELECT count(*) FROM p', settings: parallel },
  {
    name: 'compiled',
    sql: 'SELECT sum(worth * 2 + kind) FROM b WHERE worth > 3',
    settings: { jit_above_cost: '0', jit_inline_above_cost: '0' },
  },
];
