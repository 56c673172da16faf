CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE EXTENSION IF NOT EXISTS dblink;
CREATE ROLE reporter_:n;
CREATE TYPE address AS (street text, email text);
CREATE DOMAIN mailbox AS text CHECK (VALUE <> 'domaincheck.quillfeather@hidden.test');
CREATE TABLE people (
  id bigint PRIMARY KEY,
  email text NOT NULL DEFAULT 'default.quillfeather@hidden.test',
  full_name text NOT NULL,
  birth_date date,
  home address,
  box mailbox,
  doc jsonb NOT NULL,
  lines text[] NOT NULL DEFAULT '{}',
  notes text,
  ssn text,
  note_plain text,
  CONSTRAINT people_name_check CHECK (full_name <> ALL (ARRAY['Osbert Quillfeather', 'Zebedee Thornbury']))
);
COMMENT ON TABLE people IS 'Asked for by Listed Quillfeather <perpetua.quillfeather@hidden.test>, call +49 151 7654321';
CREATE TABLE regional (full_name text NOT NULL, ssn text, id bigint) PARTITION BY LIST (full_name);
CREATE TABLE regional_a PARTITION OF regional FOR VALUES IN ('Listed Quillfeather', 'Listed Thornbury');
CREATE TABLE regional_b PARTITION OF regional DEFAULT;
CREATE TABLE ranged (ssn text NOT NULL, full_name text NOT NULL, at date) PARTITION BY RANGE (ssn, at);
CREATE TABLE ranged_a PARTITION OF ranged FOR VALUES FROM ('QF-100-rangedlow', '2020-01-01') TO ('QF-900-rangedhigh', '2021-01-01');
CREATE TABLE audit (at timestamptz, payload jsonb, who text);
INSERT INTO people
SELECT n, 'osbert.quill' || n || '@hidden.test', 'Osbert Quillson' || n, date '1950-01-01' + n, ROW('Lane ' || n, 'composite' || n % 20 || '@hidden.test')::address,
  'box' || n % 30 || '@hidden.test',
  jsonb_build_object('email', 'docmail' || n % 9 || '@hidden.test', 'phone', '+49 170 555' || lpad((n % 9)::text, 4, '0'), 'name', 'Docname Quill' || n % 9,
     'tags', jsonb_build_array('Arrayname Quill' || n % 9), 'nested', jsonb_build_object('ssn', 'NST-' || n % 9 || '-7788')),
  ARRAY['line' || n % 20 || '@hidden.test', 'Old Quillname' || n % 20], CASE WHEN n % 3 = 0 THEN 'wrote to noted' || n % 10 || '@hidden.test again' END,
  'SSN-' || lpad((n * 7)::text, 6, '0') || '-QFZY', 'plain ' || n % 7
FROM generate_series(1, 1500) n;
INSERT INTO regional SELECT CASE WHEN n % 2 = 0 THEN 'Listed Quillfeather' ELSE 'Listed Thornbury' || CASE WHEN n % 3 = 0 THEN '' ELSE 'x' || n END END, 'RSN-' || n || '-QFZY', n FROM generate_series(1, 500) n;
INSERT INTO ranged SELECT 'QF-' || 200 + n || '-QFZY', 'Ranged Quill' || n, '2020-05-05' FROM generate_series(1, 300) n;
INSERT INTO audit SELECT now(), jsonb_build_object('old', jsonb_build_object('full_name', 'Auditname Quill' || n % 9), 'kind', 'update'), 'osbert.quill' || n || '@hidden.test' FROM generate_series(1, 600) n;
CREATE INDEX people_upper_idx ON people (upper(full_name), (doc ->> 'email'));
CREATE INDEX people_doc_idx ON people USING gin (doc);
CREATE INDEX people_lines_idx ON people USING gin (lines);
CREATE INDEX people_doc_name_idx ON people ((doc ->> 'name'));
CREATE INDEX people_home_idx ON people (((home).email));
CREATE INDEX people_partial_idx ON people (id) WHERE full_name = 'Partial Quillfeather' OR (doc ->> 'name') = 'Partialdoc Quillfeather';
CREATE INDEX audit_old_idx ON audit ((payload -> 'old' ->> 'full_name'));
CREATE STATISTICS people_two (mcv) ON full_name, ssn FROM people;
CREATE STATISTICS people_expression (mcv) ON (lower(full_name)), (doc ->> 'email') FROM people;
CREATE VIEW vips AS SELECT id, CASE WHEN full_name = 'Viewcase Quillfeather' THEN 'Viewthen Quillfeather' ELSE full_name END AS label FROM people WHERE full_name LIKE 'Viewlike Quill%' OR full_name IN ('Viewin Quillfeather', 'Viewin Thornbury');
CREATE MATERIALIZED VIEW names AS SELECT p.full_name AS a, concat(p.full_name, ' ', p.ssn) AS b FROM people p;
CREATE RULE people_rule AS ON UPDATE TO vips DO INSTEAD UPDATE people SET full_name = NEW.label WHERE full_name <> 'Ruled Quillfeather';
CREATE FUNCTION grade(who people) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN who.full_name = 'Routine Quillfeather' THEN 'a' END $$;
CREATE FUNCTION look() RETURNS int LANGUAGE plpgsql AS $f$ DECLARE r people; BEGIN
  PERFORM dblink_connect('host=db user=app password=routine-hunter-77');
  SELECT * INTO r FROM people WHERE full_name = 'Plpgsql Quillfeather';
  IF r.full_name = 'Variable Quillfeather' OR r.email = 'variable.quillfeather@hidden.test' THEN RETURN 1; END IF;
  EXECUTE format('SELECT 1 FROM people WHERE full_name = %L', 'Dynamic Quillfeather');
  EXECUTE 'UPDATE people SET notes = NULL WHERE full_name = ''Executed Quillfeather''';
  RETURN 0;
END $f$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.full_name = 'Trigger Quillfeather' THEN RAISE 'no %', 'Raised'; END IF; RETURN NEW; END $$;
CREATE TRIGGER people_touch BEFORE UPDATE ON people FOR EACH ROW WHEN (NEW.full_name = 'When Quillfeather') EXECUTE FUNCTION touch('Argument Quillfeather');
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY people_policy ON people USING (full_name <> 'Policy Quillfeather');
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'far.host', dbname 'x');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'mapped', password 'mapping-hunter-77');
CREATE FOREIGN TABLE far_people (full_name text OPTIONS (column_name 'fn')) SERVER far;
ANALYZE;
