import { expect, test } from 'vitest';
import { insteadOfScan } from './findings.ts';

test.each([
  ['CREATE INDEX i ON t (a)', /^CREATE INDEX CONCURRENTLY/],
  ['-- quick lookups\nCREATE UNIQUE INDEX i ON t (a)', /^CREATE INDEX CONCURRENTLY/],
  ['ALTER TABLE t ADD CHECK (a > 0)', /NOT VALID/],
  ['ALTER TABLE t ADD FOREIGN KEY (index) REFERENCES u', /NOT VALID/],
  ['ALTER TABLE t ALTER COLUMN a SET NOT NULL', /NOT VALID/],
  ['ALTER TABLE t\n  ADD CONSTRAINT u UNIQUE (a)', /USING INDEX/],
  ['ALTER TABLE t ADD PRIMARY KEY (a)', /USING INDEX/],
  ['ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)', /cannot be built beside writers/],
])('what PostgreSQL has instead of %j', (sql, instead) => {
  expect(insteadOfScan(sql)).toMatch(instead);
});
