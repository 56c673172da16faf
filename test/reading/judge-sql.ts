/** Tables, types and functions whose danger does not stand in the text of a statement. */
export const judgeSql = `
CREATE SCHEMA s; SET search_path = s;
CREATE TABLE people (id int PRIMARY KEY, name text, email text, phone text, low text GENERATED ALWAYS AS (lower(email)) STORED);
CREATE TABLE orders (id int PRIMARY KEY, person_id int REFERENCES people, note text, total numeric);
CREATE VIEW contacts AS SELECT id, email AS mail, lower(phone) AS ph FROM people WHERE email IS NOT NULL;
CREATE VIEW deep AS SELECT mail, ph, id FROM contacts;
CREATE MATERIALIZED VIEW copied AS SELECT d.id, d.mail || 'x' AS mx, p.name FROM deep d JOIN people p USING (id);
CREATE TABLE part (id int, email text) PARTITION BY LIST (id);
CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1);
CREATE FUNCTION reads(i int) RETURNS text LANGUAGE sql STABLE BEGIN ATOMIC SELECT email FROM people WHERE id = i; END;
CREATE FUNCTION reads_name(i int) RETURNS text LANGUAGE sql STABLE BEGIN ATOMIC SELECT name FROM people WHERE id = i; END;

CREATE FUNCTION unknown(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
CREATE FUNCTION unknown_is(int, int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION unknown_one() RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
CREATE FUNCTION wrapped(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT s.unknown_one()';
CREATE OPERATOR ==~ (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, NEGATOR = !=~);
CREATE OPERATOR !=~ (FUNCTION = unknown_is, LEFTARG = int, RIGHTARG = int, NEGATOR = ==~);
CREATE OPERATOR <~ (FUNCTION = int4lt, LEFTARG = int, RIGHTARG = int, COMMUTATOR = >~);
CREATE OPERATOR >~ (FUNCTION = unknown_is, LEFTARG = int, RIGHTARG = int, COMMUTATOR = <~);
CREATE TABLE indexed_constant (id int); CREATE INDEX ON indexed_constant ((id + unknown_one()));
CREATE TABLE indexed_predicate (id int); CREATE INDEX ON indexed_predicate (id) WHERE id > unknown_one();
CREATE TABLE checked_constant (id int CHECK (id > unknown_one()));
CREATE TABLE indexed_wrapped (id int); CREATE INDEX ON indexed_wrapped ((wrapped(id) + 1));
CREATE TABLE indexed_column (id int CHECK (unknown(id) > 0)); CREATE INDEX ON indexed_column (unknown(id));
CREATE STATISTICS guessed ON (id + unknown_one()), (id * 2) FROM orders_of_statistics;

CREATE FUNCTION locks(int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_lock(77); RETURN true; END';
CREATE DOMAIN bad AS int CHECK (locks(VALUE));
CREATE DOMAIN good AS int CHECK (VALUE > 0);
CREATE TYPE holder AS (b bad, t text);
CREATE TYPE held AS (b good, t text);
CREATE TABLE holds (h holder, a bad[]);

CREATE TABLE secured (id int, tenant text); ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secured USING (tenant = current_setting('app.tenant', true));
CREATE TABLE guarded (id int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON guarded USING (unknown(id) = 1);
CREATE FUNCTION reads_secured() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT count(*)::int FROM secured; END;
CREATE FUNCTION shows() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT current_setting('app.tenant', true); END;
CREATE TABLE "odd ""name"" (:funcid 5) {VAR" ("[" int, "<>" int, ":funcid" int, "a
b" int);
`.replace('CREATE STATISTICS', 'CREATE TABLE orders_of_statistics (id int); CREATE STATISTICS');

export const masked = ['s.people.email', 's.people.phone', 's.part1.email'];

