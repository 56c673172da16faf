import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { changeName } from './change-name.ts';
import { command } from './command.ts';
import { configFor, duration } from './twin-input.ts';

const input = z.object({
  from: z
    .string()
    .optional()
    .describe(
      'the structure that is there: a URL, a SQL file or folder, a snapshot, a folder of changes, or `none` (default: `current` of the configuration)',
    ),
  to: z
    .string()
    .describe(
      'the structure that is wanted, in the same forms; a single change folder is what it makes of --from',
    ),
  rename: z
    .array(z.string())
    .default([])
    .describe('an object and its new name, `users.name=full_name`, or `users.name=no`'),
  roles: z
    .boolean()
    .default(false)
    .describe('roles and memberships of both servers as well, and drop those that are gone')
    .meta({ fine: true }),
  offline: z
    .boolean()
    .default(false)
    .describe('the short form, for an application that is stopped meanwhile'),
  sql: z
    .boolean()
    .default(false)
    .describe('print only the SQL, `-- dbd:boundary` between transactions')
    .meta({ fine: true }),
  lockTimeout: z
    .string()
    .default('250ms')
    .describe('longest time a step waits for its lock before it is tried again')
    .meta({ fine: true }),
  major: z
    .number()
    .int()
    .min(13)
    .max(18)
    .optional()
    .describe('major version of the target, where no side tells it')
    .meta({ fine: true }),
  sandbox: z.string().optional().describe('folder of PostgreSQL binaries to use').meta({ fine: true }),
  name: z
    .string()
    .optional()
    .describe('name of the change within the folder (default: the time, and what it does)')
    .meta({ fine: true }),
  out: z.string().optional().describe('folder of changes that gets a new one').meta({ short: 'o' }),
});

const output = z.looseObject({
  folder: z.string().optional().describe('where the change is'),
  converges: z.boolean().describe('it was carried out, and the result is as wanted'),
  form: z.string().describe('online, short, none, nothing to do'),
  order: z.string().describe('kept, or differs: the order of columns'),
  rollback: z.string().describe('proven, not proven, none'),
  steps: z
    .array(z.looseObject({ phase: z.string(), sql: z.string() }))
    .describe('phase, SQL, transaction, lock and time limits, facts, way back, reason'),
  questions: z.array(z.looseObject({ from: z.string(), to: z.string() })).describe('possible renames'),
  refused: z.array(z.looseObject({ path: z.string(), why: z.string() })).describe('what cannot be planned'),
});

/** Plans the way from one structure to another, and proves it. */
export const plan = command({
  name: 'plan',
  summary: 'Plan the way from one structure to another, carry it out in a sandbox, and take it back',
  advice: 'For a structure that is wanted as SQL; a task plans by itself.',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: ({ out }) => ['reads', 'connects', 'sandbox', ...(out === undefined ? [] : ['files' as const])],
  plain: ({ sql }) => sql,
  examples: [
    {
      call: 'dbd plan --from "$DATABASE_URL" --to schema.sql',
      shows: 'phases that block nobody, with locks and the way back, proven in a sandbox',
    },
    {
      call: 'dbd plan --from v1.sql --to v2.sql --sql > change.sql',
      shows: 'only the statements',
    },
    {
      call: 'dbd plan --from prod.dbds --to schema/ --rename users.name=full_name -o changes',
      shows: 'a change folder for `dbd rehearse` and `dbd migrate`',
    },
  ],
  run: async (given, context) => {
    const [from, to] = await Promise.all(
      [given.from, given.to].map((current) =>
        configFor(context, { ...(current === undefined ? {} : { current }), sandbox: given.sandbox }),
      ),
    );
    if (given.from === undefined && from!.current.kind === 'none')
      fail(
        'usage.missing-input',
        'Name the structure that is there: --from with a URL, a file, a snapshot, or `none`.',
        {
          hint: 'For example `dbd plan --from "$DATABASE_URL" --to schema.sql`.',
        },
      );
    const { planCommand } = await import('../deliver/plan/plan-command.ts');
    return planCommand({
      engine: await context.engine(),
      from: from!.current,
      to: to!.current,
      call: callOf(given),
      renames: given.rename,
      roles: given.roles,
      offline: given.offline,
      sql: given.sql,
      ...(from!.sandbox === undefined ? {} : { named: from!.sandbox }),
      ...(given.major === undefined ? {} : { major: given.major }),
      lockTimeoutMs: duration('--lock-timeout', given.lockTimeout),
      ...(given.out === undefined
        ? {}
        : {
            out: {
              folder: resolve(context.cwd, given.out),
              shown: given.out,
              name: changeName(given.name, aboutOf(given.to)),
            },
          }),
      emit: context.emit,
      signal: context.signal,
    });
  },
});

/** The call to repeat with an answer; addresses may hold a password, so they are named by their variable. */
function callOf(given: z.infer<typeof input>): string {
  const shown = (text: string): string => (text.includes('://') ? '"$DATABASE_URL"' : text);
  return [
    'dbd plan',
    ...(given.from === undefined ? [] : [`--from ${shown(given.from)}`]),
    `--to ${shown(given.to)}`,
    ...given.rename.map((text) => `--rename '${text}'`),
  ].join(' ');
}

/** What a side is about: its file or folder, `plan` for an address. */
function aboutOf(to: string): string {
  if (to.includes('://')) return 'plan';
  return (to.split('/').findLast((part) => part !== '') ?? 'plan')
    .replace(/\.\w+$/, '')
    .replaceAll(/[^\w-]+/g, '-');
}
