-- finds: totals
-- as: admin
CREATE TABLE notes (id bigint PRIMARY KEY);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM notes;
GRANT SELECT ON totals TO web_anon;
