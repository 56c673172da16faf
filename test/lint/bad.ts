/** Migrations as teams write them: bad ones with what must be found, good ones in which nothing may be. */

export interface Case {
  readonly name: string;
  /** Decides the format: a path as the tool would have it. */
  readonly path: string;
  readonly text: string;
  /** Structure before, where the case needs one. */
  readonly current?: string;
  readonly major?: number;
}

export const shop = `
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN age AS int;
CREATE TABLE users (id int PRIMARY KEY, email text, nick varchar(50), made timestamp, years age, team_id int);
CREATE INDEX users_nick_idx ON users (nick);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id int REFERENCES users, total numeric(10, 2), status text);
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_default PARTITION OF events DEFAULT;
`;

const plain = (
  name: string,
  text: string,
  rules: readonly string[],
  more: Partial<Case> = {},
): Case & { readonly rules: readonly string[] } => ({
  name,
  path: `${name.replaceAll(/\W+/g, '_')}.sql`,
  text,
  rules,
  ...more,
});

export const bad: readonly (Case & { readonly rules: readonly string[] })[] = [
  plain('plain index', 'CREATE INDEX users_email_idx ON users (email);', ['index-built-with-lock']),
  plain(
    'unique index',
    'CREATE UNIQUE INDEX ON public.users USING btree (lower(email)) WHERE nick IS NOT NULL;',
    ['index-built-with-lock'],
  ),
  plain('concurrently in begin', 'BEGIN;\nCREATE INDEX CONCURRENTLY i ON users (email);\nCOMMIT;', [
    'concurrent-build-in-transaction',
  ]),
  {
    name: 'concurrently under dbmate',
    path: 'db/1_i.sql',
    text: '-- migrate:up\nCREATE INDEX CONCURRENTLY i ON users (email);\n-- migrate:down\nDROP INDEX i;',
    rules: ['concurrent-build-in-transaction'],
  },
  {
    name: 'concurrently under goose',
    path: 'g/00001_i.sql',
    text: '-- +goose Up\nCREATE INDEX CONCURRENTLY i ON users (email);\n-- +goose Down\nDROP INDEX i;',
    rules: ['concurrent-build-in-transaction'],
  },
  {
    name: 'concurrently among others under Prisma',
    path: 'prisma/migrations/1_a/migration.sql',
    text: '-- AlterTable\nALTER TABLE "users" ADD COLUMN "x" TEXT;\n-- CreateIndex\nCREATE INDEX CONCURRENTLY "i" ON "users"("x");',
    rules: ['concurrent-build-in-transaction'],
  },
  {
    name: 'concurrently under Drizzle',
    path: 'drizzle/0001_a.sql',
    text: 'ALTER TABLE "users" ADD COLUMN "x" text;--> statement-breakpoint\nCREATE INDEX CONCURRENTLY "i" ON "users" ("x");',
    rules: ['concurrent-build-in-transaction'],
  },
  {
    name: 'mixed Flyway script',
    path: 'V3__i.sql',
    text: 'ALTER TABLE users ADD COLUMN x text;\nCREATE INDEX CONCURRENTLY i ON users (x);',
    rules: ['concurrent-build-in-transaction'],
  },
  {
    name: 'changeset that runs in a transaction',
    path: 'changelog.sql',
    text: '--liquibase formatted sql\n--changeset ann:1\nCREATE INDEX CONCURRENTLY i ON users (email);\n--rollback DROP INDEX i;',
    rules: ['concurrent-build-in-transaction'],
  },
  plain('if not exists hides', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON users (email);', [
    'concealed-invalid-index',
  ]),
  plain(
    'concurrently on the whole',
    'CREATE INDEX CONCURRENTLY events_kind ON events (kind);',
    ['concurrent-build-on-partitioned'],
    { current: shop },
  ),
  plain('plain drop of an index', 'DROP INDEX users_nick_idx;', ['index-dropped-with-lock'], {
    current: shop,
  }),
  plain('reindex', 'REINDEX TABLE orders;', ['index-rebuilt-with-lock']),
  plain('unique constraint', 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);', [
    'key-built-with-lock',
  ]),
  plain('primary key', 'ALTER TABLE audit ADD PRIMARY KEY (id);', ['key-built-with-lock']),
  plain('check', "ALTER TABLE orders ADD CONSTRAINT orders_status_check CHECK (status IN ('new', 'paid'));", [
    'check-validated-with-lock',
  ]),
  plain(
    'foreign key',
    'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE;',
    ['foreign-key-validated-with-lock'],
  ),
  {
    name: 'foreign key of Prisma',
    path: 'prisma/migrations/2_b/migration.sql',
    text: '-- AddForeignKey\nALTER TABLE "orders" ADD CONSTRAINT "orders_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;',
    rules: ['foreign-key-validated-with-lock'],
  },
  plain(
    'not valid and validate together',
    'BEGIN;\nALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT c;\nCOMMIT;',
    ['validated-in-same-transaction'],
  ),
  plain('set not null', 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;', ['not-null-with-scan']),
  {
    name: 'set not null in Knex',
    path: 'migrations/1_a.js',
    text: "exports.up = (knex) => knex.raw('ALTER TABLE users ALTER COLUMN email SET NOT NULL');\nexports.down = (knex) => knex.raw('ALTER TABLE users ALTER COLUMN email DROP NOT NULL');",
    rules: ['not-null-with-scan'],
  },
  plain('random default', 'ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();', [
    'column-writes-table-anew',
  ]),
  plain('serial column', 'ALTER TABLE users ADD COLUMN seq bigserial;', ['column-writes-table-anew']),
  plain('stored column', 'ALTER TABLE users ADD COLUMN low text GENERATED ALWAYS AS (lower(email)) STORED;', [
    'column-writes-table-anew',
  ]),
  plain('inline check', 'ALTER TABLE users ADD COLUMN points int DEFAULT 0 CHECK (points >= 0);', [
    'column-with-promises',
  ]),
  plain('required column', 'ALTER TABLE users ADD COLUMN tenant_id bigint NOT NULL;', [
    'required-column-without-default',
  ]),
  plain(
    'int to bigint',
    'ALTER TABLE users ALTER COLUMN id TYPE bigint;',
    ['type-change-writes-table-anew'],
    { current: shop },
  ),
  plain(
    'timestamp to timestamptz',
    "ALTER TABLE users ALTER COLUMN made TYPE timestamptz USING made AT TIME ZONE 'UTC';",
    ['type-change-writes-table-anew'],
    { current: shop },
  ),
  plain('type change without structure', 'ALTER TABLE users ALTER COLUMN id TYPE bigint;', [
    'type-change-of-unknown-column',
  ]),
  plain('drop column', 'ALTER TABLE users DROP COLUMN nick;', ['column-dropped']),
  plain('drop table cascade', 'DROP TABLE orders CASCADE;', ['table-dropped']),
  plain('rename column', 'ALTER TABLE users RENAME COLUMN nick TO handle;', ['column-renamed']),
  plain('rename table', 'ALTER TABLE users RENAME TO members;', ['table-renamed']),
  plain(
    'backfill beside the change',
    "BEGIN;\nALTER TABLE users ADD COLUMN kind text;\nUPDATE users SET kind = 'person' WHERE id < 1000;\nCOMMIT;",
    ['backfill-beside-change'],
  ),
  {
    name: 'whole update in TypeORM',
    path: 'src/migration/1-a.ts',
    text: 'export class A1 implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`UPDATE "users" SET "kind" = \'x\'`);\n  }\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`SELECT 1`);\n  }\n}',
    rules: ['rows-changed-at-once'],
  },
  plain(
    'enum added and used',
    "BEGIN;\nALTER TYPE mood ADD VALUE 'fine';\nALTER TABLE users ALTER COLUMN m SET DEFAULT 'fine';\nCOMMIT;",
    ['label-used-at-once'],
  ),
  plain('domain check', 'ALTER DOMAIN age ADD CHECK (VALUE >= 0);', ['domain-checked-with-lock'], {
    current: shop,
  }),
  plain(
    'attach beside default',
    "CREATE TABLE events_2027 (LIKE events);\nALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');",
    ['partition-attached-with-scan'],
    { current: shop },
  ),
  plain(
    'partition of',
    "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');",
    ['partition-made-with-lock'],
    { current: shop },
  ),
  plain('vacuum full', 'VACUUM FULL orders;', ['table-written-anew']),
  plain('triggers off', 'ALTER TABLE orders DISABLE TRIGGER ALL;', ['trigger-disabled']),
  plain(
    'definer',
    'CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN END $$;',
    ['definer-without-path'],
  ),
  {
    name: 'Sequelize raw',
    path: 'migrations/2-b.js',
    text: "module.exports = {\n  up: async (queryInterface) => {\n    await queryInterface.sequelize.query('CREATE INDEX oi ON orders (status)');\n  },\n  down: async () => {},\n};",
    rules: ['index-built-with-lock'],
  },
  {
    name: 'node-pg-migrate',
    path: 'migrations/3_c.js',
    text: "exports.up = (pgm) => {\n  pgm.sql('ALTER TABLE orders ADD CONSTRAINT t CHECK (total > 0)');\n};",
    rules: ['check-validated-with-lock'],
  },
  {
    name: 'golang-migrate',
    path: 'm/000002_b.up.sql',
    text: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
    rules: ['not-null-with-scan'],
  },
];
