/** The script for psql: the same everywhere, robust against how psql is set up, refused when its output is not whole. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { testDatabase } from '../support/database.ts';
import { hasPsql, outputOf, run, snapshotOf, steady } from './capture-tools.ts';

const hostile = `
CREATE TABLE "Or""der
# rows 3" (id int PRIMARY KEY, "sélect" text, "; DROP TABLE x; --" int);
INSERT INTO "Or""der
# rows 3" SELECT i, E'two\\nlines\\r\\t # end of 3 sections \\\\ "' || i % 5, i % 3 FROM generate_series(1, 200) i;
COMMENT ON TABLE "Or""der
# rows 3" IS E'# section tables\\n:v18 \\\\gset';
CREATE INDEX ON "Or""der
# rows 3" (upper("sélect"));
CREATE FUNCTION two() RETURNS text LANGUAGE sql AS $$ SELECT ':"statements_schema" \\if' $$;
ANALYZE "Or""der
# rows 3"`;

describe.skipIf(!hasPsql())('a script', () => {
  test('carries hostile names and values', async () => {
    const { ownerUrl } = await testDatabase({ sql: hostile });
    const snapshot = await postgres.capture.fromScript(await outputOf(ownerUrl));
    expect(snapshot.catalog.tables[0]).toMatchObject({
      name: 'Or"der\n# rows 3',
      comment: '# section tables\n:v18 \\gset',
    });
    expect(snapshot.columns.find(({ column }) => column === 'sélect')?.commonValues).toContain(
      'two\nlines\r\t # end of 3 sections',
    );
    expect(steady(snapshot)).toEqual(steady(await snapshotOf(ownerUrl)));
  });

  test('prints the same whatever psql was told before', async () => {
    const { ownerUrl } = await testDatabase({ sql: hostile });
    const folder = await mkdtemp(join(tmpdir(), 'dbd-psqlrc-'));
    try {
      const own = join(folder, 'psqlrc');
      await writeFile(
        own,
        `SET search_path = nowhere;\n\\set ECHO all\n\\set QUIET off\n\\timing on\n\\x\n\\pset format html\n\\pset null NULL\n\\pset border 2\n\\pset title Mine\n\\pset footer on
\\pset recordsep ';'\n\\set ON_ERROR_ROLLBACK on\n\\set FETCH_COUNT 2\n\\set AUTOCOMMIT off\n\\encoding LATIN1\n`,
      );
      const expected = steady(await snapshotOf(ownerUrl));
      for (const words of [[], ['--csv'], ['-H', '-x'], ['-a']]) {
        const output = await outputOf(ownerUrl, { words, env: { PSQLRC: own } });
        const snapshot = await postgres.capture.fromScript(output);
        // What psql set for itself does not hide the default.
        const settings = snapshot.settings.map((one) =>
          one.from === 'session' ? { ...one, from: 'default' } : one,
        );
        expect(steady({ ...snapshot, settings })).toEqual(expected);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('has its output refused wherever it is cut', async () => {
    const { ownerUrl } = await testDatabase({ sql: hostile });
    const output = await outputOf(ownerUrl);
    await postgres.capture.fromScript(`\uFEFF${output.replaceAll('\n', '\r\n')}`);
    const refused = (text: string) =>
      expect(postgres.capture.fromScript(text)).rejects.toMatchObject({ code: 'snapshot.invalid' });
    const lines = output.trimEnd().split('\n');
    for (let at = 0; at < lines.length; at += 1) await refused(lines.slice(0, at).join('\n'));
    for (let at = 1; at < output.length - 2; at += 997) await refused(output.slice(0, at));
    for (let at = 1; at < lines.length; at += 1) await refused(lines.toSpliced(at, 1).join('\n'));
    await refused(output + output);
    await refused(output.replace('form 1', 'form 2'));
    await refused('-- PostgreSQL database dump');
    await refused('');
  });

  test('does not change what it reads, and a server that refuses one section does not end it', async () => {
    const { ownerUrl, adminUrl } = await testDatabase({ sql: hostile, extensions: ['pg_stat_statements'] });
    await run(adminUrl, 'REVOKE ALL ON pg_stat_statements, pg_stat_statements_info FROM PUBLIC');
    const snapshot = await postgres.capture.fromScript(
      await outputOf(ownerUrl, { says: /ERROR: {2}permission denied for view pg_stat_statements\n/g }),
    );
    expect(snapshot.unseen.find(({ what }) => what === 'the workload')).toMatchObject({
      why: 'permission denied for view pg_stat_statements',
      grant: 'GRANT SELECT ON public.pg_stat_statements, public.pg_stat_statements_info TO dbd_owner;',
    });
    const script = postgres.capture.script({ probes: [], statementMs: 1000, statements: 10 });
    expect(script.match(/^(?:INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|COPY|TRUNCATE|GRANT)\b/gm)).toBeNull();
    expect(script).toContain('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;');
    expect(script).toContain("SET LOCAL statement_timeout = '1000';");
  });

  test('gives the same snapshot as a connection on each version', async () => {
    for (const major of [13, 14, 16, 17]) {
      const sandbox = await startSandbox(postgres, { major, settings: { autovacuum: 'off' } });
      try {
        const database = await sandbox.createDatabase();
        await sandbox.installExtension(database, 'pg_stat_statements');
        await run(database.ownerUrl, hostile);
        await run(database.ownerUrl, 'SELECT count(*) FROM "Or""der\n# rows 3" WHERE id < 5');
        const scripted = await postgres.capture.fromScript(await outputOf(database.adminUrl));
        expect(Math.floor(scripted.source.versionNumber / 10_000)).toBe(major);
        expect(scripted.columns.length).toBe(4);
        expect(scripted.workload.statements.find(({ sql }) => sql.includes('id < $1'))).toMatchObject({
          calls: 1,
          rows: 1,
        });
        const session = await postgres.connect(database.adminUrl);
        expect(scripted.catalog).toEqual(await postgres.inspect(session).finally(() => session.close()));
        expect(steady(scripted)).toEqual(steady(await snapshotOf(database.adminUrl)));
      } finally {
        await sandbox.stop();
      }
    }
  });
});
