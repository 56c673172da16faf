import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../../src/commands/seed.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Report } from '../../src/report/model.ts';
import { testDatabase } from '../support/database.ts';

const sql = `
CREATE TABLE authors (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE);
CREATE TABLE books (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author_id bigint NOT NULL REFERENCES authors, title text NOT NULL);
`;

const task = `# LIB-1 Shelves

\`\`\`yaml
dbd: 1
entities:
  E1 Genre:
    table: genres
    key: [code]
    fields: { code: { type: text(20), required: true }, label: { type: text(60), required: true } }
    lookup: [{ code: crime, label: Crime }, { code: poetry, label: Poetry }]
  E2 Copy:
    table: copies
    fields: { shelf: { type: text(20), required: true, examples: [A1, B2] }, bought_at: { type: instant, required: true } }
relations:
  L1: { from: E2, to: books, name: book, required: true }
  L2: { from: E2, to: E1, name: genre, required: true }
privacy:
  P1: { of: authors.email, class: personal, mask: email }
\`\`\`
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-seed-'));
  await writeFile(join(folder, 'schema.sql'), sql);
  await writeFile(join(folder, 'LIB-1.md'), task);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(given: Record<string, unknown>): Promise<Report> {
  return seed.run(seed.input.parse(given), {
    emit: () => undefined,
    signal: new AbortController().signal,
    cwd: folder,
    env: {},
    engine: async () => postgres,
    stdin: async () => '',
  });
}

async function rowsOf(url: string, table: string): Promise<number> {
  const session = await postgres.connect(url);
  const { rows } = await session
    .query<{ rows: string }>(`SELECT count(*)::text AS rows FROM ${table}`)
    .finally(() => session.close());
  return Number(rows[0]!.rows);
}

test('a task: reference data and made-up rows in a file', async () => {
  const made = await run({ task: 'LIB-1.md', current: 'schema.sql', out: 'seeds.sql', rows: 20 });
  expect(made.verdict).toBe('proven');
  expect(made.claims[0]!.evidence.map(({ text }) => text).join(' ')).toContain(
    'the second load changed no table',
  );
  const text = await readFile(join(folder, 'seeds.sql'), 'utf8');
  expect(text).toMatch(/INSERT INTO genres AS kept \(code, label\)\nVALUES\n {2}\('crime', 'Crime'\)/);
  expect(text).toContain('ON CONFLICT (code) DO UPDATE SET label = EXCLUDED.label');
  expect(text).toMatch(/INSERT INTO copies \([^)]*shelf[^)]*\)/);
  expect(text).toContain("'A1'");
  const reference = await run({ task: 'LIB-1.md', current: 'schema.sql', kind: 'reference' });
  const shown = reference.blocks.find(({ id }) => id === 'script');
  expect(shown).toMatchObject({ kind: 'code', language: 'sql' });
  expect(JSON.stringify(shown)).not.toContain('INSERT INTO copies');
});

test('a database of this machine: loaded once, refused twice, appended on demand', async () => {
  const { ownerUrl } = await testDatabase({ sql });
  const first = await run({ database: ownerUrl, rows: 20 });
  expect(first.output['loaded']).toBe(33);
  const books = await rowsOf(ownerUrl, 'books');
  await expect(run({ database: ownerUrl, rows: 20, current: 'schema.sql' })).rejects.toMatchObject({
    code: 'seed.refused',
    message: expect.stringContaining('There are rows already') as string,
  });
  expect(await rowsOf(ownerUrl, 'books')).toBe(books);
  const more = await run({ database: ownerUrl, rows: 20, current: 'schema.sql', append: true, seed: 7 });
  expect(more.output['loaded']).toBe(33);
  expect(await rowsOf(ownerUrl, 'books')).toBe(2 * books);
});

test('other machines, other structures and other languages are refused before anything is written', async () => {
  for (const database of [
    'postgres://db.example.com/app',
    'postgres://app@10.0.0.5:5432/app',
    'postgres:///app?host=db.example.com',
  ])
    await expect(run({ database })).rejects.toMatchObject({ code: 'seed.refused' });
  const { ownerUrl } = await testDatabase({ sql: 'CREATE TABLE authors (id bigint PRIMARY KEY)' });
  await expect(run({ database: ownerUrl, current: 'schema.sql' })).rejects.toMatchObject({
    code: 'seed.refused',
    message: expect.stringContaining('authors') as string,
  });
  expect(await rowsOf(ownerUrl, 'authors')).toBe(0);
  await expect(run({ current: 'schema.sql', locale: '../../x' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
  });
  await expect(run({ current: 'schema.sql', locale: 'zz' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
  });
  await expect(run({ current: 'schema.sql', until: '31.12.2026' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
  });
});

test('another language brings other people', async () => {
  const german = await run({ current: 'schema.sql', locale: 'de', rows: 20, until: '2026-01-31' });
  const english = await run({ current: 'schema.sql', rows: 20, until: '2026-01-31' });
  expect(german.verdict).toBe('proven');
  expect(JSON.stringify(german.blocks)).not.toBe(JSON.stringify(english.blocks));
});

test('a file that holds something else is not replaced; earlier seeds are', async () => {
  await writeFile(join(folder, 'schema-copy.sql'), sql);
  await expect(run({ current: 'schema.sql', out: 'schema-copy.sql' })).rejects.toMatchObject({
    code: 'file.unwritable',
  });
  expect(await readFile(join(folder, 'schema-copy.sql'), 'utf8')).toBe(sql);
  await run({ current: 'schema.sql', out: 'again.sql', rows: 3 });
  await run({ current: 'schema.sql', out: 'again.sql', rows: 5 });
  expect(await readFile(join(folder, 'again.sql'), 'utf8')).toContain('8 made-up rows in 2 tables');
});
