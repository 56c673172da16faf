import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/commands/lint.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { render } from '../../src/render/all.ts';
import { isClean } from '../../src/report/build.ts';
import type { Report } from '../../src/report/model.ts';
import { testDatabase } from '../support/database.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-lint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(given: Record<string, unknown>, text = '', config = ''): Promise<Report> {
  await writeFile(join(folder, 'dbd.config.yaml'), config);
  if (text !== '') await writeFile(join(folder, 'm.sql'), text);
  return lint.run(lint.input.parse({ ...(text === '' ? {} : { files: ['m.sql'] }), ...given }), {
    emit: () => undefined,
    signal: new AbortController().signal,
    cwd: folder,
    env: {},
    engine: async () => postgres,
    stdin: async () => 'CREATE INDEX i ON users (a);',
  });
}

const rulesOf = (report: Report): readonly string[] =>
  report.findings.filter(({ severity }) => severity !== 'info').map(({ rule, place }) => `${rule} ${place}`);

describe('places', () => {
  test('line and column, behind comments, mixed ends of lines and a byte order mark', async () => {
    const report = await run(
      {},
      '\uFEFF-- why\r\n/* and\nso on */ CREATE INDEX\r i ON users (a);\r\nDROP TABLE "é\u{1F600}";',
    );
    expect(rulesOf(report)).toEqual(['index-built-with-lock m.sql:3:10', 'table-dropped m.sql:5:1']);
    expect(report.findings[0]!.span).toEqual({
      file: 'm.sql',
      line: 3,
      column: 10,
      endLine: 4,
      endColumn: 16,
    });
  });

  test('a statement that does not parse is told with its line, and the rest is read', async () => {
    const report = await run({}, 'CREATE TABLE x (a int);\n\nSELEC 1;\nDROP TABLE users;\n');
    expect(rulesOf(report)).toEqual(['unreadable-sql m.sql:3:1', 'table-dropped m.sql:4:1']);
    expect(isClean(report)).toBe(false);
  });

  test('commands of psql, rows behind COPY and placeholders are no statements', async () => {
    const report = await run(
      {},
      "\\set ON_ERROR_STOP on\n\\i other.sql\nCOPY t FROM stdin;\n1\tDROP TABLE x;\n\\.\nALTER TABLE ${schema}.users ADD COLUMN x text DEFAULT :'value';\nSELECT :a::int;\nDROP TABLE users;\n",
    );
    expect(rulesOf(report)).toEqual(['table-dropped m.sql:8:1']);
    expect(report.meta.limits.join()).toContain('commands of psql were left out');
  });
});

describe('what is known of the database', () => {
  const migration =
    'ALTER TABLE small ALTER COLUMN a SET NOT NULL;\nALTER TABLE large ALTER COLUMN a SET NOT NULL;\nALTER TABLE large ALTER COLUMN b TYPE text;';

  test('sizes make findings graver or lighter, types are known', async () => {
    const unknown = await run({}, migration);
    expect(unknown.findings[0]!.message).toContain('size unknown');
    const database = await testDatabase({
      sql: 'CREATE TABLE small (a int); CREATE TABLE large (a int, b varchar(9)); INSERT INTO large SELECT generate_series(1, 20000); INSERT INTO small VALUES (1); ANALYZE',
    });
    const report = await run({ database: database.adminUrl }, migration);
    expect(rulesOf(report)).toEqual(['not-null-with-scan m.sql:2:1']);
    expect(report.findings[0]!.message).toContain('has about 20k rows');
    expect(
      report.findings.find(({ place, rule }) => place === 'm.sql:1:1' && rule === 'not-null-with-scan'),
    ).toMatchObject({
      severity: 'info',
      message: expect.stringContaining('small has about 1 row)'),
    });
  });

  test('a structure of files is loaded', async () => {
    await writeFile(join(folder, 'schema.sql'), 'CREATE TABLE large (a int NOT NULL, b varchar(9));');
    const report = await run(
      { current: 'schema.sql' },
      'ALTER TABLE large ALTER COLUMN a SET NOT NULL;\nALTER TABLE large ALTER COLUMN b TYPE text;',
    );
    expect(rulesOf(report)).toEqual([]);
  });
});

