import { z } from 'zod';
import { fail } from '../base/error.ts';
import { driftCommand } from '../deliver/drift/drift.ts';
import { command } from './command.ts';
import { configFor, duration } from './twin-input.ts';

const differences = z.array(z.looseObject({ path: z.string(), fact: z.string() }));

/** Compares what is with what should be, and mends either side. */
export const drift = command({
  name: 'drift',
  summary:
    'Compare a database with its folder, file or snapshot, and write the change that mends either side',
  input: z.object({
    is: z
      .string()
      .describe('the structure that is there: a URL, a SQL file or folder, a snapshot, a folder of changes')
      .meta({ positional: true }),
    should: z
      .string()
      .describe('the structure that should be there, in the same forms')
      .meta({ positional: true }),
    roles: z.boolean().default(false).describe('compare roles and memberships of both servers as well'),
    lockTimeout: z.string().default('250ms').describe('longest time a mending step waits for its lock'),
    sandbox: z.string().optional().describe('folder of PostgreSQL binaries to use'),
  }),
  output: z.looseObject({
    drifted: differences.describe('facts that differ'),
    order: differences.describe('columns whose places alone differ'),
    mend: z.string().optional().describe('SQL that makes the first what it should be'),
    follow: z.string().optional().describe('SQL that makes the second what the first is'),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'sandbox'],
  examples: [
    {
      call: 'dbd drift "$DATABASE_URL" changes',
      shows: 'what somebody altered by hand, with the SQL that takes it back and the SQL that adopts it',
    },
    { call: 'dbd drift prod.dbds schema.sql', shows: 'the same from a snapshot, without a connection' },
  ],
  run: async (given, context) => {
    const [is, should] = await Promise.all(
      [given.is, given.should].map((current) => configFor(context, { current, sandbox: given.sandbox })),
    );
    if (given.is === given.should)
      fail('usage.wrong-option', 'Both sides are the same; name what is there, and what should be there.');
    return driftCommand({
      engine: await context.engine(),
      is: is!.current,
      should: should!.current,
      ...(is!.sandbox === undefined ? {} : { named: is!.sandbox }),
      roles: given.roles,
      lockTimeoutMs: duration('--lock-timeout', given.lockTimeout),
      emit: context.emit,
      signal: context.signal,
    });
  },
});
