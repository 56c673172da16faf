import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { bench as runBench } from '../deliver/bench/bench.ts';
import type { BenchMode, BenchOptions } from '../deliver/bench/model.ts';
import { currentWorkload } from '../deliver/current/current-workload.ts';
import { readTask } from '../task/task.ts';
import { command } from './command.ts';
import { configFor, duration, taskBytes, twinInput } from './twin-input.ts';

/** Longest step of a search, seconds. */
const longestStep = 30;
/** Longest measurement, milliseconds; and rows of a twin with `--quick`. */
const longestMs = 600_000;
const quickRows = 20_000;

const input = z.object({
  ...twinInput,
  snapshot: twinInput.snapshot.describe(
    'file of `dbd snapshot`: structure and volumes, instead of --current',
  ),
  workload: z
    .string()
    .optional()
    .describe('file of named queries (default: the one of dbd.config.yaml)')
    .meta({ positional: true }),
  task: z.string().optional().describe("a task whose access patterns are run, instead of a file's queries"),
  database: z
    .string()
    .optional()
    .describe('address of a database to load, read-only, instead of a twin; it must be on this machine'),
  development: z
    .string()
    .optional()
    .describe(
      'allow a database elsewhere: its place as host:port/name, so that nobody loads production by a wrong variable',
    ),
  rate: z.string().default('x1').describe('times the declared rates, such as x2 or x0.5'),
  peak: z.boolean().default(false).describe('the peak rates instead of the average ones'),
  clients: z
    .number()
    .int()
    .min(1)
    .max(200)
    .optional()
    .describe('closed loop: so many clients, each of which waits for its answer'),
  think: z.string().default('0ms').describe('mean pause of a client between answer and question'),
  saturate: z
    .boolean()
    .default(false)
    .describe('raise the rate until it is not kept up, and tell where that is'),
  writes: z.boolean().default(false).describe('run writing queries too; on a twin only'),
  seconds: z
    .number()
    .positive()
    .max(600)
    .optional()
    .describe('measured time, or that of each step (default 10, or 3)'),
  connections: z.number().int().min(1).max(200).default(16).describe('connections of the open loop'),
  timeout: z.string().default('5s').describe('a call that takes longer is cancelled'),
});

/** Runs a workload and measures it. */
export const bench = command({
  name: 'bench',
  summary: 'Load a twin, or a database of this machine, with named queries and measure latencies',
  input,
  output: z.looseObject({
    target: z.string(),
    queries: z
      .array(z.looseObject({ name: z.string() }))
      .optional()
      .describe('percentiles and buckets'),
    saturation: z.looseObject({}).optional().describe('steps and the interval of the knee'),
  }),
  faces: ['cli'],
  effects: ({ database }) => (database === undefined ? ['reads', 'sandbox'] : ['reads', 'database']),
  examples: [
    {
      call: 'dbd bench workload.queries.sql --current schema.sql',
      shows: 'latencies at the declared rates on a filled twin',
    },
    { call: 'dbd bench --saturate', shows: 'the rate at which the twin no longer keeps up' },
    { call: 'dbd bench --clients 8 --think 50ms', shows: 'eight clients that wait for their answers' },
    {
      call: 'dbd bench queries.sql --database postgres://localhost/app',
      shows: 'your development database, read-only',
    },
  ],
  run: async (given, context) => {
    if (given.task !== undefined && given.workload !== undefined)
      fail('usage.wrong-option', 'Give a file of queries or --task, not both.');
    const files = [given.task, given.workload].flatMap((path) =>
      path === undefined ? [] : [resolve(context.cwd, path)],
    );
    const config = await configFor(context, given, files);
    const mode = modeOf(given);
    const seconds = given.seconds ?? (mode.kind === 'saturate' ? 3 : 10);
    if (mode.kind === 'saturate' && seconds > longestStep)
      fail('usage.wrong-option', `--seconds is at most ${longestStep} for a step of --saturate.`);
    return runBench({
      engine: await context.engine(),
      config,
      source: given.task === undefined ? await workloadOf(config.workload) : await taskOf(files[0]!),
      writes: given.writes,
      mode,
      durationMs: Math.min(longestMs, seconds * 1000),
      timeoutMs: Math.max(1, duration('--timeout', given.timeout)),
      rows: given.quick ? Math.min(quickRows, given.rows) : given.rows,
      seed: given.seed,
      quick: given.quick,
      limitMs: duration('--limit', given.limit),
      cwd: context.cwd,
      emit: context.emit,
      signal: context.signal,
      ...(given.scale === undefined ? {} : { scale: given.scale }),
      ...(given.database === undefined ? {} : { url: given.database }),
      ...(given.development === undefined ? {} : { development: given.development }),
    });
  },
});

/** Steps of a search at most, without the repetitions. */
const mostSteps = 14;

function modeOf(given: z.infer<typeof input>): BenchMode {
  const [, number] = /^x?(\d+(?:\.\d+)?)$/.exec(given.rate.trim()) ?? [];
  const factor = Number(number);
  if (!(factor > 0 && factor <= 10_000))
    fail('usage.wrong-option', `--rate ${given.rate} is not a factor.`, { hint: 'Write it as x2 or x0.5.' });
  if (given.clients !== undefined) {
    if (given.saturate || factor !== 1 || given.peak)
      fail('usage.wrong-option', '--clients has no rates: leave out --rate, --peak and --saturate.');
    return { kind: 'closed', clients: given.clients, thinkMs: thinkOf(given.think) };
  }
  if (thinkOf(given.think) > 0) fail('usage.wrong-option', '--think needs --clients.');
  const open = { factor, at: given.peak ? 'peak' : 'average', connections: given.connections } as const;
  return given.saturate ? { kind: 'saturate', ...open, steps: mostSteps } : { kind: 'open', ...open };
}

function thinkOf(text: string): number {
  return /^0\s*[a-z]*$/i.test(text.trim()) ? 0 : duration('--think', text);
}

async function workloadOf(path: string | undefined): Promise<BenchOptions['source']> {
  const workload =
    (await currentWorkload(path)) ??
    fail('usage.missing-input', '`dbd bench` needs a file of named queries, or --task.', {
      hint: 'For example `dbd bench workload.queries.sql`.',
    });
  return { kind: 'workload', workload };
}

async function taskOf(path: string): Promise<BenchOptions['source']> {
  const task = readTask({ text: await taskBytes(path, path), name: path });
  if (task.requirements.access.length === 0)
    fail('usage.missing-input', 'The task names no access pattern.', {
      hint: 'Add `access:` to its block, or give a file of queries.',
    });
  return { kind: 'task', task };
}