describe('what a team says', () => {
  const text =
    '-- dbd:ignore index-built-with-lock because nobody writes at night\nCREATE INDEX i ON users (a);\n-- dbd:ignore table-dropped\nDROP TABLE x;\n-- dbd:ignore column-dropped because it was\nSELECT 1;';

  test('explained findings do not count, reasons are required, idle comments are told', async () => {
    const report = await run({ failOn: 'warning' }, text);
    expect(
      report.findings
        .filter(({ rule }) => !rule.includes('limit') && !rule.includes('timeout'))
        .map(({ rule, place }) => `${rule} ${place}`)
        .toSorted(),
    ).toEqual([
      'idle-suppression m.sql:5:1',
      'suppression-without-reason m.sql:3:1',
      'table-dropped m.sql:4:1',
    ]);
    expect(report.output['explained']).toMatchObject([
      { rule: 'index-built-with-lock', explained: 'nobody writes at night' },
    ]);
  });

  test('the configuration: rules off and graver, deviations by table, file and day', async () => {
    const given = (config: string) =>
      run({ failOn: 'error' }, 'CREATE INDEX i ON users (a);\nDROP TABLE orders;', `standards:\n${config}\n`);
    expect(rulesOf(await given('  rules: { index-built-with-lock: off, table-dropped: error }'))).toEqual([
      'table-dropped m.sql:2:1',
    ]);
    expect(
      rulesOf(
        await given('  deviations: [{ rule: index-built-with-lock, object: public.users, because: small }]'),
      ),
    ).toEqual(['table-dropped m.sql:2:1']);
    expect(rulesOf(await given('  deviations: [{ rule: "*", object: m.sql, because: old }]'))).toEqual([]);
    expect(
      rulesOf(await given('  deviations: [{ rule: "*", object: m.sql, because: old, until: 2020-01-01 }]')),
    ).toHaveLength(2);
  });

  test('one rule, another version, standard input', async () => {
    expect(
      rulesOf(await run({ rule: ['table-dropped'] }, 'CREATE INDEX i ON users (a);\nDROP TABLE x;')),
    ).toEqual(['table-dropped m.sql:2:1']);
    await expect(run({ rule: ['table-droped'] }, 'SELECT 1;')).rejects.toMatchObject({
      hint: 'Did you mean table-dropped?',
    });
    expect((await run({ major: 14 }, 'SELECT 1;')).meta.limits.join()).toContain('PostgreSQL 14');
    expect(rulesOf(await run({ stdin: true }))).toEqual(['index-built-with-lock stdin.sql:1:1']);
    await expect(run({})).rejects.toMatchObject({ code: 'usage.missing-input' });
  });

  test('the list of rules', async () => {
    expect((await run({ rules: true })).blocks[0]).toMatchObject({ kind: 'table' });
  });
});

