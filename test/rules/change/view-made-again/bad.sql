-- finds: 1
DROP VIEW totals;
CREATE VIEW totals AS SELECT 1 AS n;
