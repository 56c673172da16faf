import { promises as fs } from 'node:fs';
import path from 'node:path';
import { FileMigrationProvider, Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';

const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: process.env.DATABASE_URL }) }) });
const provider = new FileMigrationProvider({ fs, path, migrationFolder: new URL('migrations', import.meta.url).pathname });
const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
for (const { migrationName, status } of results ?? []) process.stdout.write(`${migrationName}: ${status}\n`);
await db.destroy();
if (error) throw error;
