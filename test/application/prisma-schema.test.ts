import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { prisma } from '../../src/application/mappers/prisma/prisma.ts';
import { prismaToSql } from '../../src/application/prisma-schema/to-sql.ts';
import { differences } from '../../src/catalog/difference.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { scratch } from '../deliver/delivery.ts';
import { testDatabase } from '../support/database.ts';
import { shop } from './shop.sql.ts';
import { modelsOf } from './workshop.ts';

const schema = `
generator client { provider = "prisma-client" }
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL") // not read
  schemas  = ["public", "od d"]
}
/// Who buys
model Customer {
  id        BigInt   @id @default(autoincrement())
  email     String   @unique @db.VarChar(120)
  name      String?
  role      Role     @default(ADMIN)
  balance   Decimal  @default(0.5) @db.Decimal(12, 2)
  tags      String[] @default(["a", "it's"])
  data      Json     @default("{}")
  token     String   @default(uuid()) @db.Uuid
  born      DateTime? @db.Date
  createdAt DateTime @default(now()) @map("created_at")
  updatedAt DateTime @updatedAt
  near      Unsupported("point")?
  orders    Order[]
  labels    Label[]
  @@index([role, createdAt(sort: Desc)])
  @@index([data(ops: JsonbPathOps)], type: Gin, map: "data search")
  @@map("customers")
  @@schema("public")
}
model Order {
  customerId BigInt
  line       Int      @default(dbgenerated("1 + 1"))
  payer      Customer @relation(fields: [customerId], references: [id])
  total      Float
  @@id([customerId, line])
  @@schema("od d")
}
model Label {
  id        Int        @id
  customers Customer[]
  @@schema("public")
}
enum Role {
  USER  @map("us'er")
  ADMIN
  @@map("role_of")
  @@schema("public")
}
`;

async function catalogOf(sql: string): Promise<Catalog> {
  const { ownerUrl } = await testDatabase({ sql });
  const session = await postgres.connect(ownerUrl);
  return postgres.inspect(session).finally(() => session.close());
}

test('a schema becomes the tables that Prisma makes of it', async () => {
  const sql = prismaToSql(schema, 'schema.prisma', postgres.quote);
  await expect(sql).toMatchFileSnapshot('golden/prisma-schema.sql');
  const { tables, types } = await catalogOf(sql);
  expect(tables.map(({ schema: at, name }) => `${at}.${name}`)).toEqual([
    'od d.Order',
    'public.Label',
    'public._CustomerToLabel',
    'public.customers',
  ]);
  expect(types.map(({ name, labels }) => [name, labels])).toEqual([['role_of', ["us'er", 'ADMIN']]]);
  const [order, , junction, customers] = tables;
  const brief = (table: typeof order) =>
    table!.columns.map(
      ({ name, type, notNull, default: value }) =>
        `${name} ${type}${notNull ? '' : '?'}${value === undefined ? '' : ` = ${value}`}`,
    );
  expect(brief(customers)).toEqual([
    "id bigint = nextval('public.customers_id_seq'::regclass)",
    'email character varying(120)',
    'name text?',
    "role public.role_of = 'ADMIN'::public.role_of",
    'balance numeric(12,2) = 0.5',
    "tags text[]? = ARRAY['a'::text, 'it''s'::text]",
    "data jsonb = '{}'::jsonb",
    'token uuid',
    'born date?',
    'created_at timestamp(3) without time zone = CURRENT_TIMESTAMP',
    '"updatedAt" timestamp(3) without time zone'.replaceAll('"', ''),
    'near point?',
  ]);
  expect(brief(junction)).toEqual(['A bigint', 'B integer']);
  const key = order!.constraints.find(({ kind }) => kind === 'foreign')!;
  expect([key.name, key.references!.onDelete, key.references!.onUpdate]).toEqual([
    'Order_customerId_fkey',
    'restrict',
    'cascade',
  ]);
  expect(customers!.indexes.map(({ name }) => name).toSorted()).toEqual([
    'customers_email_key',
    'customers_pkey',
    'customers_role_created_at_idx',
    'data search',
  ]);
});

