import { resolve } from 'node:path';
import { z } from 'zod';
import { checkCommand, listRules } from '../deliver/standards/check.ts';
import { command } from './command.ts';
import { configFor, duration, taskBytes, twinInput } from './twin-input.ts';

const input = z.object({
  task: z
    .string()
    .optional()
    .describe('a task whose tables are checked; without it, the whole current structure')
    .meta({ positional: true }),
  current: twinInput.current,
  failOn: z
    .enum(['error', 'warning', 'info'])
    .optional()
    .describe(
      'end with 1 at findings of this severity or worse (default: `fail_on` of the configuration, else error)',
    ),
  rules: z.boolean().default(false).describe('list the rules and look at nothing'),
  limit: twinInput.limit,
  sandbox: twinInput.sandbox,
});

const output = z.looseObject({
  tables: z.number().optional().describe('tables that were looked at'),
  counts: z.record(z.string(), z.number()).optional().describe('findings by severity'),
  explained: z.number().optional().describe('findings that the configuration explains'),
});

/** Checks names, types, habits and governance of a structure. */
export const check = command({
  name: 'check',
  summary: "Check names, types, habits and governance of a structure against a team's standards",
  input,
  output,
  faces: ['cli'],
  effects: (given) => (given.rules ? ['reads'] : ['reads', 'sandbox']),
  examples: [
    {
      call: 'dbd check --current schema.sql',
      shows: 'what the rules find, each with a fix where there is one',
    },
    { call: 'dbd check KAN-29.md --fail-on warning', shows: 'the tables of a task, for a pull request' },
    { call: 'dbd check --rules', shows: 'every rule with what it finds' },
  ],
  run: async (given, context) => {
    if (given.rules) return listRules();
    const path = given.task === undefined ? undefined : resolve(context.cwd, given.task);
    const config = await configFor(context, given, [path]);
    return checkCommand({
      engine: await context.engine(),
      config,
      ...(path === undefined
        ? {}
        : { source: { text: await taskBytes(path, given.task!), name: given.task! } }),
      failOn: given.failOn ?? config.standards?.failOn ?? 'error',
      limitMs: duration('--limit', given.limit),
      cwd: context.cwd,
      emit: context.emit,
      signal: context.signal,
    });
  },
});
