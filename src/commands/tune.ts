import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import type { TuneSource } from '../deliver/tune/source.ts';
import type { Engine, Snapshot } from '../engine/model.ts';
import { parseBytes } from '../task/units.ts';
import { changeName } from './change-name.ts';
import { command, type Context } from './command.ts';
import { configFor, duration, taskBytes, twinInput } from './twin-input.ts';

/** Rows of a filled twin with `--quick`. */
const quickRows = 20_000;
/** Longest time of a statement towards a replica, milliseconds. */
const readingMs = 60_000;

const input = z.object({
  snapshot: z
    .string()
    .optional()
    .describe('file of `dbd snapshot`: structure, statistics, counted statements'),
  database: z
    .string()
    .optional()
    .describe('URL of a database that is read as `dbd snapshot` reads it; nothing is written to it'),
  task: z.string().optional().describe('a task whose access patterns are tuned on its own change'),
  current: twinInput.current,
  workload: z
    .string()
    .optional()
    .describe(
      'statements instead of the counted ones: a file of named queries, SQL, a server log, or a folder',
    ),
  replica: z
    .array(z.string())
    .default([])
    .describe('snapshot or URL of a replica, for indexes that nobody uses; may be given several times')
    .meta({ fine: true }),
  replicas: z.number().int().min(0).optional().describe('how many replicas there are').meta({ fine: true }),
  budgetBytes: z.string().optional().describe('most bytes that new indexes may take, such as 500MB'),
  budgetWrites: z.string().optional().describe('most percent by which writes may take longer, such as 10'),
  build: z
    .boolean()
    .default(true)
    .describe('build nothing: estimates of the planner only')
    .meta({ fine: true }),
  rows: z
    .number()
    .int()
    .min(100)
    .max(200_000_000)
    .default(1_000_000)
    .describe('most rows of the filled twin'),
  quick: twinInput.quick,
  seed: twinInput.seed,
  cpus: z
    .number()
    .int()
    .positive()
    .max(4096)
    .optional()
    .describe('processors of the server in production')
    .meta({ fine: true }),
  memory: z
    .string()
    .optional()
    .describe('memory of the server in production, such as 64GB')
    .meta({ fine: true }),
  disk: z
    .enum(['ssd', 'network', 'hdd'])
    .optional()
    .describe('what the server in production stores on')
    .meta({ fine: true }),
  timeLimit: z
    .string()
    .default('60s')
    .describe('longest time of choosing among candidates')
    .meta({ fine: true }),
  limit: twinInput.limit,
  out: z
    .string()
    .optional()
    .describe('folder of changes; the advice becomes a change folder in it')
    .meta({ short: 'o' }),
  name: z.string().optional().describe('name of the change folder (default: time and `tune`)'),
  sandbox: twinInput.sandbox,
});

const output = z.looseObject({
  create: z.array(z.looseObject({ sql: z.string() })).describe('indexes that were built and held'),
  drop: z.array(z.looseObject({ sql: z.string() })),
  statistics: z.array(z.looseObject({ sql: z.string() })),
  withheld: z
    .array(z.looseObject({ what: z.string(), because: z.string() }))
    .describe('ideas that building them spoke against'),
  queries: z
    .array(z.looseObject({ name: z.string(), sql: z.string() }))
    .describe('each query with its estimated and measured figures'),
  bound: z
    .looseObject({ says: z.string() })
    .describe('how far the choice may be from the best estimated one'),
  frontier: z.array(z.looseObject({ bytes: z.number(), cost: z.number() })),
  unsupported: z.array(z.looseObject({ name: z.string(), reason: z.string() })),
  folder: z.string().optional().describe('the change folder that was written'),
});

