/** Databases to restore, on a server of their own, so that roles and settings have to be carried over too. */
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';

/** A database in which the owner runs one text, and then a superuser another one. */
export async function sourceDatabase(
  sandbox: Sandbox,
  {
    owner = '',
    admin = '',
    extensions = [],
  }: { owner?: string; admin?: string; extensions?: readonly string[] },
): Promise<SandboxDatabase> {
  const database = await sandbox.createDatabase();
  for (const extension of extensions) await sandbox.installExtension(database, extension);
  for (const [url, sql] of [
    [database.ownerUrl, owner],
    [database.adminUrl, admin.replaceAll('the_database', database.name)],
  ] as const) {
    const session = await postgres.connect(url);
    await session.run(sql).finally(() => session.close());
  }
  return database;
}

/** What a superuser's capture reads there. */
export async function captured(database: SandboxDatabase): Promise<Snapshot> {
  const session = await postgres.connect(database.adminUrl);
  try {
    return await postgres.capture.read(session, {
      probes: [],
      statementMs: 30_000,
      statements: 10,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
  } finally {
    await session.close();
  }
}

/** Rows of a query that a superuser asks. */
export async function asked(database: SandboxDatabase, sql: string): Promise<readonly unknown[]> {
  const session = await postgres.connect(database.adminUrl);
  try {
    return (await session.query(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await session.close();
  }
}

/** Tables in the order of their oids, and the indexes of each in theirs. */
export const oidOrder = `
SELECT pg_catalog.format('%I.%I', n.nspname, coalesce(t.relname || ' ', '') || c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index x ON x.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = x.indrelid
WHERE c.relkind IN ('r', 'p', 'f', 'i', 'I') AND n.nspname !~ '^(pg_|information)' ORDER BY t.relname COLLATE "C" NULLS FIRST, c.oid`;
