import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SqlError } from '../../src/base/error.ts';
import { deliverTask, rehearse, scratch, taskOf } from '../deliver/delivery.ts';
import { nothingLeft, refused, refusedBesideOthers } from './refused.ts';

const mark = join(scratch(), 'written-by-the-server');
const indent = (sql: string): string => sql.replaceAll(/^/gm, '  ');
const file = (name: string, text: string): string => {
  const path = join(scratch(), name);
  writeFileSync(path, text);
  return path;
};

/** What reaches beyond the database, and a word of the message. */
const reaching: readonly (readonly [string, RegExp])[] = [
  [`COPY (SELECT 1) TO PROGRAM 'touch ${mark}';`, /PROGRAM/],
  [`COPY (SELECT 1) TO '${mark}';`, /COPY|file/],
  ["CREATE TABLE a AS SELECT pg_read_file('/etc/passwd') AS t;", /pg_read_file/],
  [`SELECT lo_export(1, '${mark}');`, /lo_export/],
  ["ALTER SYSTEM SET work_mem = '1GB';", /ALTER SYSTEM/],
  ['SET ROLE postgres;', /SET ROLE/],
  ['SET SESSION AUTHORIZATION postgres;', /SESSION AUTHORIZATION/],
  ['CREATE ROLE mine SUPERUSER;', /roles?|permission/i],
  ["LOAD 'auto_explain';", /LOAD|access|permission/],
];

/** The same, where the text hides what it does: the role's lack of rights stops it. */
const hidden: readonly (readonly [string, RegExp])[] = [
  [`DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROG' || 'RAM ''touch ${mark}'''; END $$;`, /permission denied/],
  [
    "DO $$ BEGIN EXECUTE 'ALTER SYS' || 'TEM SET work_mem = ''1GB'''; END $$;",
    /permission denied|cannot (?:be executed|run)/,
  ],
  [
    "DO $$ BEGIN PERFORM set_config('ro' || 'le', (SELECT rolname FROM pg_roles WHERE rolsuper LIMIT 1), false); END $$;",
    /permission denied/,
  ],
];

describe('SQL that reaches beyond its database', () => {
  test.each(reaching)('%s is refused by name in a task and in a migration', async (sql, says) => {
    const error = await refused('task', { task: file('task.md', taskOf(`schema: |\n${indent(sql)}`)) });
    expect(error).toMatchObject({ code: 'sql.refused', exit: 2 });
    expect(error.message).toMatch(says);
    expect(error.hint).toBeDefined();
    const { report, claims } = await rehearse({ files: [file('m.sql', sql)], load: false });
    expect(report.verdict).toBe('failed');
    expect(claims.get('runs')).toMatchObject({ verdict: 'missed' });
    expect(claims.get('runs')!.because).toMatch(says);
    expect(existsSync(mark)).toBe(false);
    await nothingLeft();
  });

  test.each(reaching.slice(0, 5))(
    '%s is refused or left out, and told, in the current structure',
    async (sql, says) => {
      const text = taskOf('schema: |\n  CREATE TABLE b (id int PRIMARY KEY);');
      const current = file('now.sql', `CREATE TABLE z (id int);\n${sql}\n`);
      const ended = await deliverTask(text, { current }).then(
        ({ report }) => report.meta.limits.join('\n'),
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'sql.refused', exit: 2 });
          return (error as Error).message;
        },
      );
      expect(ended).toMatch(new RegExp(`${says.source}|now\\.sql`));
      expect(existsSync(mark)).toBe(false);
      await nothingLeft();
    },
  );

  test.each(hidden)('%s has no rights', async (sql, says) => {
    const error = await refused('task', { task: file('task.md', taskOf(`schema: |\n${indent(sql)}`)) });
    expect(error).toBeInstanceOf(SqlError);
    expect(error.message).toMatch(says);
    expect(error.exit).toBe(2);
    expect(existsSync(mark)).toBe(false);
  });
});

describe('SQL that fails half way', () => {
  const half =
    'CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1), (1);\nCREATE TABLE b (id int);';

  test('in a task: the step and the server are quoted', async () => {
    const error = await refused('task', { task: file('task.md', taskOf(`schema: |\n${indent(half)}`)) });
    expect(error).toMatchObject({ code: 'sql.failed', exit: 2 });
    expect(error.message).toMatch(/step 2.*a_pkey/);
  });

  test('in the current structure: file and line are named', async () => {
    const task = file('task.md', taskOf('schema: |\n  CREATE TABLE b (id int);'));
    const error = await refused('task', { task, current: file('now.sql', half) });
    expect(error).toMatchObject({ code: 'sql.failed', exit: 2 });
    expect(error.message).toMatch(/now\.sql.*line 2|now\.sql:2/s);
  });

  test('in a migration: a report that says how far it came', async () => {
    const { claims, report } = await rehearse({ files: [file('m.sql', half)], load: false });
    expect(claims.get('runs')).toMatchObject({ verdict: 'missed' });
    expect(claims.get('runs')!.because).toMatch(/a_pkey/);
    expect(report.verdict).toBe('failed');
  });
});

const endless: readonly string[] = [
  'DO $$ BEGIN LOOP END LOOP; END $$;',
  'CREATE TABLE a AS WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT count(*) AS n FROM r;',
  'DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;',
];

describe('SQL that never ends is ended', { timeout: 60_000 }, () => {
  test.each(endless)('in a task: %s', async (sql) => {
    const task = file('task.md', taskOf(`schema: |\n${indent(sql)}`));
    const error = await refused('task', { task, limit: '1s' });
    expect(error).toMatchObject({ code: 'sql.timeout', exit: 2 });
    expect(error.hint).toContain('--limit');
  });

  test.each(endless)('in the current structure: %s', async (sql) => {
    const task = file('task.md', taskOf('schema: |\n  CREATE TABLE b (id int);'));
    const error = await refused('task', { task, current: file('now.sql', sql), limit: '1s' });
    expect(error).toMatchObject({ code: 'sql.timeout', exit: 2 });
    expect(error.message).toContain('now.sql');
  });

  test.each(endless)('in a migration: %s', async (sql) => {
    const { claims, report } = await rehearse({ files: [file('m.sql', sql)], load: false, limit: '1s' });
    expect(claims.get('runs')).toMatchObject({ verdict: 'missed' });
    expect(claims.get('runs')!.because).toMatch(/longer than 1 s/);
    expect(report.verdict).toBe('failed');
    await nothingLeft();
  });

  // Both wait for limits of the product, and so at the same time.
  test('in a check: the table is named; in an access pattern: it is missed', async () => {
    const sleeps =
      "CREATE FUNCTION slow(text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT pg_sleep(1e6) IS NOT NULL';\nCREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text CHECK (slow(t)));";
    const [error, { claims, report }] = await Promise.all([
      refusedBesideOthers('task', { task: file('task.md', taskOf(`schema: |\n${indent(sleeps)}`)) }),
      deliverTask(
        taskOf(
          'entities:\n  E1 Note: { fields: { body: text } }\naccess:\n  Q1: { sql: SELECT pg_sleep(1e6) FROM notes LIMIT 1, rate: 1/s, p95: 20 ms }',
        ),
      ),
    ]);
    expect(error).toMatchObject({ code: 'twin.fill', exit: 2 });
    expect(error.message).toContain('public.a');
    expect(error.hint).toMatch(/checks/);
    expect(claims.get('Q1')).toMatchObject({ verdict: 'missed' });
    expect(report.verdict).toBe('failed');
    await nothingLeft();
  });
});
