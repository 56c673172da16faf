import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { preflightCommand } from '../deliver/preflight/preflight-command.ts';
import { parseBytes } from '../task/units.ts';
import { command } from './command.ts';
import { duration } from './twin-input.ts';

/** Asks a running database whether a change can be made now. */
export const preflight = command({
  name: 'preflight',
  summary: 'Ask a running database, read-only, whether its rows and sessions let a change through',
  input: z.object({
    change: z
      .array(z.string())
      .default([])
      .describe('a change folder, or SQL files')
      .meta({ positional: true }),
    database: z
      .string()
      .optional()
      .describe('address of the database or of a replica (default: $DATABASE_URL)'),
    primary: z
      .string()
      .optional()
      .describe(
        'address of the primary, when --database is a replica: sessions and locks are looked at there',
      ),
    timeout: z.string().default('60s').describe('longest time of one question'),
    free: z
      .string()
      .optional()
      .describe('free disk space of the server, such as 200GB, which SQL does not show'),
    resume: z.boolean().default(false).describe('take over answers of a run that was broken off'),
    out: z
      .string()
      .optional()
      .describe('file for the result (default: preflight.json in the change folder)')
      .meta({ short: 'o' }),
  }),
  output: z.looseObject({
    go: z
      .enum(['go', 'open', 'wait', 'stop'])
      .describe('stop: a step would fail; wait: not now; open: not everything was proven'),
    change: z.string().describe('hash of the files that were asked about'),
    file: z.string().optional().describe('the file that was written'),
    preflight: z.looseObject({}).describe('steps, questions and answers'),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'connects', 'files'],
  examples: [
    {
      call: 'dbd preflight changes/20261120T0915-users-email --database "$REPLICA_URL"',
      shows: 'which step would fail on which rows, and whom it would wait for',
    },
    { call: 'dbd preflight migration.sql --free 200GB', shows: 'the same for a file that somebody wrote' },
  ],
  run: async (given, context) => {
    if (given.change.length === 0)
      fail('usage.missing-input', 'Name the change: a folder or SQL files.', {
        hint: 'For example `dbd preflight changes/20261120T0915-users-email`.',
      });
    const url = given.database ?? context.env['DATABASE_URL'];
    if (!url)
      fail('usage.missing-input', 'Name the database: --database with an address, or DATABASE_URL.', {
        hint: 'A replica will do: questions only read.',
      });
    const free = given.free === undefined ? undefined : parseBytes(given.free);
    if (given.free !== undefined && free === undefined)
      fail('usage.wrong-option', `--free needs a size such as 200GB, not \`${given.free}\`.`);
    return preflightCommand({
      engine: await context.engine(),
      paths: given.change.map((path) => resolve(context.cwd, path)),
      shown: given.change,
      url: url!,
      timeoutMs: duration('--timeout', given.timeout),
      resume: given.resume,
      emit: context.emit,
      signal: context.signal,
      ...(free === undefined ? {} : { freeBytes: free }),
      ...(given.primary === undefined ? {} : { primaryUrl: given.primary }),
      ...(given.out === undefined ? {} : { out: resolve(context.cwd, given.out) }),
    });
  },
});
