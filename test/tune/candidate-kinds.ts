/** A table of jobs with columns of many kinds, and for each kind of candidate a query that asks for it. */

/** Structure and rows; the figures are stretched afterwards. */
export const jobs = `
CREATE EXTENSION pg_trgm;
CREATE TYPE mood AS ENUM ('calm', 'tense');
CREATE TABLE owners (id int PRIMARY KEY, name text NOT NULL, team text NOT NULL);
CREATE TABLE jobs (
  id bigint PRIMARY KEY, tenant int NOT NULL, owner int NOT NULL REFERENCES owners (id), state text NOT NULL, kind smallint NOT NULL, title varchar(80) NOT NULL,
  ascii text COLLATE "C" NOT NULL, token text NOT NULL, email text NOT NULL, tags text[] NOT NULL, body jsonb NOT NULL, words tsvector NOT NULL, spot point NOT NULL,
  span daterange NOT NULL, mood mood NOT NULL, raw json NOT NULL, made_at timestamptz NOT NULL, local_at timestamp NOT NULL, due date, deleted_at timestamptz,
  price numeric(10, 2) NOT NULL, filler text NOT NULL);
INSERT INTO owners SELECT n, 'owner ' || n, 'team ' || n % 40 FROM generate_series(1, 3000) AS n;
INSERT INTO jobs SELECT n, n * 7 % 200, 1 + n * 31 % 3000, CASE WHEN n % 100 < 96 THEN 'done' WHEN n % 100 < 99 THEN 'open' ELSE 'failed' END, n % 5, 'title ' || md5(n::text),
  'code ' || md5((n + 1)::text), repeat(md5(n::text), 3), 'Person' || n || '@Example.com', ARRAY['t' || n % 500, 'u' || n % 7], jsonb_build_object('color', 'c' || n % 300, 'size', n % 50),
  to_tsvector('simple', 'word' || n % 400 || ' other' || n % 30), point(n % 1000, n % 777), daterange('2024-01-01'::date + n % 900, '2024-01-03'::date + n % 900),
  CASE WHEN n % 50 = 0 THEN 'tense' ELSE 'calm' END::mood, '{}', timestamptz '2024-01-01 00:00+00' + n * interval '1 minute', timestamp '2024-01-01' + n * interval '1 minute',
  CASE WHEN n % 10 = 0 THEN date '2024-01-01' + (n * 17 % 700) END, CASE WHEN n % 20 <> 0 THEN NULL ELSE timestamptz '2025-01-01' END, n * 13 % 9000, repeat('x', 120)
  FROM generate_series(1, 20000) AS n;
CREATE MATERIALIZED VIEW monthly AS SELECT id, tenant, made_at FROM jobs;
CREATE VIEW live_jobs AS SELECT id, tenant, title, made_at FROM jobs WHERE deleted_at IS NULL;
CREATE TABLE parts (day date NOT NULL, device int NOT NULL, value int NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
INSERT INTO parts SELECT date '2024-01-01' + n % 360, n % 3000, n FROM generate_series(1, 20000) AS n;
CREATE TABLE "Wörter; DROP TABLE jobs" ("a""b" int NOT NULL, "order" text NOT NULL, "select me" timestamptz NOT NULL, "x" text NOT NULL);
INSERT INTO "Wörter; DROP TABLE jobs" SELECT n % 2000, 'v' || n % 900, timestamptz '2024-01-01' + n * interval '1 hour', repeat('y', 80) FROM generate_series(1, 20000) AS n;
`;

export interface KindCase {
  readonly kind: string;
  readonly sql: string;
  /** What follows the table in the candidate's id. */
  readonly candidate: string;
  /** Table, `jobs` when absent. */
  readonly table?: string;
  /** Step of the plan that uses it. */
  readonly node?: string;
}

