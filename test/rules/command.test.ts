import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { isClean } from '../../src/report/build.ts';
import type { Report } from '../../src/report/model.ts';
import { schemaRules } from '../../src/rules/schema/all.ts';

const sql = `
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, price double precision);
COMMENT ON TABLE users IS 'People who sign in [class: internal; owner: accounts; retention: 2 years, then anonymise]';
CREATE TABLE plans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
COMMENT ON TABLE plans IS 'What a user pays for [class: public; owner: accounts; retention: 10 years, then delete]';
CREATE SCHEMA legacy;
CREATE TABLE legacy."OLD" (x money);
`;
const task = `# SHOP-1 Notes

\`\`\`yaml
dbd: 1
entities:
  E1 Note:
    owner: support
    classification: internal
    purpose: What somebody said
    fields: { body: { type: text, required: true }, sent: { type: \`timestamp\` } }
relations:
  L1: { from: E1, to: users, name: user, required: true }
lifecycle:
  C1: { of: E1, keep: 6 months, then: delete }
\`\`\`
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-check-'));
  await writeFile(join(folder, 'schema.sql'), sql);
  await writeFile(join(folder, 'SHOP-1.md'), task.replace('`timestamp`', '"`timestamp`"'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(given: Record<string, unknown>, standards = ''): Promise<Report> {
  await writeFile(join(folder, 'dbd.config.yaml'), `current: schema.sql\n${standards}`);
  return check.run(check.input.parse(given), {
    emit: () => undefined,
    signal: new AbortController().signal,
    cwd: folder,
    env: {},
    engine: async () => postgres,
    stdin: async () => '',
  });
}

const rulesOf = (report: Report): readonly string[] =>
  report.findings.map(({ rule, place }) => `${rule} ${place}`);

test('a structure: findings, and what they mean for the end of the process', async () => {
  const all = await run({});
  expect(rulesOf(all)).toEqual(
    expect.arrayContaining([
      'float-for-money public.users.price',
      'missing-primary-key legacy."OLD"',
      'money-type legacy."OLD".x',
      'unclassified-column public.users.email',
    ]),
  );
  expect(isClean(all)).toBe(false);
  const own = await run(
    { failOn: 'warning' },
    `standards:
  ignore: [legacy]
  rules: { float-for-money: info }
  deviations: [{ rule: unclassified-column, object: public.users.email, because: an address of the house, until: 2099-12-31 }]
`,
  );
  expect(rulesOf(own)).toEqual(['float-for-money public.users.price']);
  expect(own.output).toMatchObject({ tables: 2, counts: { error: 0, warning: 0, info: 1 }, explained: 1 });
  expect(isClean(own)).toBe(true);
  expect(JSON.stringify(own.blocks)).toContain('an address of the house');
  expect(
    isClean(
      await run(
        { failOn: 'info' },
        'standards: { ignore: [legacy], rules: { float-for-money: info, unclassified-column: off } }\n',
      ),
    ),
  ).toBe(false);
});

test('a task: its own tables only, with what it declares about them', async () => {
  const found = await run({ task: 'SHOP-1.md' });
  // The facts of the task stand in the comments that the change writes.
  expect(rulesOf(found)).toEqual(['timestamp-without-zone public.notes.sent']);
  const strict = await run({ task: 'SHOP-1.md' }, 'standards: { required_columns: [created_at] }\n');
  expect(rulesOf(strict)).toEqual([
    'timestamp-without-zone public.notes.sent',
    'missing-column public.notes',
  ]);
});

test("the server matches a team's patterns, and none of them runs wild", async () => {
  const found = await run({}, `standards: { names: { table: '^[a-z]+$', column: '^([a-z]+_?)+$' } }\n`);
  expect(rulesOf(found).filter((text) => text.startsWith('name-pattern'))).toEqual([
    'name-pattern legacy."OLD"',
  ]);
  await writeFile(
    join(folder, 'wild.sql'),
    `CREATE TABLE t (id bigint PRIMARY KEY, ${'a'.repeat(60)}1 int);`,
  );
  const wild = await run({ current: 'wild.sql' }, `standards: { names: { column: '^(a|aa|a*)*$' } }\n`);
  expect(rulesOf(wild).filter((text) => text.startsWith('name-pattern'))).toHaveLength(2);
  await expect(run({}, `standards: { names: { table: '(' } }\n`)).rejects.toMatchObject({
    code: 'config.invalid',
  });
});

test('rules that there are none of are refused, with the nearest one', async () => {
  await expect(run({}, 'standards: { rules: { mony-type: off } }\n')).rejects.toMatchObject({
    code: 'config.invalid',
    hint: 'Did you mean money-type?',
  });
});

test('the list of rules needs no server', async () => {
  const listed = await run({ rules: true });
  expect(listed.blocks[0]).toMatchObject({ kind: 'table' });
  for (const { id } of schemaRules) expect(JSON.stringify(listed.blocks)).toContain(id);
});

test('rules that are asked about no table prove nothing', async () => {
  const report = await run({}, 'standards: { ignore: [public, legacy] }\n');
  expect([report.verdict, report.output['tables'], report.findings]).toEqual(['conditions', 0, []]);
});
