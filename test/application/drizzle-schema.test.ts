import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drizzle } from '../../src/application/mappers/drizzle/drizzle.ts';
import { differences } from '../../src/catalog/difference.ts';
import { readCurrent } from '../../src/deliver/current/read-current.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { root } from '../architecture/source.ts';
import { scratch } from '../deliver/delivery.ts';
import { testDatabase } from '../support/database.ts';
import { modelsOf } from './workshop.ts';

const sql = `
CREATE TYPE mood AS ENUM ('fine', 'it''s bad');
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL CONSTRAINT users_email_key UNIQUE, mood mood NOT NULL DEFAULT 'fine');
CREATE TABLE notes (
  user_id bigint NOT NULL CONSTRAINT notes_user_id_fkey REFERENCES users ON DELETE CASCADE,
  line integer NOT NULL CONSTRAINT notes_line_positive CHECK (line > 0),
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT notes_pkey PRIMARY KEY (user_id, line)
);
CREATE INDEX notes_at_idx ON notes USING btree (at DESC) WHERE line > 1;`;

test('a schema of Drizzle is exported by the tool of its project: the one that dbd writes leads back to the same tables', async () => {
  const { ownerUrl } = await testDatabase({ sql });
  const folder = scratch();
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const models = await modelsOf(ownerUrl);
  for (const { path, text } of drizzle.write(models).files) writeFileSync(join(folder, path), text);
  const current = await readCurrent({ kind: 'file', path: join(folder, 'schema.ts') }, postgres);
  if (current.kind !== 'script') throw new Error('no SQL came');
  const made = await testDatabase({ sql: current.text });
  const [before, after] = await Promise.all(
    [ownerUrl, made.ownerUrl].map(async (url) => {
      const session = await postgres.connect(url);
      return postgres.inspect(session).finally(() => session.close());
    }),
  );
  expect(differences(before!, after!, { owners: 'ignore', grants: 'ignore' })).toEqual([]);
});

test('without the tool, or with a program that is no schema, it is said', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'schema.ts'), 'export {};');
  const current = { kind: 'file', path: join(folder, 'schema.ts') } as const;
  await expect(readCurrent(current, postgres)).rejects.toMatchObject({
    code: 'schema.unknown',
    message: expect.stringContaining('no drizzle-kit') as string,
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  writeFileSync(join(folder, 'schema.ts'), 'export const x = ;');
  await expect(readCurrent(current, postgres)).rejects.toMatchObject({ code: 'schema.unknown' });
});