export const kindCases: readonly KindCase[] = [
  { kind: 'equality', sql: 'SELECT * FROM jobs WHERE owner = 5', candidate: 'btree (owner)' },
  {
    kind: 'equality, most selective first',
    sql: 'SELECT * FROM jobs WHERE kind = 3 AND tenant = 7 AND owner = 9',
    candidate: 'btree (owner, tenant, kind)',
  },
  { kind: 'a list', sql: 'SELECT * FROM jobs WHERE owner IN (3, 5, 8)', candidate: 'btree (owner)' },
  { kind: 'ANY', sql: 'SELECT * FROM jobs WHERE owner = ANY (ARRAY[3, 5, 8])', candidate: 'btree (owner)' },
  {
    kind: 'a range',
    sql: "SELECT * FROM jobs WHERE due BETWEEN '2024-05-01' AND '2024-05-02'",
    candidate: 'btree (due)',
  },
  {
    kind: 'equality, then a range',
    sql: "SELECT * FROM jobs WHERE tenant = 4 AND made_at >= '2024-01-03' AND made_at < '2024-01-04'",
    candidate: 'btree (tenant, made_at)',
  },
  {
    kind: 'a prefix',
    sql: "SELECT * FROM jobs WHERE title LIKE 'title abc%'",
    candidate: 'btree (title varchar_pattern_ops)',
  },
  {
    kind: 'a prefix sorted by bytes',
    sql: "SELECT * FROM jobs WHERE ascii LIKE 'code abc%'",
    candidate: 'btree (ascii)',
  },
  {
    kind: 'equality, then the order',
    sql: 'SELECT id, title FROM jobs WHERE tenant = 4 ORDER BY made_at DESC LIMIT 10',
    candidate: 'btree (tenant, made_at)',
  },
  {
    kind: 'an order of two directions',
    sql: 'SELECT * FROM jobs ORDER BY price DESC, made_at LIMIT 10',
    candidate: 'btree (price DESC, made_at)',
  },
  {
    kind: 'nulls last',
    sql: 'SELECT * FROM jobs ORDER BY due DESC NULLS LAST LIMIT 10',
    candidate: 'btree (due DESC NULLS LAST)',
  },
  { kind: 'the greatest', sql: 'SELECT max(price) FROM jobs', candidate: 'btree (price)' },
  {
    kind: 'a page by key',
    sql: "SELECT id, made_at FROM jobs WHERE (made_at, id) < ('2024-01-05', 5000) ORDER BY made_at DESC, id DESC LIMIT 20",
    candidate: 'btree (made_at, id)',
  },
  { kind: 'groups', sql: 'SELECT tenant, count(*) FROM jobs GROUP BY tenant', candidate: 'btree (tenant)' },
  { kind: 'different values', sql: 'SELECT DISTINCT owner FROM jobs', candidate: 'btree (owner)' },
  {
    kind: 'first of each',
    sql: 'SELECT DISTINCT ON (owner) owner, made_at FROM jobs ORDER BY owner, made_at DESC',
    candidate: 'btree (owner, made_at DESC)',
  },
  {
    kind: 'a join',
    sql: "SELECT j.title FROM owners o JOIN jobs j ON j.owner = o.id WHERE o.name = 'owner 7'",
    candidate: 'btree (owner)',
  },
  {
    kind: 'the other side of a join',
    sql: "SELECT j.title FROM owners o JOIN jobs j ON j.owner = o.id WHERE o.team = 'team 3' AND j.id = 5",
    candidate: 'btree (team)',
    table: 'owners',
    node: '',
  },
  {
    kind: 'EXISTS',
    sql: 'SELECT o.name FROM owners o WHERE o.id < 20 AND EXISTS (SELECT FROM jobs j WHERE j.owner = o.id AND j.price > 8990)',
    candidate: 'btree (owner)',
  },
  {
    kind: 'an expression',
    sql: "SELECT * FROM jobs WHERE lower(email) = 'person77@example.com'",
    candidate: 'btree (lower(email))',
  },
  {
    kind: 'a day',
    sql: "SELECT count(*) FROM jobs WHERE date_trunc('day', local_at) = '2024-01-05'",
    candidate: "btree (date_trunc('day', local_at))",
  },
  {
    kind: 'a field of a document',
    sql: "SELECT id FROM jobs WHERE body ->> 'color' = 'c7'",
    candidate: "btree ((body ->> 'color'))",
  },
  {
    kind: 'rows of a rare constant',
    sql: "SELECT id, title FROM jobs WHERE state = 'failed' ORDER BY made_at LIMIT 50",
    candidate: "btree (made_at) WHERE state = 'failed'",
  },
  {
    kind: 'a rare label',
    sql: "SELECT id FROM jobs WHERE mood = 'tense' AND tenant = 50",
    candidate: "btree (tenant) WHERE mood = 'tense'",
  },
  {
    kind: 'rows not deleted',
    sql: 'SELECT id, title FROM live_jobs WHERE tenant = 9 ORDER BY made_at LIMIT 5',
    candidate: 'btree (tenant, made_at) WHERE deleted_at IS NULL',
  },
  {
    kind: 'rows with a value',
    sql: 'SELECT id FROM jobs WHERE due IS NOT NULL ORDER BY due LIMIT 5',
    candidate: 'btree (due) WHERE due IS NOT NULL',
  },
  {
    kind: 'covering',
    sql: 'SELECT price, kind FROM jobs WHERE tenant = 3',
    candidate: 'btree (tenant) INCLUDE (kind, price)',
    node: 'Index Only Scan',
  },
  {
    kind: 'a branch of OR',
    sql: "SELECT * FROM jobs WHERE owner = 5 OR token = 'x'",
    candidate: 'btree (owner)',
    node: '',
  },
  {
    kind: 'documents that contain',
    sql: `SELECT id FROM jobs WHERE body @> '{"color": "c7"}'`,
    candidate: 'gin (body jsonb_path_ops)',
  },
  { kind: 'documents with a key', sql: `SELECT id FROM jobs WHERE body ? 'rare'`, candidate: 'gin (body)' },
  { kind: 'arrays', sql: "SELECT id FROM jobs WHERE tags @> ARRAY['t77']", candidate: 'gin (tags)' },
  {
    kind: 'words',
    sql: "SELECT id FROM jobs WHERE words @@ to_tsquery('simple', 'word77')",
    candidate: 'gin (words)',
  },
  {
    kind: 'a pattern within',
    sql: "SELECT id FROM jobs WHERE title ILIKE '%abcde%'",
    candidate: 'gin (title gin_trgm_ops)',
  },
  {
    kind: 'the nearest',
    sql: 'SELECT id FROM jobs ORDER BY spot <-> point (1, 2) LIMIT 5',
    candidate: 'gist (spot)',
  },
  { kind: 'ranges', sql: "SELECT id FROM jobs WHERE span @> date '2024-05-05'", candidate: 'gist (span)' },
  {
    kind: 'rows in the order of a column',
    sql: "SELECT sum(price) FROM jobs WHERE made_at >= '2024-01-03' AND made_at < '2024-01-05'",
    candidate: 'brin (made_at)',
  },
  {
    kind: 'long values',
    sql: `SELECT id FROM jobs WHERE token = '${'a'.repeat(96)}'`,
    candidate: 'hash (token)',
  },
  {
    kind: 'a materialised view',
    sql: 'SELECT * FROM monthly WHERE tenant = 5 ORDER BY made_at LIMIT 3',
    candidate: 'btree (tenant, made_at)',
    table: 'monthly',
  },
  {
    kind: 'a partitioned table',
    sql: 'SELECT * FROM parts WHERE device = 77',
    candidate: 'btree (device)',
    table: 'parts',
  },
  {
    kind: 'hostile names',
    sql: 'SELECT * FROM "Wörter; DROP TABLE jobs" WHERE "a""b" = 5 ORDER BY "select me" DESC LIMIT 3',
    candidate: 'btree ("a""b", "select me")',
    table: '"Wörter; DROP TABLE jobs"',
  },
  {
    kind: 'an update',
    sql: "UPDATE jobs SET state = 'open' WHERE token = 'a' AND owner = 7",
    candidate: 'btree (owner)',
    node: '',
  },
  { kind: 'a delete', sql: "DELETE FROM jobs WHERE due < '2024-01-03'", candidate: 'btree (due)' },
  {
    kind: 'rows from a WITH query used once',
    sql: 'WITH mine AS (SELECT id, tenant FROM jobs) SELECT * FROM mine WHERE tenant = 6',
    candidate: 'btree (tenant)',
  },
];

