import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from './command.ts';
import { init } from './init.ts';
import { loadConfig } from '../config/load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-init-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
const call = (input: object = {}, env: Context['env'] = {}) =>
  init.run(init.input.parse(input), {
    emit: () => {},
    signal: new AbortController().signal,
    cwd: folder,
    env,
    engine: () => Promise.reject(new Error('no engine is needed')),
    stdin: () => Promise.resolve(''),
  });

test('an empty project gets a file that loads as nothing configured', async () => {
  const { headline, output } = await call();
  expect(headline).toBe('dbd.config.yaml was written; current is none.');
  expect(output).toEqual({ written: ['dbd.config.yaml'], unchanged: [], current: 'none', tools: [] });
  expect(await loadConfig({ from: [folder], cwd: folder, env: {} })).toEqual({
    file: join(folder, 'dbd.config.yaml'),
    current: { kind: 'none' },
  });
});

test('what is there is found and filled in; secrets are not', async () => {
  await put('prisma/schema.prisma', '');
  await put('prisma/migrations/1_init/migration.sql', '');
  await put('db/structure.sql', 'CREATE TABLE a ();');
  await put('workload.queries.sql', '-- name: a\nSELECT 1');
  await put('.env', 'PORT=1\nDATABASE_URL="postgres://me:s3cret@db/x"\n');
  const result = await call({}, { DATABASE_URL: 'postgres://me:s3cret@db/x' });
  const text = await read('dbd.config.yaml');
  expect(text).toContain('\ncurrent: db/structure.sql\n');
  expect(text).toContain('# current: ${DATABASE_URL}\n');
  expect(JSON.stringify(result) + text).not.toContain('s3cret');
  expect(result.next.map(({ command }) => command)).toEqual([
    'dbd rehearse -- npx prisma migrate deploy',
    'dbd task TASK.md',
  ]);
  expect(result.blocks[0]).toMatchObject({
    kind: 'facts',
    facts: [
      { value: 'Prisma (prisma/schema.prisma)' },
      { value: 'prisma/migrations' },
      { value: 'db/structure.sql' },
      { value: 'workload.queries.sql' },
      { value: 'set in environment, .env' },
    ],
  });
  expect(await loadConfig({ from: [folder], cwd: folder, env: {} })).toMatchObject({
    current: { kind: 'file', path: join(folder, 'db/structure.sql') },
    workload: join(folder, 'workload.queries.sql'),
  });
});

test('the database of the environment is the current one when there is no file', async () => {
  expect((await call({}, { DATABASE_URL: 'postgres://db/x' })).output['current']).toBe('${DATABASE_URL}');
});

test('a file that is there is kept unless it is forced', async () => {
  await put('dbd.config.yaml', 'current: none # mine\n');
  await expect(call()).rejects.toMatchObject({ code: 'file.exists' });
  expect(await read('dbd.config.yaml')).toBe('current: none # mine\n');
  await call({ force: true });
  expect(await read('dbd.config.yaml')).not.toContain('# mine');
});

test('scripts are added only on request, and never replaced', async () => {
  const before =
    '{\n\t"name": "x",\n\t"scripts": {\n\t\t"db:task": "mine"\n\t},\n\t"devDependencies": { "knex": "3" }\n}\n';
  await put('package.json', before);
  await call();
  expect(await read('package.json')).toBe(before);
  const { output } = await call({ force: true, scripts: true });
  expect(output['written']).toEqual(['dbd.config.yaml', 'package.json']);
  const after = await read('package.json');
  expect(JSON.parse(after)).toEqual({
    name: 'x',
    scripts: { 'db:task': 'mine', 'db:rehearse': 'dbd rehearse -- npx knex migrate:latest' },
    devDependencies: { knex: '3' },
  });
  expect(after).toMatch(/^\{\n\t"name"[\s\S]*\}\n$/);
});

test('a package.json that cannot be changed leaves everything as it was', async () => {
  await put('package.json', '[1]');
  await expect(call({ scripts: true })).rejects.toMatchObject({ code: 'file.unreadable' });
  await expect(read('dbd.config.yaml')).rejects.toThrow();
  await expect(call({ folder: 'nowhere' })).rejects.toMatchObject({ code: 'file.missing' });
});

test('files for an agent below the root of a repository say where it has to start', async () => {
  await mkdir(join(folder, '.git'));
  const told = async (input: object): Promise<boolean> =>
    (await call(input)).blocks.some(({ kind, id }) => kind === 'text' && id === 'where');
  expect(await told({ folder: '.', agent: 'cursor' })).toBe(false);
  await mkdir(join(folder, 'packages', 'api'), { recursive: true });
  expect(await told({ folder: 'packages/api' })).toBe(false);
  const { blocks } = await call({ folder: 'packages/api', agent: 'cursor' });
  expect(blocks.find(({ id }) => id === 'where')).toMatchObject({
    text: expect.stringMatching(/^The repository begins at \.\.\/\.\.\. .*`dbd init --agent cursor`/),
  });
});