test('the schema that dbd writes for Prisma leads back to the same tables', async () => {
  // What Prisma cannot say is taken out first: domains, checks, partial and expression indexes, computed columns, comments.
  const sayable = shop
    .replaceAll(/^CREATE DOMAIN.*$/gm, '')
    .replaceAll(/^COMMENT.*$/gm, '')
    .replaceAll(/^CREATE (?:UNIQUE )?INDEX .*(?:WHERE|lower\().*$/gm, '')
    .replaceAll(/^.*GENERATED ALWAYS AS \(.*$/gm, '')
    .replaceAll(/ CONSTRAINT \w+_positive CHECK \([^)]*\)/g, '')
    .replaceAll('DEFAULT now()', 'DEFAULT CURRENT_TIMESTAMP')
    .replaceAll('cents', 'numeric(12,2)')
    .replaceAll(/CONSTRAINT customers_email_unique UNIQUE/g, '')
    .replaceAll(/bigint GENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY/g, 'bigserial')
    .replace(/^CREATE TABLE log .*$/m, '');
  const { ownerUrl } = await testDatabase({ sql: sayable });
  const session = await postgres.connect(ownerUrl);
  const before = await postgres.inspect(session).finally(() => session.close());
  const [written] = prisma
    .write(await modelsOf(ownerUrl))
    .files.filter(({ path }) => path === 'schema.prisma');
  const after = await catalogOf(prismaToSql(written!.text, 'schema.prisma', postgres.quote));
  const notSaid = differences(before, after, { owners: 'ignore', grants: 'ignore' }).filter(
    ({ path }) => !/tags|scores|moods|column \S+ position/.test(path),
  );
  expect(notSaid).toEqual([]);
});

test.each([
  ['a view', 'view V {\n id Int\n}', 5, '`view V`'],
  ['an attribute of a model', 'model A {\n id Int @id\n @@fulltext([id])\n}', 7, '`@@fulltext`'],
  ['an attribute of a field', 'model A {\n id Int @id @shardKey\n}', 6, '`@shardKey`'],
  ['an unknown type', 'model A {\n id Int @id\n b Bee\n}', 7, 'Bee'],
  ['a native type of another database', 'model A {\n id Int @id @db.UnsignedInt\n}', 6, '@db.UnsignedInt'],
  ['an unknown function', 'model A {\n id Int @id @default(sequence())\n}', 6, 'sequence()'],
  ['an unknown argument', 'model A {\n id Int @id\n @@index([id], where: "x")\n}', 7, '`where`'],
  ['an unknown type of index', 'model A {\n id Int @id\n @@index([id], type: Bloom)\n}', 7, 'index'],
  ['an unknown field in a key', 'model A {\n id Int\n @@id([gone])\n}', 7, 'gone'],
  ['a broken line', 'model A {\n id Int @id ]\n}', 6, '`]`'],
  ['an end in the middle', 'model A {\n id Int @id', 6, 'end'],
])('%s is refused with its line', (_, text, line, word) => {
  const whole = `datasource db {\n  provider = "postgresql"\n}\n\n${text}`;
  const error = (() => {
    try {
      return prismaToSql(whole, 'schema.prisma', postgres.quote);
    } catch (thrown) {
      return thrown as { readonly code: string; readonly message: string };
    }
  })();
  expect(error).toMatchObject({ code: 'schema.unknown' });
  expect((error as { message: string }).message).toContain(`schema.prisma, line ${line}: `);
  expect((error as { message: string }).message).toContain(word);
});

test('another database is refused', () => {
  expect(() => prismaToSql('datasource db {\n provider = "mysql"\n}\n', 'x.prisma', postgres.quote)).toThrow(
    /mysql/,
  );
});

test('a Prisma schema is the current structure of a command', async () => {
  const folder = scratch();
  writeFileSync(
    join(folder, 'schema.prisma'),
    schema.replace('"od d"]', '"od d"]').replaceAll('@@schema("od d")', '@@schema("public")'),
  );
  const report = await run(
    'models',
    { current: 'schema.prisma', for: 'sql', out: join(folder, 'out') },
    { cwd: folder },
  );
  expect(report.headline).toContain('4 models');
  expect(report.verdict).toBe('conditions');
});

test('a Prisma schema is the wanted structure of a rehearsal', async () => {
  const folder = scratch();
  const wanted = (more: string): string =>
    `datasource db {\n provider = "postgresql"\n}\nmodel users {\n id BigInt @id\n email String @unique\n${more}}\n`;
  writeFileSync(
    join(folder, 'now.sql'),
    'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\nCREATE UNIQUE INDEX users_email_key ON users (email);',
  );
  writeFileSync(join(folder, 'schema.prisma'), wanted(' name String?\n @@index([name])\n'));
  const input = { files: ['schema.prisma'], current: 'now.sql', quick: true, rows: 600 };
  const report = await run('rehearse', input, { cwd: folder });
  const steps = report.blocks.flatMap((block) =>
    block.kind === 'steps' ? block.steps.map(({ sql }) => sql) : [],
  );
  expect(steps.some((sql) => /ALTER TABLE \S*users\S* ADD COLUMN \S*name/i.test(sql))).toBe(true);
  expect(steps.some((sql) => /CREATE INDEX users_name_idx/i.test(sql))).toBe(true);
  expect(report.meta.limits.filter((limit) => limit.includes('schema.prisma'))).toEqual([]);
  writeFileSync(join(folder, 'schema.prisma'), wanted(''));
  await expect(run('rehearse', input, { cwd: folder })).rejects.toMatchObject({
    code: 'usage.missing-input',
  });
});
