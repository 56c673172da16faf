import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkModels } from '../../src/application/check/check.ts';
import { drizzle } from '../../src/application/mappers/drizzle/drizzle.ts';
import { sql } from '../../src/application/mappers/sql/sql.ts';
import type { Written } from '../../src/application/model.ts';
import { run } from '../../src/commands/run.ts';
import { root } from '../architecture/source.ts';
import { deliverTask, filesIn, scratch, taskOf } from '../deliver/delivery.ts';
import { testDatabase } from '../support/database.ts';
import { recording } from './counting.ts';
import { shop, shopRows } from './shop.sql.ts';
import { modelsOf, patterns } from './workshop.ts';

const block = `
change: { engine: postgres, kind: new }
entities:
  E1 Note:
    fields:
      body: { type: text(40), required: true }
      at: { type: instant, required: true, default: now }
relations:
  L1: { from: E1, to: E2, name: author, required: true, on_delete: cascade }
access:
  Q1: { says: An author's notes, sql: 'SELECT id, body, at FROM notes WHERE author_id = :author_id ORDER BY id', rate: 1/s }
  Q2: { says: Write a note, insert: E1, rate: 1/s }
`.replace('relations:', '  E2 Author:\n    fields:\n      name: { type: text, required: true }\nrelations:');

function project(dependencies: Readonly<Record<string, string>>, linked: boolean): string {
  const folder = scratch();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }));
  if (linked) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

function tried(report: Awaited<ReturnType<typeof deliverTask>>['report']): readonly (readonly string[])[] {
  const found = report.blocks.find(({ id }) => id === 'models');
  if (found?.kind !== 'table') throw new Error('the report has no table of models');
  return found.rows.map((row) => row.map((cell) => (typeof cell === 'object' ? cell.text : String(cell))));
}

const without = 'alternatives,backup,seeds,security,documents,normal-forms';

test('a task delivers models for the mapper of the project, and says that they ran there', async () => {
  const folder = project({ 'drizzle-orm': '*', express: '*' }, true);
  const { report, out } = await deliverTask(taskOf(block), { without }, { cwd: folder });
  const [row, ...more] = tried(report);
  expect(more).toEqual([]);
  expect(row!.slice(0, 3)).toEqual(['Drizzle', '2', '2']);
  expect(row![3]).toMatch(
    /^types checked by TypeScript [\d.]+; 1 of 1 reading function returned the rows of plain SQL on the twin; 1 of 1 load of parents with children took as many statements for many as for one \(at most 2\)$/,
  );
  const files = Object.keys(filesIn(out)).filter((path) => path.startsWith('models/'));
  expect(files).toContain('models/drizzle/schema.ts');
  expect(files.every((path) => path.startsWith('models/drizzle/'))).toBe(true);
  expect(filesIn(out)['models/drizzle/repository.ts']).toContain('export async function authorsNotes(');
});

test('what the project does not have is written, and not called run', async () => {
  const { report } = await deliverTask(taskOf(block), { without }, { cwd: project({ kysely: '*' }, false) });
  expect(tried(report)).toEqual([
    ['Kysely', '2', '2', 'generated, not run here: the project has no package kysely'],
  ]);
});

test('code that is wrong is found wrong: a type, a row, a loop', async () => {
  const { ownerUrl } = await testDatabase({ sql: shop + shopRows });
  const models = await modelsOf(ownerUrl, patterns);
  const call = {
    functionName: 'linesWithTheirScores',
    parameters: [{ property: 'orderId', kind: 'bigint', text: '3' }],
    columns: [{ name: 'line', kind: 'integer' }],
    expected: [['1'], ['2']],
  };
  const check = async (change: (text: string, path: string) => string, mapper = sql) => {
    const written: Written = mapper.write(models);
    const files = written.files.map(({ path, text }) => ({ path, text: change(text, path) }));
    let seen: () => readonly string[] = () => [];
    const result = await recording(
      ownerUrl,
      (url) => ({ db: url, close: () => Promise.resolve() }),
      (url) =>
        checkModels(
          {
            mapper,
            models,
            written: { ...written, files },
            project: root,
            url: url as string,
            calls: [call],
            signal: new AbortController().signal,
          },
          () => seen(),
        ),
      (statements) => (seen = statements),
    );
    return result.result as Awaited<ReturnType<typeof checkModels>>;
  };
  const right = await check((text) => text, drizzle);
  expect(right).toMatchObject({ kind: 'run', calls: [{ functionName: 'linesWithTheirScores', rows: 2 }] });
  const rows = await check((text, path) =>
    path === 'repository.ts' ? text.replace('order_id = $1', 'order_id <> $1') : text,
  );
  expect(rows).toMatchObject({ kind: 'run', calls: [{ wrong: 'its 478 rows are not the 2 of plain SQL' }] });
  const together = /await findOrders\(\s*db,\s*child\.oneOf\('customerId'[\s\S]*?\)\);/;
  const loop = await check((text, path) =>
    path === 'records.ts'
      ? text.replace(
          together,
          "(await Promise.all(parents.map((parent) => findOrders(db, child.is('customerId', parent.id))))).flat();",
        )
      : text,
  );
  const loads = loop.kind === 'run' ? loop.loads : [];
  const load = (name: string) => loads.find(({ functionName }) => functionName === name);
  expect(load('customersWithOrdersByCustomer')).toMatchObject({ parents: [1, 50], statements: [2, 51] });
  expect(load('customersWithOrdersByPayer')).toMatchObject({ parents: [1, 50], statements: [2, 2] });
  const types = await check((text, path) =>
    path === 'repository.ts'
      ? text.replace('orderId: bigint', 'orderId: Date & bigint[]; wrong: Missing')
      : text,
  );
  expect(types.kind).toBe('wrong');
  expect((types as { because: string }).because).toMatch(/Missing/);
});

test('dbd models refuses what it does not know', async () => {
  const cwd = project({}, false);
  mkdirSync(join(cwd, 'db'));
  writeFileSync(join(cwd, 'db/a.sql'), 'CREATE TABLE users (id int PRIMARY KEY);');
  const call = (input: Readonly<Record<string, unknown>>) =>
    run('models', { current: 'db', ...input }, { cwd });
  await expect(call({ for: 'prizma' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
    hint: expect.stringContaining('Did you mean prisma?') as unknown,
  });
  await expect(call({ also: 'openap' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
    hint: expect.stringContaining('Did you mean openapi?') as unknown,
  });
  await expect(call({ tables: 'user' })).rejects.toMatchObject({
    code: 'usage.wrong-option',
    hint: 'Did you mean users?',
  });
  await expect(call({ current: 'none' })).rejects.toMatchObject({ code: 'usage.missing-input' });
  const report = await call({ also: 'zod,service' });
  expect(report.output['files']).toEqual(
    expect.arrayContaining(['sql/schema.ts', 'zod.ts', 'openapi.json', 'service/server.mjs']),
  );
});
