import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { knownFrom, type KnownSource } from '../deliver/lint/known.ts';
import { lint as lintMigrations } from '../deliver/lint/lint.ts';
import { listChangeRules } from '../deliver/lint/rules-table.ts';
import { readMigrations, readText } from '../formats/reading/read.ts';
import { changeRules } from '../rules/change/all.ts';
import { command } from './command.ts';
import { knownRule } from './known-rule.ts';
import { configFor, twinInput } from './twin-input.ts';

const input = z.object({
  files: z
    .array(z.string())
    .default([])
    .describe('SQL files and folders of migrations, of any tool that is known')
    .meta({ positional: true }),
  stdin: z.boolean().default(false).describe('read SQL from standard input'),
  stdinName: z
    .string()
    .default('stdin.sql')
    .describe('name under which standard input is shown and understood'),
  snapshot: z.string().optional().describe('file of `dbd snapshot`: structure, sizes and version'),
  database: z
    .string()
    .optional()
    .describe('URL of a database whose structure and sizes are read, and nothing written'),
  current: twinInput.current,
  major: z
    .number()
    .int()
    .min(13)
    .max(18)
    .optional()
    .describe('major version of the server for which is judged (default: of the structure, else 18)'),
  format: z
    .enum(['text', 'json', 'sarif', 'github', 'gitlab'])
    .default('text')
    .describe('how the result is printed'),
  failOn: z
    .enum(['error', 'warning', 'info'])
    .optional()
    .describe(
      'end with 1 at findings of this severity or worse (default: `fail_on` of the configuration, else error)',
    ),
  rule: z.array(z.string()).default([]).describe('ask this rule only; may be given several times'),
  smallRows: z
    .number()
    .int()
    .min(0)
    .default(10_000)
    .describe('tables with fewer rows are read and written in a moment: findings about them are notes'),
  rules: z.boolean().default(false).describe('list the rules and look at nothing'),
  sandbox: twinInput.sandbox,
});

const output = z.looseObject({
  files: z.number().optional().describe('files that were read'),
  migrations: z.number().optional().describe('migrations that were found in them'),
  statements: z.number().optional().describe('statements that were looked at'),
  formats: z.record(z.string(), z.number()).optional().describe('files by the tool they are for'),
  counts: z.record(z.string(), z.number()).optional().describe('findings by severity'),
  explained: z
    .array(z.unknown())
    .optional()
    .describe('findings that a comment or the configuration explains'),
});

/** Says what a migration locks, reads and writes anew, from its text. */
export const lint = command({
  name: 'lint',
  summary: 'Say what migrations lock, read and write anew, from their text, and how nobody would wait',
  input,
  output,
  faces: ['cli'],
  effects: (given) => (given.current === undefined ? ['reads'] : ['reads', 'sandbox']),
  examples: [
    { call: 'dbd lint migrations/', shows: 'findings with the statement that holds nobody up' },
    {
      call: 'dbd lint migrations/ --snapshot prod.dbds',
      shows: 'the same, with production’s structure and sizes',
    },
    {
      call: 'dbd lint migrations/ --format sarif > lint.sarif',
      shows: 'for code scanning; github and gitlab are formats too',
    },
    { call: 'git show :db/next.sql | dbd lint --stdin', shows: 'one text' },
    { call: 'dbd lint --rules', shows: 'every rule with what it finds' },
  ],
  run: async (given, context) => {
    if (given.rules) return listChangeRules();
    if ((given.files.length === 0) === !given.stdin)
      fail('usage.missing-input', 'Give files or folders of migrations, or --stdin.', {
        hint: 'For example `dbd lint migrations/`.',
      });
    for (const name of given.rule) knownRule(name, changeRules, 'dbd lint --rules');
    const sources = [given.snapshot, given.database, given.current].filter((one) => one !== undefined);
    if (sources.length > 1)
      fail('usage.wrong-option', 'Give one of --snapshot, --database and --current.', {
        hint: 'A snapshot and a database know sizes too.',
      });
    const engine = await context.engine();
    const config = await configFor(
      context,
      given.current === undefined ? {} : { current: given.current },
      given.files.map((file) => resolve(context.cwd, file)),
    );
    const source: KnownSource =
      given.snapshot !== undefined
        ? { kind: 'snapshot', path: resolve(context.cwd, given.snapshot), shown: given.snapshot }
        : given.database !== undefined
          ? { kind: 'database', url: given.database }
          : { kind: given.current === undefined ? 'none' : 'current' };
    await engine.grammar.ready();
    const read = given.stdin
      ? readText(await context.stdin(), given.stdinName)
      : await readMigrations(given.files, context.cwd);
    const known = await knownFrom(source, { engine, config, emit: context.emit, signal: context.signal });
    return lintMigrations({
      engine,
      read,
      known: given.major === undefined ? known : { ...known, serverVersion: given.major * 10_000 },
      serverVersion: 180_000,
      failOn: given.failOn ?? config.standards?.failOn ?? 'error',
      only: given.rule,
      smallRows: given.smallRows,
      ...(config.standards
        ? { standards: { rules: config.standards.rules, deviations: config.standards.deviations } }
        : {}),
      today: new Date().toISOString().slice(0, 10),
    });
  },
});
