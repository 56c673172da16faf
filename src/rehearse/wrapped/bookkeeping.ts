/** Tables in which migration tools write down what they have done; they are neither filled nor reported as the change's own. */
import type { Name } from '../../catalog/model.ts';

/** Names by tool, as their documentation and sources give them; a schema in front where the tool has one of its own. */
const tables: Readonly<Record<string, readonly string[]>> = {
  Alembic: ['alembic_version'],
  Atlas: ['atlas_schema_revisions.atlas_schema_revisions'],
  Django: ['django_migrations'],
  Drizzle: ['__drizzle_migrations'],
  Flyway: ['flyway_schema_history'],
  'golang-migrate, dbmate, Rails': ['schema_migrations', 'ar_internal_metadata'],
  goose: ['goose_db_version'],
  'graphile-migrate': ['graphile_migrate.migrations', 'graphile_migrate.current'],
  Knex: ['knex_migrations', 'knex_migrations_lock'],
  Kysely: ['kysely_migration', 'kysely_migration_lock'],
  Laravel: ['migrations'],
  Liquibase: ['databasechangelog', 'databasechangeloglock'],
  'node-pg-migrate': ['pgmigrations'],
  Phinx: ['phinxlog'],
  Prisma: ['_prisma_migrations'],
  Sequelize: ['SequelizeMeta'],
  Sqitch: [
    'sqitch.changes',
    'sqitch.dependencies',
    'sqitch.events',
    'sqitch.projects',
    'sqitch.releases',
    'sqitch.tags',
  ],
  sqlx: ['_sqlx_migrations'],
  TypeORM: ['migrations', 'typeorm_metadata'],
};

const known = new Set(Object.values(tables).flat());

/** Whether a table belongs to a migration tool and not to the application. */
export function isBookkeeping({ schema, name }: Name): boolean {
  return known.has(name) || known.has(`${schema}.${name}`);
}

/** Tools that write a migration down before they run it. */
export const notedBefore: ReadonlySet<string> = new Set(['_prisma_migrations']);

/** Whether a write to this table says that a migration is done; a tool's lock table says only that it is at work. */
export function notesMigrations(table: Name): boolean {
  return isBookkeeping(table) && !/lock$|^(dependencies|events|projects|releases|tags)$/i.test(table.name);
}
