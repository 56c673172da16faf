/** A small database with keys, text and an index, on a sandbox of its own. */
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';

const structure = `
  CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL);
  CREATE TABLE "order; DROP" (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, note text);
  CREATE INDEX ON "order; DROP" (customer_id)`;

const rows = (from: number, to: number): string => `
  INSERT INTO customer SELECT n, md5(n::text) FROM generate_series(${from}, ${to}) n;
  INSERT INTO "order; DROP" SELECT n * 10 + i, n, repeat(md5(n::text), 3) FROM generate_series(${from}, ${to}) n, generate_series(0, 9) i`;

export async function fillShop(url: string, from: number, to: number): Promise<void> {
  const session = await postgres.connect(url);
  await session.run(rows(from, to)).finally(() => session.close());
}

export async function makeShop(sandbox: Sandbox, customers = 1000): Promise<SandboxDatabase> {
  const database = await sandbox.createDatabase();
  const session = await postgres.connect(database.ownerUrl);
  await session.run(structure).finally(() => session.close());
  await fillShop(database.ownerUrl, 1, customers);
  return database;
}
