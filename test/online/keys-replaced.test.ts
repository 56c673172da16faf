import { expect, test } from 'vitest';
import { proof, stepsOf } from './proof.ts';

const seats = `
CREATE TABLE seats (id integer, code text NOT NULL, other bigint, CONSTRAINT seats_pkey PRIMARY KEY (id));
INSERT INTO seats SELECT n, 'c' || n, n FROM generate_series(1, 2000) n;
`;

test.each([
  'ALTER TABLE seats DROP CONSTRAINT seats_pkey, ADD PRIMARY KEY (code)',
  'ALTER TABLE seats DROP CONSTRAINT seats_pkey; ALTER TABLE seats ADD CONSTRAINT by_other PRIMARY KEY (other) INCLUDE (code)',
  'ALTER TABLE seats DROP CONSTRAINT seats_pkey',
])('%s: the table is never without a key', async (sql) => {
  const change = await proof(seats, sql);
  if (!/PRIMARY/.test(sql)) return;
  const last = stepsOf(change).at(-1)!;
  expect(last).toMatch(
    /^contract: ALTER TABLE seats DROP CONSTRAINT seats_pkey, ADD CONSTRAINT .* USING INDEX/,
  );
});