/** Advises changes for a workload, each built and measured. */
export const tune = command({
  name: 'tune',
  summary: 'Choose indexes for a whole workload, build them on a twin, and advise what was measured',
  advice: 'For all statements together; `explain` is for one.',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: (given) => [
    'reads',
    'connects',
    'sandbox',
    ...(given.out === undefined ? [] : ['files' as const]),
  ],
  examples: [
    {
      call: 'dbd tune --snapshot prod.dbds -o changes',
      shows: 'indexes chosen together, each with its price, and a change folder',
    },
    {
      call: 'dbd tune --database "$DATABASE_URL" --budget-bytes 500MB --budget-writes 10',
      shows: 'the same for a running database, within a budget',
    },
    {
      call: 'dbd tune --snapshot prod.dbds --workload queries/ --no-build',
      shows: 'estimates for a folder of SQL, without building anything',
    },
    { call: 'dbd tune --task KAN-29.md', shows: 'the access patterns of a task, on its own change' },
  ],
  run: async (given, context) => {
    const source = sourceOf(given, context.cwd);
    if (source === undefined)
      fail('usage.missing-input', 'Name one of --snapshot, --database and --task.', {
        hint: 'For example `dbd tune --snapshot prod.dbds`.',
      });
    if (given.task !== undefined && given.workload !== undefined)
      fail('usage.wrong-option', 'A task brings its own access patterns: leave --workload out.');
    const paths = [given.snapshot, given.task, given.workload].filter((one) => one !== undefined);
    const config = await configFor(
      context,
      { ...(given.current === undefined ? {} : { current: given.current }), sandbox: given.sandbox },
      paths.map((path) => resolve(context.cwd, path)),
    );
    const memoryBytes = bytesOf('--memory', given.memory);
    const budgetBytes = bytesOf('--budget-bytes', given.budgetBytes);
    const budgetWrites = shareOf(given.budgetWrites);
    const engine = await context.engine();
    const { tuneCommand } = await import('../deliver/tune/tune.ts');
    return tuneCommand({
      engine,
      replicas: await replicasOf(given.replica, engine, context),
      ...(given.replicas === undefined ? {} : { replicaCount: given.replicas }),
      config,
      source:
        source.kind === 'task'
          ? { kind: 'task', task: { text: await taskBytes(source.path, source.shown), name: source.shown } }
          : source,
      rows: given.quick ? Math.min(quickRows, given.rows) : given.rows,
      quick: given.quick,
      seed: given.seed,
      limitMs: duration('--limit', given.limit),
      timeLimitMs: duration('--time-limit', given.timeLimit),
      build: given.build,
      budgets: {
        ...(budgetBytes === undefined ? {} : { bytes: budgetBytes }),
        ...(budgetWrites === undefined ? {} : { writes: budgetWrites }),
      },
      machine: {
        ...(given.cpus === undefined ? {} : { cpus: given.cpus }),
        ...(memoryBytes === undefined ? {} : { memoryBytes }),
        ...(given.disk === undefined ? {} : { disk: given.disk }),
      },
      ...(given.workload === undefined
        ? {}
        : { workload: { path: resolve(context.cwd, given.workload), shown: given.workload } }),
      ...(given.out === undefined
        ? {}
        : {
            out: {
              folder: resolve(context.cwd, given.out),
              shown: given.out,
              name: changeName(given.name, 'tune'),
            },
          }),
      emit: context.emit,
      signal: context.signal,
    });
  },
});

type Named =
  | Exclude<TuneSource, { readonly kind: 'task' }>
  | { readonly kind: 'task'; readonly path: string; readonly shown: string };

function sourceOf({ snapshot, database, task }: z.infer<typeof input>, cwd: string): Named | undefined {
  const given = [snapshot, database, task].filter((one) => one !== undefined);
  if (given.length > 1) fail('usage.wrong-option', 'Give one of --snapshot, --database and --task.');
  if (snapshot !== undefined) return { kind: 'snapshot', path: resolve(cwd, snapshot), shown: snapshot };
  if (database !== undefined) return { kind: 'database', url: database };
  return task === undefined ? undefined : { kind: 'task', path: resolve(cwd, task), shown: task };
}

async function replicasOf(
  given: readonly string[],
  engine: Engine,
  { cwd, emit, signal }: Context,
): Promise<readonly { readonly name: string; readonly snapshot: Snapshot }[]> {
  if (given.length === 0) return [];
  const [{ capture }, { readSnapshot }] = await Promise.all([
    import('../deliver/tune/source.ts'),
    import('../snapshot/file.ts'),
  ]);
  const found: { readonly name: string; readonly snapshot: Snapshot }[] = [];
  for (const [at, one] of given.entries())
    found.push(
      one.includes('://')
        ? {
            name: `replica ${at + 1}`,
            snapshot: await capture({ engine, limitMs: readingMs, emit, signal }, one),
          }
        : { name: one, snapshot: await readSnapshot(resolve(cwd, one)) },
    );
  return found;
}

function bytesOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  return (
    parseBytes(text) ??
    fail('usage.wrong-option', `${flag} needs a size such as 500MB or 64GB, not \`${text}\`.`)
  );
}

function shareOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim()) ?? [];
  return percent === undefined
    ? fail('usage.wrong-option', `--budget-writes needs a percentage such as 10, not \`${text}\`.`)
    : Number(percent) / 100;
}
