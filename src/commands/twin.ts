import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { standTwin } from '../deliver/twins/twin.ts';
import { command } from './command.ts';
import { configFor, duration } from './twin-input.ts';

/** Longest life of a kept twin, milliseconds. */
const longestMs = 7 * 24 * 3_600_000;

/** Makes a database from a snapshot that plans, or behaves, as production does. */
export const twin = command({
  name: 'twin',
  summary: 'Make a database from a snapshot that plans (hollow) or behaves (filled) as production does',
  input: z.object({
    file: z.string().describe('snapshot made by `dbd snapshot`').meta({ positional: true }),
    hollow: z
      .boolean()
      .default(false)
      .describe('no rows: the planner answers as in production, in a few megabytes (default)'),
    filled: z.boolean().default(false).describe('rows that follow the statistics, under all constraints'),
    scale: z.number().positive().max(100).optional().describe("share of production's rows"),
    rows: z
      .number()
      .int()
      .min(100)
      .max(2_000_000_000)
      .optional()
      .describe('rows of the whole twin, instead of --scale (default: 1,000,000 or all, if fewer)'),
    seed: z.number().int().default(1).describe('equal seeds give equal rows'),
    fidelity: z.boolean().default(true).describe('do not measure how true the filled twin is'),
    ttl: z.string().default('1 h').describe('how long it lives unless it is stopped'),
    sandbox: z.string().optional().describe('folder of PostgreSQL binaries to use'),
  }),
  output: z.looseObject({
    id: z.string().describe('name for `dbd twin stop`'),
    url: z.string().describe('address of the twin, as its unprivileged owner'),
    exact: z.boolean().describe('plans are those of production, with nothing left out'),
    notExact: z
      .array(z.looseObject({ what: z.string(), why: z.string() }))
      .describe('what may be planned or behave differently'),
    fidelity: z
      .looseObject({})
      .optional()
      .describe('how true a filled twin is: marks, worst columns and queries'),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'sandbox'],
  examples: [
    {
      call: 'dbd twin prod.dbds',
      shows: "an address where EXPLAIN answers as in production, and what isn't exact",
    },
    {
      call: 'dbd twin prod.dbds --filled --rows 1000000',
      shows: 'a million rows that behave like production, and how true they are',
    },
    { call: 'psql "$(dbd twin prod.dbds --json | jq -r .url)"', shows: 'a prompt on a hollow twin' },
  ],
  run: async (given, context) => {
    if (given.hollow && given.filled)
      fail('usage.wrong-option', 'A twin is either --hollow or --filled.', {
        hint: 'Start two: each has its own address.',
      });
    if (!given.filled && (given.scale !== undefined || given.rows !== undefined))
      fail('usage.wrong-option', 'A hollow twin has no rows: --scale and --rows need --filled.');
    if (given.scale !== undefined && given.rows !== undefined)
      fail('usage.wrong-option', 'Give one of --scale and --rows.');
    const ttlMs = duration('--ttl', given.ttl);
    if (ttlMs < 1000 || ttlMs > longestMs)
      fail('usage.wrong-option', `--ttl ${given.ttl} is not between a second and a week.`);
    const file = resolve(context.cwd, given.file);
    const config = await configFor(context, { sandbox: given.sandbox }, [file]);
    return standTwin({
      engine: await context.engine(),
      file,
      shown: given.file,
      kind: given.filled ? 'filled' : 'hollow',
      config,
      seed: given.seed,
      fidelity: given.fidelity,
      ttlMs,
      emit: context.emit,
      signal: context.signal,
      ...(given.scale === undefined ? {} : { scale: given.scale }),
      ...(given.rows === undefined ? {} : { rows: given.rows }),
    });
  },
});