/** Statements that look as if an index would help, and give no candidate, or none like this. */
export const lookAlikes: readonly { readonly why: string; readonly sql: string; readonly none?: RegExp }[] = [
  {
    why: 'the primary key finds it',
    sql: 'SELECT * FROM jobs WHERE id = 5',
    none: /^public\.jobs USING btree \(id\)$/,
  },
  { why: 'the key leads to one row', sql: 'SELECT * FROM jobs WHERE id = 5 AND tenant = 3', none: /\(id, / },
  { why: 'a function of the session', sql: "SELECT * FROM jobs WHERE to_char(made_at, 'YYYY') = '2024'" },
  { why: 'a zone of the session', sql: "SELECT * FROM jobs WHERE date_trunc('day', made_at) = '2024-01-05'" },
  { why: 'a random value', sql: 'SELECT * FROM jobs WHERE random() < 0.1' },
  { why: 'a type without order', sql: "SELECT * FROM jobs WHERE raw::text = '{}'" },
  { why: 'other than', sql: 'SELECT * FROM jobs WHERE tenant <> 5' },
  { why: 'a pattern too short', sql: "SELECT * FROM jobs WHERE title LIKE '%ab%'" },
  { why: 'a value that nearly all rows have', sql: "SELECT * FROM jobs WHERE state = 'done'" },
  { why: 'columns of the same row', sql: 'SELECT * FROM jobs WHERE tenant = kind' },
  { why: 'an array asked from the wrong side', sql: "SELECT * FROM jobs WHERE 't7' = ANY (tags)" },
  { why: 'a fraction beside whole numbers', sql: 'SELECT * FROM jobs WHERE owner = 5.5' },
  {
    why: 'arithmetic with the time of the session',
    sql: "SELECT * FROM jobs WHERE made_at + interval '1 day' > now()",
  },
  { why: 'everything is read', sql: 'SELECT count(*) FROM jobs' },
  {
    why: 'a subquery that is cut off first',
    sql: 'SELECT * FROM (SELECT * FROM jobs LIMIT 10) AS some WHERE tenant = 5',
  },
  {
    why: 'a WITH query that is read twice',
    sql: 'WITH x AS (SELECT tenant FROM jobs) SELECT * FROM x a, x b WHERE a.tenant = 1 AND b.tenant = 2',
  },
  {
    why: 'the kept side of an outer join',
    sql: "SELECT o.name FROM owners o LEFT JOIN jobs j ON j.id = o.id AND o.team = 'team 3'",
    none: /\(team/,
  },
  { why: 'a table that is not there', sql: 'SELECT * FROM nowhere WHERE tenant = 5' },
  {
    why: 'a parameter of many values makes no partial index',
    sql: 'SELECT id FROM jobs WHERE state = $1 ORDER BY made_at',
    none: /WHERE/,
  },
  {
    why: 'a reference makes no partial index',
    sql: 'SELECT id FROM jobs WHERE owner = 5 ORDER BY made_at',
    none: /WHERE/,
  },
  {
    why: 'a write carries nothing along',
    sql: 'DELETE FROM jobs WHERE tenant = 5 RETURNING id',
    none: /INCLUDE/,
  },
  { why: 'rows that lie anywhere have no summary', sql: 'SELECT * FROM jobs WHERE price < 10', none: /brin/ },
  { why: 'short keys have no hash', sql: 'SELECT * FROM jobs WHERE owner = 5', none: /hash/ },
];
