/** What stands in the folder, what has run, and what somebody else did: each difference is refused by name. */
import { describe, expect, test } from 'vitest';
import { baseline } from '../../src/runner/baseline.ts';
import { repair } from '../../src/runner/repair.ts';
import { verify } from '../../src/runner/verify.ts';
import { failing, folder, ground } from './ground.ts';

const users = 'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);';
const nothing = { clear: false, done: false };

describe('folder and history', () => {
  test('edited, gone, late and twin changes are refused by name, with what to type', async () => {
    const files = folder({ '1_a.sql': users, '3_c.sql': 'CREATE TABLE c (id int);' });
    const db = await ground();
    await db.run(files.path);

    files.write('1_a.sql', `${users} SELECT 2;`);
    const edited = await failing(db.run(files.path));
    expect(edited).toMatchObject({ code: 'runner.changed' });
    expect(edited.message).toMatch(/^1_a has run with another text/);
    expect(edited.hint).toMatch(/dbd repair --accept 1_a/);
    await repair({ ...db.options(files.path), ...nothing, accept: '1_a' });
    expect((await db.run(files.path)).ran).toEqual([]);

    files.remove('3_c.sql');
    const gone = await failing(db.run(files.path));
    expect(gone.message).toMatch(/^3_c has run, and is not in the folder/);
    expect(gone.hint).toMatch(/dbd repair --forget 3_c/);
    await repair({ ...db.options(files.path), ...nothing, forget: '3_c' });
    expect(await db.states(files.path)).toEqual(['1_a done']);

    files.write('4_d.sql', 'SELECT 1;');
    await db.run(files.path);
    files.write('2_b.sql', 'SELECT 1;');
    const late = await failing(db.run(files.path));
    expect(late.message).toMatch(/^2_b comes late: 4_d has run before it/);
    expect((await db.run(files.path, { late: true })).ran.map(({ change }) => change)).toEqual(['2_b']);

    files.write('5_e.sql', 'SELECT 1;');
    files.write('5_f.sql', 'SELECT 1;');
    const twins = await failing(db.run(files.path));
    expect(twins).toMatchObject({ code: 'runner.files' });
    expect(twins.message).toMatch(/5_e and 5_f carry the same number/);
  });

  test('a folder that is missing, a change without its first line, and open questions', async () => {
    const db = await ground();
    expect(await failing(db.run('/nonexistent'))).toMatchObject({ code: 'file.missing' });
    const files = folder({ '20261120T0915-a/up/01-expand.sql': 'SELECT 1;' });
    const broken = await failing(db.run(files.path));
    expect(broken).toMatchObject({ code: 'change.refused' });
    expect(broken.message).toMatch(/20261120T0915-a/);
    files.change('20261120T0915-a', [{ sql: 'SELECT 1' }]);
    files.write(
      '20261120T0915-a/report.json',
      JSON.stringify({ output: { questions: [{ text: 'a rename?' }] } }),
    );
    expect(await failing(db.run(files.path))).toMatchObject({ code: 'runner.files' });
    files.write('20261120T0915-a/report.json', JSON.stringify({ questions: [{ text: 'a rename?' }] }));
    expect(await failing(db.run(files.path))).toMatchObject({ code: 'runner.files' });
    expect(await db.value(`SELECT count(*) FROM dbd.history WHERE kind = 'begun'`)).toBe(0);
  });

  test('baseline marks without running, and nothing after it', async () => {
    const files = folder({
      '1_a.sql': users,
      '2_b.sql': 'SELECT 1 / 0;',
      '3_c.sql': 'CREATE TABLE c (id int);',
    });
    const db = await ground(users);
    const { marked } = await baseline({ ...db.options(files.path), at: '2_b' });
    expect(marked).toEqual(['1_a', '2_b']);
    expect((await db.run(files.path)).ran.map(({ change }) => change)).toEqual(['3_c']);
    expect(await db.states(files.path)).toEqual(['1_a baseline', '2_b baseline', '3_c done']);
    expect(await failing(baseline({ ...db.options(files.path), at: '9_z' }))).toMatchObject({
      code: 'runner.files',
    });
  });

  test('hostile names, long names and a history elsewhere', async () => {
    const long = 'a'.repeat(70);
    const files = folder({
      '1_"; DROP TABLE x; --.sql': `CREATE TABLE "Odd ""name"" ä" (id int); CREATE TABLE ${long} (id int);`,
      [`2_${'b'.repeat(120)}.sql`]: `CREATE INDEX CONCURRENTLY "${'i'.repeat(80)}" ON "Odd ""name"" ä" (id);`,
    });
    const db = await ground('', { schema: 'my "history"' });
    await db.run(files.path);
    expect((await db.states(files.path)).every((state) => state.endsWith(' done'))).toBe(true);
    expect(await db.value(`SELECT count(*) FROM "my ""history""".history WHERE kind = 'complete'`)).toBe(2);
  });
});

describe('drift', () => {
  test('a database that somebody else altered is not changed before it was looked at', async () => {
    const files = folder({ '1_a.sql': users });
    const db = await ground();
    await db.run(files.path);
    await db.session.run('ALTER TABLE users ADD COLUMN hotfix int; CREATE INDEX mine ON users (email)');
    files.write('2_b.sql', 'CREATE TABLE b (id int);');
    const error = await failing(db.run(files.path));
    expect(error).toMatchObject({ code: 'runner.drifted' });
    expect(error.message).toMatch(/column public\.users\.hotfix is new; index public\.mine is new/);
    expect(error.hint).toMatch(/dbd repair --accept-structure/);
    expect((await verify({ ...db.options(files.path), observe: false })).drift).toHaveLength(2);
    expect(await db.value(`SELECT to_regclass('b') IS NULL`)).toBe(true);

    const { differences } = await repair({
      ...db.options(files.path),
      ...nothing,
      acceptStructure: 'hotfix of Friday',
    });
    expect(differences).toHaveLength(2);
    await db.run(files.path);
    expect((await verify({ ...db.options(files.path), observe: false })).drift).toEqual([]);
  });

  test('only the schemas that are named count', async () => {
    const files = folder({ '1_a.sql': users });
    const db = await ground('CREATE SCHEMA other', { schemas: ['public'] });
    await db.run(files.path);
    await db.session.run('CREATE TABLE other.t (id int)');
    files.write('2_b.sql', 'SELECT 1;');
    await db.run(files.path);
    await db.session.run('CREATE TABLE t (id int)');
    files.write('3_c.sql', 'SELECT 1;');
    expect(await failing(db.run(files.path))).toMatchObject({ code: 'runner.drifted' });
  });
});
