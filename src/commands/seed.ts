import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { today } from '../deliver/deliverables/seeds.ts';
import { seedCommand } from '../deliver/seeds/seed.ts';
import { command } from './command.ts';
import { configFor, duration, taskBytes, twinInput } from './twin-input.ts';

const input = z.object({
  task: z
    .string()
    .optional()
    .describe('a task whose change the rows are for; without it, the current structure')
    .meta({ positional: true }),
  current: twinInput.current,
  snapshot: twinInput.snapshot,
  kind: z
    .enum(['reference', 'development', 'all'])
    .default('all')
    .describe('rows that the structure is made of, made-up rows, or both'),
  rows: z.number().int().min(1).max(100_000).default(100).describe('rows of the largest table'),
  seed: z.number().int().default(1).describe('equal seeds give equal rows'),
  locale: z.string().default('en').describe('language of names, addresses and words: en, de, fr, ja …'),
  until: z.string().optional().describe('day on which the rows end, such as 2026-01-31 (default: today)'),
  database: z
    .string()
    .optional()
    .describe('load the rows into this database of this machine, in one transaction'),
  append: z.boolean().default(false).describe('also into tables that hold rows'),
  limit: twinInput.limit,
  sandbox: twinInput.sandbox,
  out: z.string().optional().describe('file for the script').meta({ short: 'o' }),
});

const output = z.looseObject({
  rows: z.record(z.string(), z.number()).optional().describe('rows per table'),
  file: z.string().optional().describe('where the script is'),
  loaded: z.number().optional().describe('rows that were loaded'),
});

/** Makes reference data and made-up rows, as SQL or straight into a database of this machine. */
export const seed = command({
  name: 'seed',
  summary: 'Make reference data and plausible rows that satisfy every constraint, as SQL or loaded',
  input,
  output,
  faces: ['cli'],
  effects: (given) => [
    'reads',
    'sandbox',
    ...(given.out === undefined ? [] : ['files' as const]),
    ...(given.database === undefined ? [] : ['database' as const]),
  ],
  examples: [
    { call: 'dbd seed --current schema.sql -o seeds.sql', shows: 'a script of made-up rows for a structure' },
    {
      call: 'dbd seed KAN-29.md --kind reference',
      shows: 'the rows that a change is made of, for any number of loads',
    },
    {
      call: 'dbd seed --database postgres://localhost/dev --rows 500',
      shows: 'made-up rows straight into a fresh database of this machine',
    },
  ],
  run: async (given, context) => {
    const path = given.task === undefined ? undefined : resolve(context.cwd, given.task);
    // Without another word the database that gets the rows tells the structure too.
    const current =
      given.current ??
      (given.task === undefined && given.snapshot === undefined ? given.database : undefined);
    const config = await configFor(context, { current, snapshot: given.snapshot, sandbox: given.sandbox }, [
      path,
    ]);
    return seedCommand({
      engine: await context.engine(),
      config,
      ...(path === undefined
        ? {}
        : { source: { text: await taskBytes(path, given.task!), name: given.task! } }),
      kind: given.kind,
      rows: given.rows,
      seed: given.seed,
      locale: given.locale,
      until: given.until === undefined ? today() : day(given.until),
      append: given.append,
      limitMs: duration('--limit', given.limit),
      ...(given.database === undefined ? {} : { database: given.database }),
      ...(given.out === undefined ? {} : { out: resolve(context.cwd, given.out) }),
      emit: context.emit,
      signal: context.signal,
    });
  },
});

function day(text: string): Date {
  const found = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN);
  return Number.isNaN(found.getTime())
    ? fail('usage.wrong-option', `--until needs a day such as 2026-01-31, not \`${text.slice(0, 40)}\`.`)
    : found;
}
