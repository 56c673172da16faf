import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { deliverTask, filesIn, scratch, sqlOf, taskOf, type Delivered } from './delivery.ts';
import { runFolder, withPsql } from './psql.ts';

const longest = 'n'.repeat(63);
const tooLong = 'c'.repeat(70);
const current = `
CREATE TABLE "order" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "select" text NOT NULL, "Größe in €" int CHECK ("Größe in €" > 0), CONSTRAINT "check" UNIQUE ("select"));
CREATE TABLE "Таблица имён" ("первичный ключ" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "user" bigint NOT NULL REFERENCES "order" (id), "a""b" text);
CREATE INDEX "index" ON "Таблица имён" ("user");
CREATE TABLE ${longest} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "${'ü'.repeat(31)}" int);
`;
const workload = `
-- name: by_select
-- rate: 5/s
SELECT "Größe in €" FROM "order" WHERE "select" = :select;
`;
const text = taskOf(
  `
entities:
  E1 Group:
    table: group
    purpose: "It's a \\"group\\"; with -- comment */ and $$ in it"
    fields:
      desc: { type: text(50), required: true, unique: true, examples: ["it's", "a \\"b\\"", "c;d"] }
      "größe €": { type: "enum(klein, 'x', groß)", required: true }
      "table": { type: "int", default: 0 }
      ${tooLong}: { type: text }
  E2 Слово:
    table: "слова и имена"
    history: audit
    fields:
      "limit": { type: "decimal(10,2)", required: true }
  E3 Tag:
    table: ${'d'.repeat(66)}_tags
    history: soft-delete
    fields:
      name: { type: text(20), required: true, unique: true }
relations:
  L1: { from: E1, to: order, name: user, required: true }
  L2: { from: E2, to: "Таблица имён", name: "имя", required: true }
  L3: { from: E1, to: E1, name: parent }
  L4: { from: E1, to: E3, via: group_tags }
  L5: { from: E3, to: ${longest}, name: long, required: true }
rules:
  R1: { says: "It's never \\"blank\\"; ok?", of: E1, check: "btrim(\\"desc\\") <> ''", accept: [{ desc: "it's" }], reject: [{ desc: ' ' }] }
access:
  Q1: { sql: 'SELECT "desc" FROM "group" WHERE "user_id" = :user ORDER BY "desc"', rate: 1/s, p95: 50 ms }
  Q2: { insert: E2, rate: 1/s, p95: 50 ms }
compat:
  K1: { says: It works, workload: current }
`,
  `N-1 Names; DROP TABLE "order" -- 'x'`,
);

describe('names that need quotes everywhere', () => {
  let named: Delivered;
  beforeAll(async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'now.sql'), current);
    writeFileSync(join(folder, 'queries.sql'), workload);
    named = await deliverTask(text, {
      current: join(folder, 'now.sql'),
      workload: join(folder, 'queries.sql'),
    });
  }, 120_000);

  test('every structure, relation and rule is proven all the same', () => {
    const ids = ['E1', 'E2', 'E3', 'L1', 'L2', 'L3', 'L4', 'L5', 'R1', 'K1', 'round-trip'];
    const open = ids
      .flatMap((id) => named.claims.get(id) ?? [])
      .filter(({ verdict }) => verdict !== 'proven');
    const told = open.map(({ id, because }) => `${id} ${because}`);
    expect(told.filter((text) => !/^E\d Its history \([a-z-]+\) was not tried\.$/.test(text))).toEqual([]);
    for (const id of ['Q1', 'Q2']) expect(named.claims.get(id)!.evidence, id).not.toEqual([]);
  });

  test('letters keep their marks, and each name fits into 63 bytes', () => {
    const up = sqlOf(named.out, 'up');
    expect(up).toContain('"größe"');
    expect(up).toContain('"слова и имена"');
    const quoted = [...up.replaceAll(/--.*$/gm, '').matchAll(/"((?:[^"\n]|"")+)"/g)].map(
      (match) => match[1]!,
    );
    const plain = up.replaceAll(/--.*$|'(?:[^']|'')*'|"(?:[^"]|"")*"/gm, '').match(/[a-z_]\w*/g) ?? [];
    for (const name of [...quoted, ...plain]) expect(Buffer.byteLength(name), name).toBeLessThanOrEqual(63);
  });

  test('the page, the diagram and the dictionary hold the names as text', () => {
    const files = filesIn(named.out);
    expect(files['report.html']).toContain('слова и имена');
    expect(files['report.html']).toContain('DROP TABLE &quot;order&quot;');
    expect(files['dictionary.md']).toContain('größe');
    expect(files['diagram.svg']).toContain('слова и имена');
  });

  test.skipIf(!withPsql)('psql runs the files there and back', { timeout: 60_000 }, async () => {
    const database = await testDatabase({ sql: current });
    const look = async () => {
      const session = await postgres.connect(database.ownerUrl);
      return postgres.inspect(session).finally(() => session.close());
    };
    const before = await look();
    await runFolder(database.ownerUrl, named.out, 'up');
    expect((await look()).tables.length).toBeGreaterThan(before.tables.length + 3);
    await runFolder(database.ownerUrl, named.out, 'down');
    expect(await look()).toEqual(before);
  });
});
