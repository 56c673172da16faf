/** A table whose column `amount` carries everything that a change of its type has to bring along; `odd` needs quotes everywhere. */
export const ledger = `
CREATE TABLE accounts (id integer PRIMARY KEY, name text);
CREATE TABLE entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  amount integer NOT NULL DEFAULT 7 CONSTRAINT amount_bounds CHECK (amount >= -5 AND amount < 2000000000),
  account integer REFERENCES accounts (id) ON UPDATE CASCADE ON DELETE SET NULL,
  ticket serial,
  label varchar(20), raw text, noted_on date, fee numeric(8, 2),
  CONSTRAINT fee_below CHECK (fee < amount + 100000));
CREATE INDEX entries_amount_idx ON entries (amount DESC) INCLUDE (label) WITH (fillfactor = 80);
CREATE INDEX entries_mixed_idx ON entries (lower(label), abs(amount), id) WHERE amount > 10;
CREATE UNIQUE INDEX entries_pair_idx ON entries (id, amount);
COMMENT ON COLUMN entries.amount IS 'What it''s worth';
COMMENT ON INDEX entries_amount_idx IS 'Largest first';
COMMENT ON CONSTRAINT amount_bounds ON entries IS 'Bounds';
ALTER TABLE entries ALTER COLUMN amount SET STATISTICS 300;
ALTER TABLE entries ALTER COLUMN amount SET (n_distinct = 500);
GRANT SELECT (amount), UPDATE (amount) ON entries TO PUBLIC;
CREATE TABLE "Odd one" ("Key" text COLLATE "C", "select" integer, "Größe" integer NOT NULL DEFAULT 3 CHECK ("Größe" <> 4), PRIMARY KEY ("select", "Key"));
CREATE INDEX "Odd idx" ON "Odd one" ("Größe", (("Größe" + 1)));
INSERT INTO accounts SELECT n, 'Account ' || n FROM generate_series(1, 40) AS n;
INSERT INTO entries (amount, account, label, raw, noted_on, fee)
  SELECT n % 900, NULLIF(n % 41, 0), 'Label ' || n, CASE n % 3 WHEN 0 THEN NULL ELSE (n % 100)::text END, date '2026-01-01' + n % 300, n % 70 + 0.25
  FROM generate_series(1, 11000) AS n;
INSERT INTO "Odd one" SELECT 'k' || n, n % 9, n + 10 FROM generate_series(1, 6000) AS n;
`;
