import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leftOut } from '../../src/engines/postgres/witness/left-out.ts';
import { gathered } from '../../src/engines/postgres/witness/gathered.ts';
import { objects } from '../../src/engines/postgres/witness/objects.ts';
import { relations } from '../../src/engines/postgres/witness/relations.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';

const folder = new URL('../../src/engines/postgres/witness/', import.meta.url).pathname;

test('the witness shares no code with what plans, reads or makes structures', () => {
  const imports = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => from!),
  );
  expect(imports.length).toBeGreaterThan(20);
  const allowed = /^(?:node:|\.\/[a-z-]+\.ts$|\.\.\/\.\.\/\.\.\/engine\/model\.ts$)/;
  expect(imports.filter((from) => !allowed.test(from))).toEqual([]);
});

test('it knows every catalog of the server, or says why one is no structure', async () => {
  const session = await postgres.connect((await testDatabase()).adminUrl);
  const { rows } = await session
    .query<{ name: string }>(
      `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND oid < 16384`,
    )
    .finally(() => session.close());
  const known = new Set([
    ...[...relations, ...objects, ...gathered].map(({ catalog }) => catalog),
    ...Object.keys(leftOut),
  ]);
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
});
