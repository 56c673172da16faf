import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DbdError } from '../base/error.ts';
import { loadConfig } from './load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-config-'));
  await mkdir(join(folder, 'app/tasks/deep'), { recursive: true });
  await mkdir(join(folder, 'other'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (path: string, text: string): Promise<void> => writeFile(join(folder, path), text);
const load = (more: Partial<Parameters<typeof loadConfig>[0]> = {}) =>
  loadConfig({
    from: [join(folder, 'app/tasks/deep'), join(folder, 'other')],
    cwd: join(folder, 'other'),
    env: {},
    ...more,
  });

async function refused(more: Partial<Parameters<typeof loadConfig>[0]> = {}): Promise<DbdError> {
  try {
    await load(more);
  } catch (error) {
    if (error instanceof DbdError) return error;
    throw error;
  }
  throw new Error('the configuration was loaded');
}

test('the nearest file above the first folder wins, and its paths are its own', async () => {
  await put('app/schema.sql', '');
  await put('app/queries.sql', '');
  await put(
    'app/dbd.config.yaml',
    '# ours\ncurrent: schema.sql\nworkload: ./queries.sql\nchanges: db/changes\n',
  );
  await put('other/dbd.config.yaml', 'current: none\n');
  expect(await load()).toEqual({
    file: join(folder, 'app/dbd.config.yaml'),
    current: { kind: 'file', path: join(folder, 'app/schema.sql') },
    workload: join(folder, 'app/queries.sql'),
    changes: join(folder, 'app/db/changes'),
  });
  expect((await load({ from: [join(folder, 'other'), join(folder, 'app')] })).current).toEqual({
    kind: 'none',
  });
});

test('the command line wins, and its paths are those of the current folder', async () => {
  await put('app/dbd.config.yaml', 'current: postgres://from-file/x\n');
  await put('other/now.sql', '');
  expect((await load({ overrides: { current: 'now.sql' } })).current).toEqual({
    kind: 'file',
    path: join(folder, 'other/now.sql'),
  });
  expect((await load({ overrides: { current: '../app' } })).current).toEqual({
    kind: 'folder',
    path: join(folder, 'app'),
  });
  expect((await load({ overrides: { current: 'none' } })).current).toEqual({ kind: 'none' });
  expect((await load({ overrides: { current: undefined } })).current).toEqual({
    kind: 'url',
    url: 'postgres://from-file/x',
  });
});

test('without a file nothing is configured', async () => {
  expect(await loadConfig({ from: [folder], cwd: folder, env: {} })).toMatchObject({
    current: { kind: 'none' },
  });
  await put('app/dbd.config.yaml', '# nothing yet\n');
  expect(await load()).toEqual({ file: join(folder, 'app/dbd.config.yaml'), current: { kind: 'none' } });
});

test('values come from the environment, and never reach a message', async () => {
  await put('app/dbd.config.yaml', 'current: ${DATABASE_URL}\n');
  expect((await load({ env: { DATABASE_URL: 'postgres://me:s3cret@db/x' } })).current).toEqual({
    kind: 'url',
    url: 'postgres://me:s3cret@db/x',
  });
  expect((await refused()).message).toBe(
    `${join(folder, 'app/dbd.config.yaml')}, line 1, column 10: the environment variable DATABASE_URL is not set.`,
  );
  const wrong = await refused({ env: { DATABASE_URL: 'mysql://me:s3cret@db/x' } });
  expect([wrong.code, wrong.message.includes('s3cret')]).toEqual(['connect.url', false]);
});

test('a snapshot is a structure, named by its own key or by `current`', async () => {
  await put('app/prod.dbds', '');
  const snapshot = { kind: 'snapshot', path: join(folder, 'app/prod.dbds') };
  await put('app/dbd.config.yaml', 'snapshot: prod.dbds\n');
  expect((await load()).current).toEqual(snapshot);
  await put('app/dbd.config.yaml', 'current: prod.dbds\n');
  expect((await load()).current).toEqual(snapshot);
  expect((await load({ overrides: { snapshot: '../app/prod.dbds' } })).current).toEqual(snapshot);
  expect((await load({ overrides: { current: 'none' } })).current).toEqual({ kind: 'none' });
  await put('app/dbd.config.yaml', 'snapshot: prod.dbds\ncurrent: none\n');
  expect((await load()).current).toEqual(snapshot);
  const both = await refused({ overrides: { current: 'none', snapshot: '../app/prod.dbds' } });
  expect(both.code).toBe('usage.wrong-option');
});

test('private columns are a list', async () => {
  await put('app/dbd.config.yaml', 'private: [customers.shoe_size, crm.people.note]\n');
  expect((await load()).private).toEqual(['customers.shoe_size', 'crm.people.note']);
});

test('generators are SQL by column', async () => {
  await put('app/dbd.config.yaml', `generators:\n  public.orders.code: "'C-' || n"\n`);
  expect((await load()).generators).toEqual({ 'public.orders.code': "'C-' || n" });
});

test.each([
  ['an unknown key', 'current: none\nworkloads: x\n', 'config.invalid', 2, 1, /`workload`/],
  ['a value that is no text', 'current: [a]\n', 'config.invalid', 1, 10, undefined],
  ['a list', '- a\n', 'config.invalid', 1, 1, undefined],
  ['broken YAML', 'current: "x\n', 'config.invalid', 2, 1, undefined],
  ['a key that stands twice', 'current: none\ncurrent: none\n', 'config.invalid', 2, 1, undefined],
  ['a strange variable', 'current: ${rm -rf}\n', 'config.invalid', 1, 10, /DATABASE_URL/],
  ['two structures', 'current: a.sql\nsnapshot: b.dbds\n', 'config.invalid', 2, 11, /Leave one/],
  [
    'a snapshot that is not there',
    'snapshot: b.dbds\n',
    'file.missing',
    undefined,
    undefined,
    /dbd snapshot/,
  ],
  ['a generator of no column', 'generators: { code: n }\n', 'config.invalid', 1, 15, undefined],
  ['private columns as a text', 'private: customers.email\n', 'config.invalid', 1, 10, undefined],
  ['a private column of no table', 'private: [email]\n', 'config.invalid', 1, 11, undefined],
  ['generators as a list', 'generators: [n]\n', 'config.invalid', 1, 13, /schema|orders/],
  ['a file that is not there', 'current: gone.sql\n', 'file.missing', undefined, undefined, /SQL file/],
  [
    'a workload that is not there',
    'workload: gone.sql\n',
    'file.missing',
    undefined,
    undefined,
    /named queries/,
  ],
])('%s is refused', async (_, text, code, line, column, hint) => {
  await put('app/dbd.config.yaml', text);
  const error = await refused();
  expect(error.code).toBe(code);
  expect([error.details['line'], error.details['column']]).toEqual([line, column]);
  if (hint) expect(error.hint).toMatch(hint);
});