/** Statements with masked columns that are allowed, and the names of the columns that come out masked. */
export const shown: readonly (readonly [string, readonly string[]])[] = [
  ['SELECT email, name FROM people', ['email']],
  ['SELECT * FROM people', ['email', 'phone', 'low']],
  ['TABLE people', ['email', 'phone', 'low']],
  ['SELECT x.email FROM (SELECT * FROM people) x', ['email']],
  ['WITH c AS (SELECT email AS e, id FROM people) SELECT e, id FROM c', ['e']],
  ['SELECT name FROM people UNION ALL SELECT email FROM people', ['name']],
  ['SELECT email::varchar, email COLLATE "C" AS c FROM people', ['email', 'c']],
  ['SELECT (SELECT email FROM people LIMIT 1) AS one, count(*) FROM people', ['one']],
  ['SELECT EXISTS (SELECT email FROM people)', []],
  ['SELECT id, mail, ph FROM contacts', ['mail', 'ph']],
  ['SELECT mail FROM deep WHERE id = 3', ['mail']],
  ['SELECT id, mx, name FROM copied', ['mx']],
  ['SELECT email FROM part', ['email']],
  ['SELECT low FROM people ORDER BY id', ['low']],
  [
    'WITH RECURSIVE r (id, e) AS (SELECT id, email FROM people WHERE id = 1 UNION ALL SELECT p.id, p.email FROM people p JOIN r ON p.id = r.id + 1) SELECT * FROM r',
    ['e'],
  ],
  [
    'WITH RECURSIVE r (n, e, o) AS (SELECT 1, name, email FROM people UNION ALL SELECT n + 1, o, o FROM r WHERE n < 3) SELECT e FROM r',
    ['e'],
  ],
  ['SELECT l.e FROM people p, LATERAL (SELECT p.email AS e) l', ['e']],
  ['SELECT j.email FROM (people p JOIN orders o ON o.person_id = p.id) j', ['email']],
  ['SELECT p.email FROM people p FULL JOIN orders o USING (id)', ['email']],
  ['SELECT count(*) FROM people', []],
  ['SELECT reads_name(1), name FROM people GROUP BY name', []],
  ['SELECT attname, attmissingval FROM pg_attribute', ['attmissingval']],
];

/** Statements that would tell something of a masked column. */
export const told: readonly string[] = [
  'SELECT lower(email) FROM people',
  "SELECT email || '' FROM people",
  "SELECT id FROM people WHERE email = 'x'",
  'SELECT count(email) FROM people',
  'SELECT max(email) FROM people',
  'SELECT id FROM people ORDER BY email',
  'SELECT count(*) FROM people GROUP BY email',
  'SELECT DISTINCT email FROM people',
  'SELECT DISTINCT ON (email) id FROM people',
  'SELECT people FROM people',
  'SELECT row_to_json(p) FROM people p',
  'SELECT to_jsonb(p.*) FROM people p',
  'SELECT (p.*)::text FROM people p',
  'SELECT (array_agg(p))[1].email FROM people p',
  'SELECT email FROM people UNION SELECT name FROM people',
  'SELECT name FROM people EXCEPT ALL SELECT email FROM people',
  '(SELECT name FROM people UNION ALL SELECT email FROM people) ORDER BY 1',
  'SELECT a.id FROM people a JOIN people b ON a.email = b.email',
  'SELECT a.id FROM people a JOIN people b USING (email)',
  'SELECT a.id FROM people a NATURAL JOIN people b',
  'SELECT ARRAY(SELECT email FROM people)',
  "SELECT 'x' IN (SELECT email FROM people)",
  'SELECT CASE WHEN true THEN email END FROM people',
  'SELECT email IS NULL FROM people',
  'SELECT upper(ph) FROM contacts',
  "SELECT mail FROM deep WHERE mail = 'x'",
  "SELECT mx || '' FROM copied",
  'SELECT length(low) FROM people',
  "SELECT email || 'x' FROM part",
  'SELECT reads(1)',
  'SELECT u FROM people p, LATERAL unnest(ARRAY[p.email]) u',
  'SELECT v.e FROM people p, LATERAL (VALUES (p.email)) v (e)',
  "SELECT l.e || '' FROM people p, LATERAL (SELECT p.email AS e) l",
  'SELECT row_number() OVER (ORDER BY email) FROM people',
  'SELECT first_value(email) OVER () FROM people',
  'SELECT id FROM people p WHERE EXISTS (SELECT FROM orders WHERE note = p.email)',
  "SELECT n FROM (WITH RECURSIVE r (n, e, o) AS (SELECT 1, name, email FROM people UNION ALL SELECT n + 1, o, o FROM r WHERE e = 'x') SELECT n FROM r) q",
  'SELECT 1 LIMIT (SELECT length(email) FROM people LIMIT 1)',
  'SELECT j FROM (people p JOIN orders o ON o.person_id = p.id) j',
  'SELECT sum(total) FILTER (WHERE p.email IS NULL) FROM orders o JOIN people p ON p.id = o.person_id',
  'SELECT attmissingval::text FROM pg_attribute',
];

