import { shop, type Case } from './bad.ts';

const good1 = (name: string, text: string, more: Partial<Case> = {}): Case => ({
  name,
  path: `${name.replaceAll(/\W+/g, '_')}.sql`,
  text,
  ...more,
});

export const good: readonly Case[] = [
  good1(
    'new tables',
    'CREATE TABLE teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);\nCREATE TABLE members (team_id bigint NOT NULL REFERENCES teams, user_id bigint NOT NULL, PRIMARY KEY (team_id, user_id));\nCREATE INDEX members_user_idx ON members (user_id);\nINSERT INTO teams (name) VALUES ($$one$$);',
  ),
  good1(
    'everything on a new table',
    'CREATE TABLE t (a int, b text);\nALTER TABLE t ADD PRIMARY KEY (a);\nALTER TABLE t ALTER COLUMN b SET NOT NULL;\nALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);\nCREATE UNIQUE INDEX ON t (b);\nUPDATE t SET b = $$x$$;\nALTER TABLE t RENAME COLUMN b TO d;\nALTER TABLE t DROP COLUMN d;',
  ),
  good1(
    'concurrent index',
    "SET lock_timeout = '2s';\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email);",
  ),
  {
    name: 'concurrent index under dbmate',
    path: 'db/2_i.sql',
    text: '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON users (email);\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY i;',
  },
  {
    name: 'concurrent index under goose',
    path: 'g/00002_i.sql',
    text: '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON users (email);\n-- +goose Down\nDROP INDEX CONCURRENTLY i;',
  },
  {
    name: 'concurrent index alone under Prisma',
    path: 'prisma/migrations/3_i/migration.sql',
    text: '-- CreateIndex\nCREATE INDEX CONCURRENTLY "i" ON "users"("email");\n',
  },
  {
    name: 'concurrent index alone under Flyway',
    path: 'V4__i.sql',
    text: 'CREATE INDEX CONCURRENTLY i ON users (email);',
  },
  {
    name: 'changeset outside transactions',
    path: 'changelog.sql',
    text: '--liquibase formatted sql\n--changeset ann:2 runInTransaction:false\nCREATE INDEX CONCURRENTLY i ON users (email);\n--rollback DROP INDEX CONCURRENTLY i;',
  },
  {
    name: 'node-pg-migrate without a transaction',
    path: 'migrations/4_d.js',
    text: "exports.up = (pgm) => {\n  pgm.noTransaction();\n  pgm.sql('CREATE INDEX CONCURRENTLY oi ON orders (a)');\n};",
  },
  good1(
    'fast defaults',
    "ALTER TABLE users ADD COLUMN made_at timestamptz NOT NULL DEFAULT now();\nALTER TABLE users ADD COLUMN active boolean NOT NULL DEFAULT true;\nALTER TABLE users ADD COLUMN note text;\nALTER TABLE users ADD COLUMN tags text[] DEFAULT '{}';",
  ),
  good1(
    'unique by index',
    'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\nALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;',
  ),
  good1(
    'not valid then validate',
    'ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT c;',
  ),
  good1(
    'foreign key in two steps',
    'CREATE INDEX CONCURRENTLY orders_team_idx ON orders (team_id);\nALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (team_id) REFERENCES teams NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT f;',
  ),
  good1(
    'not null by a check',
    'ALTER TABLE users ADD CONSTRAINT f CHECK (email IS NOT NULL) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT f;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT f;',
    { major: 15 },
  ),
  good1(
    'not null of 18',
    'ALTER TABLE users ADD CONSTRAINT users_email_nn NOT NULL email NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT users_email_nn;',
  ),
  good1(
    'wider types',
    'ALTER TABLE users ALTER COLUMN nick TYPE varchar(100);\nALTER TABLE users ALTER COLUMN nick TYPE text;\nALTER TABLE orders ALTER COLUMN total TYPE numeric(14, 2);',
    { current: shop },
  ),
  good1(
    'batch by key',
    'UPDATE users SET kind = $$x$$ WHERE id BETWEEN 1 AND 5000 AND kind IS NULL;\nDELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE status = $$old$$ LIMIT 1000);',
  ),
  good1(
    'attach with a proof',
    "CREATE TABLE events_2027 (id bigint NOT NULL, at date NOT NULL, kind text, CONSTRAINT b CHECK (at >= '2027-01-01' AND at < '2028-01-01'));\nALTER TABLE events_default ADD CONSTRAINT d CHECK (at < '2027-01-01' OR at >= '2028-01-01') NOT VALID;\nALTER TABLE events_default VALIDATE CONSTRAINT d;\nALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');",
    { current: shop },
  ),
  good1('enum value alone', "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'fine' AFTER 'good';"),
  good1(
    'comments, grants, views',
    "COMMENT ON TABLE users IS 'people';\nGRANT SELECT ON users TO reporting;\nCREATE OR REPLACE VIEW active AS SELECT * FROM users;\nALTER TABLE users ALTER COLUMN nick SET DEFAULT 'x';\nALTER TABLE users SET (fillfactor = 90);",
  ),
  good1(
    'rename behind a view',
    'BEGIN;\nALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT * FROM people;\nCOMMIT;',
  ),
  good1(
    'routine with a path',
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$ BEGIN\n  NEW.made := now(); -- ; not an end\n  RETURN NEW; END $$;',
  ),
  {
    name: 'sqitch deploy',
    path: 'deploy/users.sql',
    text: '-- Deploy shop:users to pg\nBEGIN;\nCREATE TABLE users2 (id bigint PRIMARY KEY);\nCOMMIT;',
  },
];
