import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runIdentity, type RunIdentity } from './identity.ts';

let cwd = '';
const idOf = (command: string, input: Record<string, unknown>): Promise<RunIdentity> =>
  runIdentity(command, input, { cwd, env: {} });

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dbd-identity-'));
  writeFileSync(join(cwd, 'task.md'), '# A task\n');
  mkdirSync(join(cwd, 'changes/one'), { recursive: true });
  writeFileSync(join(cwd, 'changes/one/up.sql'), 'SELECT 1;\n');
});

describe('a run is the same', () => {
  it('for the same call, in whatever order it is written', async () => {
    const first = await idOf('task', { task: 'task.md', rows: 10 });
    expect(first.id).toMatch(/^[0-9a-f]{16}$/);
    expect(await idOf('task', { rows: 10, task: 'task.md' })).toEqual(first);
    expect(first.lasting).toBe(true);
  });

  it('when only the folder that it wrote to has changed', async () => {
    const before = await idOf('task', { task: 'task.md', out: 'changes' });
    writeFileSync(join(cwd, 'changes/one/up.sql'), 'SELECT 2;\n');
    expect(await idOf('task', { task: 'task.md', out: 'changes' })).toEqual(before);
  });
});

describe('a run is another one', () => {
  const changes: Readonly<Record<string, readonly [Record<string, unknown>, () => void]>> = {
    'when the task was edited': [
      { task: 'task.md' },
      () => writeFileSync(join(cwd, 'task.md'), '# Another\n'),
    ],
    'when a file deep in a folder was edited': [
      { files: ['changes'] },
      () => writeFileSync(join(cwd, 'changes/one/up.sql'), 'SELECT 2;\n'),
    ],
    'when a file of a folder was renamed': [
      { files: ['changes'] },
      () => mkdirSync(join(cwd, 'changes/two')),
    ],
    'when the configuration appeared': [
      { task: 'task.md' },
      () => writeFileSync(join(cwd, 'dbd.config.yaml'), 'current: none\n'),
    ],
    'when the mappers of the project changed': [
      { task: 'task.md' },
      () => writeFileSync(join(cwd, 'package.json'), '{"dependencies":{"kysely":"1"}}'),
    ],
  };

  it.each(Object.entries(changes))('%s', async (_name, [input, change]) => {
    const before = await idOf('rehearse', input);
    change();
    expect((await idOf('rehearse', input)).id).not.toBe(before.id);
  });

  it('when the structure that the configuration names was edited', async () => {
    writeFileSync(join(cwd, 'dbd.config.yaml'), 'current: current.sql\n');
    writeFileSync(join(cwd, 'current.sql'), 'CREATE TABLE a (id int);\n');
    const before = await idOf('task', { task: 'task.md' });
    writeFileSync(join(cwd, 'current.sql'), 'CREATE TABLE b (id int);\n');
    expect((await idOf('task', { task: 'task.md' })).id).not.toBe(before.id);
  });

  it('for another command, other input or another folder', async () => {
    const ids = [
      await idOf('task', { task: 'task.md' }),
      await idOf('tune', { task: 'task.md' }),
      await idOf('task', { task: 'task.md', quick: true }),
      await runIdentity('task', { task: 'task.md' }, { cwd: join(cwd, 'changes'), env: {} }),
    ];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(4);
  });
});

describe('a result does not last', () => {
  const outside: Readonly<Record<string, Record<string, unknown>>> = {
    'of a server': { database: 'postgres://reader@db.example.org/shop' },
    'of an issue': { task: 'KAN-29' },
    'of a foreign program': { command: ['npx', 'knex', 'migrate:latest'] },
    'of a schema in a language that takes in other files': { files: ['schema.ts'] },
    'of a database that the configuration names': { database: 'staging' },
  };

  it.each(Object.entries(outside))('%s', async (_name, input) => {
    writeFileSync(join(cwd, 'schema.ts'), 'export * from "./more.ts";\n');
    writeFileSync(
      join(cwd, 'dbd.config.yaml'),
      'databases:\n  staging:\n    url: postgres://reader@db.example.org/shop\n',
    );
    expect((await idOf('explain', input)).lasting).toBe(false);
  });

  it('but of a text it does', async () => {
    expect((await idOf('task', { task: '# A task\n\nSome prose.\n' })).lasting).toBe(true);
  });
});
