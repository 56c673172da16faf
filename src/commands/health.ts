import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { command } from './command.ts';
import { knownRule } from './known-rule.ts';
import { configFor, duration } from './twin-input.ts';

const input = z.object({
  database: z.string().optional().describe('URL of a running database, which is read and never written'),
  snapshot: z.string().optional().describe('file of `dbd snapshot`: what it holds is judged, the rest told'),
  replica: z
    .array(z.string())
    .default([])
    .describe(
      'URL of another node of the cluster, whose use of indexes counts too; may be given several times',
    ),
  window: z.string().optional().describe('look at the counters twice, so far apart, for rates: 10s'),
  format: z
    .enum(['text', 'json', 'sarif', 'github', 'gitlab'])
    .default('text')
    .describe('how the result is printed')
    .meta({ fine: true }),
  failOn: z
    .enum(['error', 'warning', 'info'])
    .optional()
    .describe(
      'end with 1 at findings of this severity or worse (default: `fail_on` of the configuration, else error)',
    )
    .meta({ fine: true }),
  baseline: z
    .string()
    .optional()
    .describe('file of findings that are known: only others count')
    .meta({ fine: true }),
  writeBaseline: z
    .boolean()
    .default(false)
    .describe('write what is found into --baseline, and count nothing')
    .meta({ fine: true }),
  rule: z.array(z.string()).default([]).describe('ask this rule only; may be given several times'),
  rules: z.boolean().default(false).describe('list the rules and look at nothing').meta({ fine: true }),
  fix: z
    .boolean()
    .default(false)
    .describe('print the SQL that mends, and nothing else; it is never run')
    .meta({ fine: true }),
});

const output = z.looseObject({
  counts: z.record(z.string(), z.number()).optional().describe('findings by severity'),
  unjudged: z.array(z.unknown()).optional().describe('rules without a verdict, why, and what opens them'),
  baseline: z
    .unknown()
    .optional()
    .describe('findings of the baseline that are there still, and those that are gone'),
  explained: z.array(z.unknown()).optional().describe('findings that the configuration explains'),
});

/** Says how a running database is. */
export const health = command({
  name: 'health',
  summary: 'Say how a running database is: indexes, bloat, cleaning, sessions, replication, settings, rights',
  advice: 'Reads only.',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: (given) => (given.writeBaseline ? ['reads', 'connects', 'files'] : ['reads', 'connects']),
  plain: (given) => given.fix,
  examples: [
    {
      call: 'dbd health --database "$URL"',
      shows: 'findings by gravity, each with figures and a way to mend it',
    },
    {
      call: 'dbd health --database "$URL" --window 10s',
      shows: 'rates too: deadlocks, rollbacks, pages not found in memory',
    },
    {
      call: 'dbd health --database "$URL" --replica "$REPLICA" --rule unused-index',
      shows: 'indexes that no node uses',
    },
    {
      call: 'dbd health --snapshot prod.dbds --format sarif > health.sarif',
      shows: 'what a snapshot tells, for code scanning',
    },
    {
      call: 'dbd health --database "$URL" --baseline known.json --write-baseline',
      shows: 'what is there today no longer counts',
    },
    { call: 'dbd health --database "$URL" --fix > mend.sql', shows: 'the SQL that mends, to read and run' },
    { call: 'dbd health --rules', shows: 'every rule with what it finds' },
  ],
  run: async (given, context) => {
    const [{ health: askHealth }, { listHealthRules }, { checkRuleNames }, { healthRules }] =
      await Promise.all([
        import('../deliver/health/health.ts'),
        import('../deliver/health/rules-table.ts'),
        import('../deliver/standards/standards.ts'),
        import('../rules/health/all.ts'),
      ]);
    if (given.rules) return listHealthRules();
    if ((given.database === undefined) === (given.snapshot === undefined))
      fail('usage.missing-input', 'Give --database or --snapshot.', {
        hint: 'For example `dbd health --database postgres://reader@db.example.org/shop`.',
      });
    if (given.writeBaseline && given.baseline === undefined)
      fail('usage.wrong-option', '--write-baseline needs a file: give --baseline too.');
    for (const name of given.rule) knownRule(name, healthRules, 'dbd health --rules');
    const windowMs = given.window === undefined ? undefined : duration('--window', given.window);
    if (windowMs !== undefined && (windowMs < 100 || windowMs > 3_600_000 || given.snapshot !== undefined))
      fail('usage.wrong-option', '--window needs a running database and a time from 100ms to 1h.');
    const engine = await context.engine();
    const config = await configFor(context, {});
    if (config.standards) checkRuleNames(config.standards);
    return askHealth({
      engine,
      from:
        given.database === undefined
          ? { kind: 'snapshot', path: resolve(context.cwd, given.snapshot!) }
          : { kind: 'database', url: given.database },
      replicas: given.replica,
      ...(windowMs === undefined ? {} : { windowMs }),
      failOn: given.failOn ?? config.standards?.failOn ?? 'error',
      only: given.rule,
      ...(config.standards ? { standards: config.standards } : {}),
      ...(given.baseline === undefined
        ? {}
        : {
            baseline: {
              path: resolve(context.cwd, given.baseline),
              shown: given.baseline,
              write: given.writeBaseline,
            },
          }),
      script: given.fix,
      today: new Date().toISOString().slice(0, 10),
      emit: context.emit,
      signal: context.signal,
    });
  },
});
