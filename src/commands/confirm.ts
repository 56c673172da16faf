import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { confirm as runConfirm, takeBefore } from '../deliver/confirm/confirm.ts';
import { command } from './command.ts';
import { duration } from './twin-input.ts';

/** Holds a deployed change against production's own figures. */
export const confirm = command({
  name: 'confirm',
  summary: "Hold a deployed change against production's own figures, before and after",
  input: z.object({
    change: z
      .array(z.string())
      .default([])
      .describe('the change folder, or SQL files, that was deployed')
      .meta({ positional: true }),
    database: z.string().optional().describe('address of the database (default: $DATABASE_URL)'),
    before: z
      .string()
      .optional()
      .describe('figures from before: a file of --take, or any snapshot of the database'),
    take: z.string().optional().describe('keep the figures of now in this file, ahead of the change'),
    timeout: z.string().default('30s').describe('longest time of one question'),
  }),
  output: z.looseObject({
    file: z.string().optional().describe('the file that was written, with --take'),
    statements: z.unknown().optional().describe('each statement before and after, with its noise'),
    expected: z
      .array(z.looseObject({ says: z.string() }))
      .optional()
      .describe('what the change was to leave, and whether it did'),
  }),
  faces: ['cli'],
  effects: ({ take }) => ['reads', 'connects', ...(take === undefined ? [] : ['files' as const])],
  examples: [
    {
      call: 'dbd confirm --take before.dbds --database "$DATABASE_URL"',
      shows: 'what is kept, ahead of the change',
    },
    {
      call: 'dbd confirm changes/20261120T0915-users-email --before before.dbds',
      shows: 'structure, queries, errors and what was left over',
    },
  ],
  run: async (given, context) => {
    const url = given.database ?? context.env['DATABASE_URL'];
    if (!url)
      fail('usage.missing-input', 'Name the database: --database with an address, or DATABASE_URL.', {
        hint: 'Everything is read only.',
      });
    const options = {
      engine: await context.engine(),
      url: url!,
      timeoutMs: duration('--timeout', given.timeout),
      emit: context.emit,
      signal: context.signal,
    };
    if (given.take !== undefined) {
      if (given.change.length > 0 || given.before !== undefined)
        fail('usage.wrong-option', '--take keeps the figures of now; leave out the change and --before.');
      return takeBefore({ ...options, out: resolve(context.cwd, given.take), shown: given.take });
    }
    if (given.change.length === 0)
      fail(
        'usage.missing-input',
        'Name the change that was deployed, or keep the figures of now with --take.',
        {
          hint: 'For example `dbd confirm --take before.dbds`.',
        },
      );
    return runConfirm({
      ...options,
      paths: given.change.map((path) => resolve(context.cwd, path)),
      shown: given.change,
      ...(given.before === undefined ? {} : { before: resolve(context.cwd, given.before) }),
    });
  },
});