describe('outputs', () => {
  const surface = { width: 100, color: false, unicode: true };
  const text =
    '-- dbd:ignore table-dropped because it is empty\nDROP TABLE x;\nCREATE INDEX i ON users\n  (a);\nALTER TABLE users DROP COLUMN "100%:,";\n';

  test('SARIF: rules, regions, fixes, suppressions', async () => {
    const log = JSON.parse(
      await render(
        'sarif',
        await run({ rule: ['table-dropped', 'index-built-with-lock', 'column-dropped'] }, text),
        surface,
      ),
    ) as {
      version: string;
      runs: {
        tool: { driver: { name: string; rules: { id: string; help?: { text: string } }[] } };
        results: Record<string, unknown>[];
      }[];
    };
    expect(log.version).toBe('2.1.0');
    const [only] = log.runs;
    expect(only!.tool.driver.name).toBe('dbd');
    for (const result of only!.results) {
      expect(only!.tool.driver.rules[result['ruleIndex'] as number]!.id).toBe(result['ruleId']);
      expect(['error', 'warning', 'note']).toContain(result['level']);
      expect(result['locations']).toHaveLength(1);
    }
    expect(only!.tool.driver.rules.every(({ help }) => (help?.text.length ?? 0) > 20)).toBe(true);
    expect(only!.results[0]).toMatchObject({
      ruleId: 'index-built-with-lock',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'm.sql' },
            region: { startLine: 3, startColumn: 1, endLine: 4, endColumn: 6 },
          },
        },
      ],
      fixes: [
        {
          artifactChanges: [
            {
              replacements: [
                {
                  deletedRegion: { startLine: 3 },
                  insertedContent: { text: expect.stringContaining('CONCURRENTLY') },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(only!.results.at(-1)).toMatchObject({
      ruleId: 'table-dropped',
      suppressions: [{ kind: 'inSource', justification: 'it is empty' }],
    });
  });

  test('GitHub: one command a line, with everything escaped', async () => {
    const lines = (
      await render('github', await run({ rule: ['index-built-with-lock', 'column-dropped'] }, text), surface)
    )
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^::error file=m\.sql,line=3,endLine=4,title=index-built-with-lock::The index .*%0A/,
    );
    expect(lines[1]).toMatch(
      /^::warning file=m\.sql,line=5,endLine=5,col=1,endColumn=39,title=column-dropped::.*100%25/,
    );
  });

  test('GitLab: code quality with fingerprints that differ and stay', async () => {
    const entries = async (sql: string) =>
      JSON.parse(await render('gitlab', await run({ rule: ['index-built-with-lock'] }, sql), surface)) as {
        fingerprint: string;
        severity: string;
        location: unknown;
      }[];
    const [one, two] = await entries('CREATE INDEX ON users (a);\nCREATE INDEX ON users (a);');
    expect(one).toMatchObject({
      severity: 'critical',
      check_name: 'index-built-with-lock',
      location: { path: 'm.sql', lines: { begin: 1, end: 1 } },
    });
    expect(one!.fingerprint).not.toBe(two!.fingerprint);
    expect((await entries('\n\nCREATE INDEX ON users (a);'))[0]!.fingerprint).toBe(one!.fingerprint);
  });

  test('JSON is the report', async () => {
    expect(JSON.parse(await render('json', await run({}, text), surface))).toMatchObject({
      schema: 'dbd.report/1',
      command: 'lint',
    });
  });
});

describe('what nobody should write', () => {
  test('1,600 columns, long and strange names', async () => {
    const columns = Array.from({ length: 1600 }, (_, n) => `ADD COLUMN c${n} int`).join(', ');
    const report = await run(
      {},
      `ALTER TABLE users ${columns};\nALTER TABLE "a""; DROP TABLE x; --" ADD CONSTRAINT "é${'x'.repeat(70)}" CHECK ("ä b" > 0);`,
    );
    expect(rulesOf(report).toSorted()).toEqual([
      'check-validated-with-lock m.sql:2:1',
      'name-cut-short m.sql:2:1',
    ]);
    const fix = report.findings.find(({ rule }) => rule === 'check-validated-with-lock')!.fix!;
    expect(postgres.grammar.split(fix).map(({ kind }) => kind)).toEqual(['AlterTableStmt', 'AlterTableStmt']);
    expect(fix).toContain('"a""; DROP TABLE x; --"');
  });

  test('ten megabytes', async () => {
    const row = `INSERT INTO orders (id, note) VALUES (1, '${'x'.repeat(900)}');\n`;
    const report = await run({}, row.repeat(11_000) + 'DROP TABLE users;');
    expect(report.output['statements']).toBe(11_001);
    expect(rulesOf(report)).toEqual(['table-dropped m.sql:11001:1']);
  });

  test('nothing at all proves nothing', async () => {
    expect((await run({}, '-- later\n')).verdict).toBe('conditions');
  });
});
