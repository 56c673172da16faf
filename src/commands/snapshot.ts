import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { captureCommand, scriptCommand } from '../deliver/snapshot/capture.ts';
import type { ProbeKind } from '../engine/model.ts';
import { command } from './command.ts';
import { configFor, duration } from './twin-input.ts';

const probeKinds: readonly ProbeKind[] = ['fan-out', 'pairs', 'offsets', 'prefixes', 'ends'];

const input = z.object({
  database: z.string().optional().describe('address of the database (default: $DATABASE_URL)'),
  from: z.string().optional().describe('output of the script, instead of a connection'),
  script: z
    .boolean()
    .default(false)
    .describe('print the SQL that a person reads and runs with psql, instead of connecting'),
  probe: z
    .string()
    .optional()
    .describe(`also ask rows for aggregates: ${probeKinds.join(', ')} (separated by commas), or all`),
  statements: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(1000)
    .describe('keep so many of the busiest statements'),
  samples: z
    .array(z.string())
    .default([])
    .describe('logs of the server, which hold the values that the statements were called with'),
  timeout: z.string().default('30s').describe('longest time of one statement on the server'),
  mask: z
    .string()
    .default('auto')
    .describe(
      'columns whose values are replaced by made-up ones: auto (declared or guessed private), none, or table.column,…',
    ),
  out: z.string().optional().describe('file to write').meta({ short: 'o' }),
});

const output = z.looseObject({
  file: z.string().optional().describe('the file that was written'),
  script: z.string().optional().describe('the script, when no file was named for it'),
  unseen: z
    .array(z.looseObject({ what: z.string(), why: z.string(), grant: z.string().optional() }))
    .optional()
    .describe('what the role could not see, and what opens it'),
});

/** Captures a database without its rows. */
export const snapshot = command({
  name: 'snapshot',
  summary: "Capture a database's structure, statistics and workload in one file, without its rows",
  input,
  output,
  faces: ['cli'],
  effects: ({ from, script, out }) => [
    'reads',
    ...(from === undefined && !script ? ['connects' as const] : []),
    ...(out === undefined ? [] : ['files' as const]),
  ],
  plain: ({ script, out }) => script && out === undefined,
  examples: [
    {
      call: 'dbd snapshot --database "$DATABASE_URL" -o prod.dbds',
      shows: 'what was captured, and what this role could not see with the grant that opens it',
    },
    {
      call: 'dbd snapshot --script > snapshot.sql',
      shows: 'SQL to read and run with psql where no connection is given',
    },
    {
      call: 'dbd snapshot --from snapshot.txt -o prod.dbds',
      shows: 'the same file from the output of that script',
    },
    {
      call: 'dbd snapshot --samples postgresql.log --samples postgresql.log.1.gz -o prod.dbds',
      shows: 'statements with values of their real calls',
    },
  ],
  run: async (given, context) => {
    const limits = {
      engine: await context.engine(),
      probes: probesOf(given.probe),
      statementMs: duration('--timeout', given.timeout),
      statements: given.statements,
    };
    const out =
      given.out === undefined ? undefined : { out: resolve(context.cwd, given.out), shownOut: given.out };
    if ([given.database, given.from, given.script || undefined].filter((one) => one !== undefined).length > 1)
      fail('usage.wrong-option', 'Give one of --database, --from and --script.');
    if (given.script) return scriptCommand({ ...limits, ...out });
    if (!out)
      fail('usage.missing-input', 'The snapshot needs a file: -o prod.dbds.', {
        hint: 'For example `dbd snapshot --database "$DATABASE_URL" -o prod.dbds`.',
      });
    const url = given.database ?? context.env['DATABASE_URL'];
    if (given.from === undefined && !url)
      fail('usage.missing-input', 'Name the database: --database with an address, or DATABASE_URL.', {
        hint: 'Where you may not connect, `dbd snapshot --script` prints SQL for somebody who may.',
      });
    return captureCommand({
      ...limits,
      ...out,
      samples: given.samples.map((path) => resolve(context.cwd, path)),
      mask: maskOf(given.mask),
      // The file may name the very snapshot that is made here.
      declared: (await configFor(context, { current: 'none' }, [out.out])).private ?? [],
      from:
        given.from === undefined
          ? { kind: 'database', url: url! }
          : { kind: 'output', path: resolve(context.cwd, given.from), shown: given.from },
      emit: context.emit,
      signal: context.signal,
    });
  },
});

function maskOf(text: string): 'auto' | 'none' | readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  return words.length === 1 && (words[0] === 'auto' || words[0] === 'none') ? words[0] : words;
}

function probesOf(text: string | undefined): readonly ProbeKind[] {
  if (text === undefined) return [];
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('all')) return probeKinds;
  const wrong = words.find((word) => !probeKinds.some((kind) => kind === word));
  if (wrong !== undefined)
    fail('usage.wrong-option', `--probe does not know \`${wrong.slice(0, 40)}\`.`, {
      hint: `Known: ${probeKinds.join(', ')}, all.`,
    });
  return probeKinds.filter((kind) => words.includes(kind));
}
