import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import type { TuneSource } from '../deliver/tune/source.ts';
import type { Context } from './command.ts';
import { command } from './command.ts';
import { configFor, duration, taskBytes, twinInput } from './twin-input.ts';

const input = z.object({
  given: z
    .string()
    .describe('SQL, a plan, a file with either, or - for standard input')
    .meta({ positional: true }),
  snapshot: z
    .string()
    .optional()
    .describe('file of `dbd snapshot`: a twin of it says what production would choose'),
  database: z
    .string()
    .optional()
    .describe('URL of a database that plans the statement in a read-only transaction; nothing is run there'),
  task: z.string().optional().describe('task whose changed structure, filled with its rows, is asked'),
  current: z
    .string()
    .optional()
    .describe("today's structure for --task: a read-only URL, a file or folder of SQL, or a snapshot"),
  before: z
    .string()
    .optional()
    .describe('plan, or file of one, that is compared step by step')
    .meta({ fine: true }),
  statement: z
    .string()
    .optional()
    .describe('SQL of the plan that is given, to try fixes')
    .meta({ fine: true }),
  value: z
    .array(z.string())
    .default([])
    .describe('value of a parameter: 1=42 for $1, name=x for :name; NULL; may be given several times'),
  analyze: z
    .boolean()
    .default(false)
    .describe('run it on the rows of a filled twin, and time every fix in turns'),
  tries: z.boolean().default(true).describe('do not try fixes and other strategies').meta({ fine: true }),
  rows: z
    .number()
    .int()
    .min(100)
    .max(200_000_000)
    .optional()
    .describe('rows of the whole filled twin')
    .meta({ fine: true }),
  seed: twinInput.seed,
  limit: z
    .string()
    .default('30s')
    .describe('longest time of a run, and of all runs of one trial')
    .meta({ fine: true }),
  yaml: z.boolean().default(false).describe('print the result as YAML').meta({ fine: true }),
  sandbox: twinInput.sandbox,
});

const output = z.looseObject({
  statement: z.string().optional().describe('the statement, with $n for its parameters'),
  from: z.string().describe('whose plan it is'),
  plans: z
    .array(z.looseObject({ kind: z.string() }))
    .describe('plans: as given, for common, for skewed and for all values'),
  run: z.looseObject({}).optional().describe('the plan that was run on rows'),
  planFindings: z
    .array(z.looseObject({ rule: z.string() }))
    .describe('what the rules find: node, evidence, share at stake, fix'),
  fixes: z
    .array(z.looseObject({ verdict: z.string() }))
    .describe('each fix with what trying it showed, or why it was not tried'),
  strategies: z.array(z.looseObject({ says: z.string() })).describe('other strategies'),
  joinOrders: z
    .looseObject({ says: z.string(), orders: z.array(z.looseObject({ tables: z.array(z.string()) })) })
    .optional()
    .describe('other orders of the joins: planned, and the best ones timed'),
  compared: z
    .array(z.looseObject({ kind: z.string() }))
    .optional()
    .describe('both plans step by step'),
});

/** Reads a plan as an expert would. */
export const explain = command({
  name: 'explain',
  summary: 'Read the plan of a statement as an expert would, and try every fix on a twin',
  advice: 'Nothing is run on the database; `analyze` runs it on a twin.',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: ({ snapshot, database, task }) => [
    'reads',
    'connects',
    ...(snapshot === undefined && database === undefined && task === undefined ? [] : (['sandbox'] as const)),
  ],
  plain: (given) => given.yaml,
  examples: [
    { call: 'dbd explain plan.json', shows: 'the plan drawn, with findings and their fixes' },
    {
      call: "dbd explain 'SELECT * FROM orders WHERE status = $1' --snapshot prod.dbds",
      shows: 'the plan production would choose for common and for skewed values, and fixes tried on a twin',
    },
    {
      call: 'dbd explain query.sql --snapshot prod.dbds --analyze',
      shows: 'the statement run on a filled twin, and every fix built and timed in turns',
    },
    { call: 'dbd explain after.txt --before before.txt', shows: 'two plans aligned step by step' },
  ],
  run: async (given, context) => {
    const named = [given.snapshot, given.database, given.task].filter((one) => one !== undefined);
    if (named.length > 1)
      fail('usage.wrong-option', 'Give one of --snapshot, --database and --task.', {
        hint: 'Each of them says whose planner is asked.',
      });
    if (given.analyze && named.length === 0)
      fail('usage.wrong-option', '--analyze needs rows to run on.', {
        hint: 'Add --snapshot FILE, --database URL or --task FILE: the statement runs on a filled twin only.',
      });
    if (given.current !== undefined && given.task === undefined)
      fail('usage.wrong-option', '--current belongs to --task.', {
        hint: 'For a structure of today give --snapshot or --database.',
      });
    const limitMs = duration('--limit', given.limit);
    const source = await sourceOf(given, context);
    const paths = [given.snapshot, given.task].map((path) => path && resolve(context.cwd, path));
    const config = await configFor(
      context,
      { sandbox: given.sandbox, ...(given.current === undefined ? {} : { current: given.current }) },
      paths,
    );
    const { explain: explainStatement } = await import('../deliver/explain/explain.ts');
    return explainStatement({
      engine: await context.engine(),
      cwd: context.cwd,
      stdin: () => context.stdin(),
      emit: context.emit,
      signal: context.signal,
      config,
      given: given.given,
      values: valuesOf(given.value),
      analyze: given.analyze,
      tries: given.tries,
      seed: given.seed,
      limitMs,
      yaml: given.yaml,
      ...(given.before === undefined ? {} : { before: given.before }),
      ...(given.statement === undefined ? {} : { statement: given.statement }),
      ...(given.rows === undefined ? {} : { rows: given.rows }),
      ...(source === undefined ? {} : { source }),
    });
  },
});

async function sourceOf(
  { snapshot, database, task }: z.infer<typeof input>,
  { cwd }: Context,
): Promise<TuneSource | undefined> {
  if (snapshot !== undefined) return { kind: 'snapshot', path: resolve(cwd, snapshot), shown: snapshot };
  if (database !== undefined) return { kind: 'database', url: database };
  if (task === undefined) return undefined;
  const path = resolve(cwd, task);
  return { kind: 'task', task: { text: await taskBytes(path, task), name: task } };
}

/** `1=42`, `name=x`. */
function valuesOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] =
        /^[$:]?([^=]+)=([\s\S]*)$/.exec(text) ??
        fail('usage.wrong-option', `--value ${text} has no name.`, {
          hint: 'Write --value 1=42 for $1, or --value tenant=42 for :tenant.',
        });
      return [name!, value!];
    }),
  );
}
