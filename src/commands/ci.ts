import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { checkMerge } from '../deliver/merge/check.ts';
import type { SignKey } from '../deliver/merge/model.ts';
import { command, type Context } from './command.ts';
import { reportFormats } from './formats.ts';
import { duration, twinInput } from './twin-input.ts';

const input = z.object({
  command: z
    .array(z.string())
    .default([])
    .describe('with --allow-code: the command that runs the branch’s migrations')
    .meta({ rest: true }),
  base: z
    .string()
    .describe('where the branch will be merged: a branch, tag or commit of this clone')
    .meta({ missing: 'For example `dbd ci --base origin/main`.' }),
  head: z.string().default('HEAD').describe('the branch'),
  changes: z
    .array(z.string())
    .default([])
    .describe('folders of migrations or changes to look at (default: all that look like it)'),
  signKey: z
    .string()
    .optional()
    .describe('file of the private key that signs evidence of change folders, outside the repository'),
  signKeyEnv: z.string().optional().describe('variable that holds the private key instead'),
  allowCode: z
    .boolean()
    .default(false)
    .describe('programs of the branch may run here; never for strangers’ branches beside secrets'),
  current: twinInput.current,
  snapshot: twinInput.snapshot,
  workload: twinInput.workload,
  rows: twinInput.rows,
  seed: twinInput.seed,
  quick: twinInput.quick,
  limit: twinInput.limit,
  blocked: z.string().default('500ms').describe('longest time any query may wait'),
  sandbox: twinInput.sandbox,
  out: z
    .string()
    .optional()
    .describe('folder for report, summary, annotations, SARIF, code quality, note and signed evidence')
    .meta({ short: 'o' }),
  format: z.enum(reportFormats).optional().describe('how the result is printed'),
});

const output = z.looseObject({
  base: z.string().describe('commit of the base'),
  head: z.string().describe('commit of the branch'),
  tree: z.string().describe('tree of the merge result'),
  conflicts: z.array(z.string()),
  rehearsed: z.array(z.looseObject({ name: z.string(), files: z.array(z.string()) })),
  signed: z.array(z.looseObject({ change: z.string() })),
  folder: z.string().optional(),
  files: z.array(z.string()).optional(),
});

/** Checks a branch before it is merged. */
export const ci = command({
  name: 'ci',
  summary: 'Rehearse what a branch adds to the database on its merge result, before it is merged',
  input,
  output,
  faces: ['cli'],
  effects: (given) => (given.out === undefined ? ['reads', 'sandbox'] : ['reads', 'files', 'sandbox']),
  examples: [
    {
      call: 'dbd ci --base origin/main',
      shows: 'locks, losses, edited migrations and clashes of versions, for every tool that is known',
    },
    {
      call: 'dbd ci --base origin/main -o dbd-ci --sign-key-env DBD_EVIDENCE_KEY',
      shows: 'the same as files for a code host, with signed evidence',
    },
    {
      call: 'dbd ci --base origin/main --allow-code -- npx knex migrate:latest',
      shows: 'migrations that are programs, run on the merge result',
    },
  ],
  run: async (given, context) => {
    if (given.command.length > 0 && !given.allowCode)
      fail('usage.wrong-option', 'A command runs programs of the branch, and needs --allow-code.', {
        hint: 'Give it for branches that you trust, in a job without secrets.',
      });
    if (given.signKey !== undefined && given.signKeyEnv !== undefined)
      fail('usage.wrong-option', 'Give --sign-key or --sign-key-env, not both.');
    const key = keyOf(given.signKey, given.signKeyEnv, context);
    return checkMerge({
      engine: await context.engine(),
      base: given.base,
      head: given.head,
      folders: given.changes,
      ...(given.allowCode ? { code: { command: given.command } } : {}),
      ...(key ? { key } : {}),
      overrides: {
        current: given.current,
        snapshot: given.snapshot,
        workload: given.workload,
        sandbox: given.sandbox,
      },
      rows: given.rows,
      quick: given.quick,
      seed: given.seed,
      blockedMs: duration('--blocked', given.blocked),
      limitMs: duration('--limit', given.limit),
      ...(given.out === undefined ? {} : { out: resolve(context.cwd, given.out) }),
      cwd: context.cwd,
      env: context.env,
      emit: context.emit,
      signal: context.signal,
    });
  },
});

function keyOf(
  file: string | undefined,
  variable: string | undefined,
  { cwd, env }: Context,
): SignKey | undefined {
  if (file !== undefined) return { kind: 'file', path: resolve(cwd, file), shown: file };
  return variable === undefined ? undefined : { kind: 'variable', name: variable, text: env[variable] ?? '' };
}