/** Refused, and what the refusal names. */
export const refused: readonly (readonly [string, string])[] = [
  ['SELECT 1 WHERE 1 ==~ 2', 's.unknown_is'],
  ['SELECT 1 WHERE NOT (1 ==~ 2)', 's.unknown_is'],
  ['SELECT 1 WHERE 1 <~ 2', 's.unknown_is'],
  ['SELECT * FROM indexed_constant', 's.unknown_one'],
  ['SELECT * FROM indexed_predicate', 's.unknown_one'],
  ['SELECT * FROM checked_constant', 's.unknown_one'],
  ['SELECT * FROM indexed_wrapped', 's.wrapped'],
  ['SELECT * FROM orders_of_statistics', 's.unknown_one'],
  ["SELECT '{1}'::bad[]", 'type s.bad'],
  ["SELECT '(1,x)'::holder", 'type s.bad'],
  ["SELECT * FROM holds WHERE h = '(1,x)'", 'type s.bad'],
  ["SELECT * FROM holds AS x (p, q) WHERE q = '{1}'", 'type s.bad'],
  ['SELECT 5::bad', 's.locks'],
  ['SELECT ROW(1)::bad', 'the statement'],
  ['SELECT * FROM guarded', 's.unknown'],
  ['SELECT reads_secured()', 's.secured'],
  ['SELECT shows()', 'pg_catalog.current_setting'],
  ["SELECT current_setting('app.tenant')", 'pg_catalog.current_setting'],
  ["SELECT pg_input_is_valid('1', 'good')", 'pg_catalog.pg_input_is_valid'],
  ["SELECT domain_in('1', 's.bad'::regtype, -1)", 'pg_catalog.domain_in'],
  ['SELECT * FROM pg_authid', 'pg_catalog.pg_authid'],
  ['SELECT * FROM pg_stats', 'pg_catalog.pg_statistic'],
  ['SELECT * FROM pg_user_mappings', 'pg_catalog.pg_'],
  ['SELECT * FROM pg_settings', 'pg_catalog.pg_show_all_settings'],
];

/** Allowed: what is near to something refused. */
export const allowed: readonly string[] = [
  'SELECT * FROM indexed_column',
  "SELECT '{1}'::good[], '(1,x)'::held",
  "SELECT id FROM orders WHERE note = 'x'",
  'SELECT * FROM secured',
  'SELECT 1 OPERATOR(pg_catalog.=) 2',
  'SELECT "[", "<>", ":funcid" FROM "odd ""name"" (:funcid 5) {VAR"',
  'SELECT ":funcid"."[" FROM (SELECT 1 AS "[", 2 AS "<>", 3 AS "5", 4 AS """q", 5 AS "a\\b") AS ":funcid"',
  'SELECT * FROM pg_class, information_schema.columns LIMIT 1',
  'SELECT $1::int + id FROM orders WHERE note = $2',
];
