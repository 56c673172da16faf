import { expect, test } from 'vitest';
import type { z } from 'zod';
import { zodFiles } from '../../src/application/extras/zod.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { build, modelsOf } from './workshop.ts';

const sql = `
CREATE TYPE mood AS ENUM ('fine', 'it''s bad');
CREATE TABLE items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (btrim(name) <> '') CHECK (char_length(name) <= 10),
  code varchar(4) NOT NULL DEFAULT 'x',
  count integer NOT NULL DEFAULT 1 CHECK (count >= 0 AND count < 100),
  size smallint,
  price numeric(6,2) CHECK (price > 0),
  kind text NOT NULL DEFAULT 'a' CHECK (kind IN ('a', 'b''c')),
  mood mood,
  day date,
  token uuid,
  CONSTRAINT items_twice CHECK (count * 2 <> size)
);`;

test('a schema accepts what the database accepts, and refuses what it refuses', async () => {
  const { ownerUrl } = await testDatabase({ sql });
  const models = await modelsOf(ownerUrl);
  const files = zodFiles(models);
  const built = build(
    { name: 'zod', title: 'Zod', packages: [], write: () => ({ files, leftOut: [] }) },
    models,
  );
  expect(built.complaints).toBe('');
  const { newItemSchema } = (await built.load('zod')) as unknown as { readonly newItemSchema: z.ZodObject };
  const session = await postgres.connect(ownerUrl);
  const rows: readonly Readonly<Record<string, unknown>>[] = [
    { name: 'chair' },
    { name: '😀😀😀😀😀😀😀😀😀😀' },
    { name: '😀😀😀😀😀😀😀😀😀😀x' },
    { name: '   ' },
    { name: null },
    { name: 'a', code: '12345' },
    { name: 'a', count: -1 },
    { name: 'a', count: 99 },
    { name: 'a', count: 100 },
    { name: 'a', size: 32768 },
    { name: 'a', price: '9999.99' },
    { name: 'a', price: '10000.00' },
    { name: 'a', price: '0' },
    { name: 'a', kind: "b'c" },
    { name: 'a', kind: 'c' },
    { name: 'a', mood: "it's bad" },
    { name: 'a', mood: 'bad' },
    { name: 'a', day: '2026-02-29' },
    { name: 'a', day: '2028-02-29' },
    { name: 'a', token: 'no' },
    { name: 'a', token: '00000000-0000-0000-0000-000000000001' },
    { name: 'a\0' },
  ];
  const verdicts = [];
  for (const row of rows) {
    const names = Object.keys(row);
    const accepted = await session
      .query(
        `INSERT INTO items (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
        Object.values(row),
      )
      .then(
        () => true,
        () => false,
      );
    verdicts.push({ row, database: accepted, schema: newItemSchema.safeParse(row).success });
  }
  await session.close();
  expect(verdicts.filter(({ database }) => database).length).toBeGreaterThan(6);
  expect(verdicts.filter(({ database, schema }) => database !== schema)).toEqual([]);
  expect(newItemSchema.safeParse({ name: 'a', id: 1n }).success).toBe(false);
  expect(files[0]!.text).toContain('// Left to the database: items_twice: CHECK (');
});
