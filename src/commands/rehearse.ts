import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { parseCount } from '../task/units.ts';
import { command } from './command.ts';
import { reportFormats } from './formats.ts';
import { configFor, duration, twinInput } from './twin-input.ts';

const input = z.object({
  files: z
    .array(z.string())
    .default([])
    .describe('SQL files or a change folder to rehearse, or a schema of Prisma or Drizzle that is wanted')
    .meta({ positional: true }),
  command: z.array(z.string()).default([]).describe("the team's own migrate command").meta({ rest: true }),
  ...twinInput,
  blocked: z.string().default('500ms').describe('longest time any query may wait'),
  urlEnv: z
    .array(z.string())
    .default([])
    .describe('further variables that get the URL of the twin, beside DATABASE_URL')
    .meta({ fine: true }),
  idle: z
    .string()
    .default('60s')
    .describe('end a command that sends nothing for this long')
    .meta({ fine: true }),
  load: z
    .boolean()
    .default(true)
    .describe('no workload beside the change: locks and the way back only')
    .meta({ fine: true }),
  reader: z
    .boolean()
    .default(true)
    .describe('no long reader of the tables beside the change')
    .meta({ fine: true }),
  idleTransaction: z
    .boolean()
    .default(true)
    .describe('no session that is idle in a transaction beside the change')
    .meta({ fine: true }),
  standby: z
    .boolean()
    .default(true)
    .describe('no streaming standby with readers beside the change')
    .meta({ fine: true }),
  restored: z
    .string()
    .optional()
    .describe(
      '--sandbox is a restored copy or thin clone of production, taken then: copies of it are rehearsed on, it stays as it is',
    )
    .meta({ fine: true }),
  merge: z
    .boolean()
    .default(false)
    .describe("the two paths are two branches' changes: both orders, and where they meet")
    .meta({ fine: true }),
  workloadNew: z
    .string()
    .optional()
    .describe("file of the new version's named queries: tried in every phase, beside those of today")
    .meta({ fine: true }),
  pooler: z
    .boolean()
    .default(true)
    .describe('do not try queries through pgbouncer, where it is installed')
    .meta({ fine: true }),
  newWrites: z
    .boolean()
    .default(true)
    .describe('do not write in the new shape before going back')
    .meta({ fine: true }),
  scales: z
    .string()
    .optional()
    .describe(
      'time for the same change on smaller twins, when it reads or rewrites tables: 1min, and 0s for a command, which runs eight times more',
    )
    .meta({ fine: true }),
  kills: z
    .string()
    .default('2min')
    .describe("time for cutting a change of dbd's own off, at every boundary and inside steps; 0s for none")
    .meta({ fine: true }),
  size: z
    .array(z.string())
    .default([])
    .describe("rows of a table in production, such as orders=50000000; a snapshot's otherwise")
    .meta({ fine: true }),
  out: z
    .string()
    .optional()
    .describe('folder for report.html, report.md and report.json')
    .meta({ short: 'o' }),
  format: z
    .enum(reportFormats)
    .optional()
    .describe(
      'how the result is printed; github, gitlab and sarif name files and lines, for checks before a merge',
    )
    .meta({ fine: true }),
});

const output = z.looseObject({
  folder: z.string().optional().describe('where the report is'),
  statements: z.number().optional().describe('statements that were run'),
});

/** Shows what a migration does to locks, queries and data, on a twin. */
export const rehearse = command({
  name: 'rehearse',
  summary: 'Show what a migration does to locks, queries and data, on a twin',
  advice: 'Nothing is handed out that was not rehearsed.',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: (given) =>
    given.command.length > 0 || given.out !== undefined
      ? ['reads', 'connects', 'files', 'sandbox']
      : ['reads', 'connects', 'sandbox'],
  examples: [
    {
      call: 'dbd rehearse -- npx knex migrate:latest',
      shows: 'locks, stalls and losses of your own command, nothing configured',
    },
    {
      call: 'dbd rehearse migration.sql --current schema.sql',
      shows: 'a plain SQL file on a filled copy of your structure',
    },
    {
      call: 'dbd rehearse migrations/V7__email.sql --current schema.sql --format github',
      shows: 'annotations at the lines that hold somebody up, for a pull request',
    },
    {
      call: 'dbd rehearse --url-env PG_URL -- npx prisma migrate deploy',
      shows: 'a command that reads its address from another variable',
    },
  ],
  run: async (given, context) => {
    if ((given.files.length === 0) === (given.command.length === 0))
      fail('usage.missing-input', 'Give either SQL files or, after --, the command that migrates.', {
        hint: 'For example `dbd rehearse migration.sql`, or `dbd rehearse -- npx knex migrate:latest`.',
      });
    if (given.merge && given.files.length !== 2)
      fail('usage.wrong-option', '--merge needs the changes of two branches.', {
        hint: 'For example `dbd rehearse changes/a changes/b --merge`.',
      });
    const files = given.files.map((file) => resolve(context.cwd, file));
    const config = await configFor(context, given, files.slice(0, 1));
    const { rehearseMigration } = await import('../deliver/rehearsal/rehearse.ts');
    return rehearseMigration({
      engine: await context.engine(),
      subject:
        given.command.length > 0
          ? { kind: 'command', words: given.command }
          : { kind: 'files', paths: files, merge: given.merge },
      config,
      ...(given.restored === undefined ? {} : { restored: given.restored }),
      rows: given.quick ? Math.min(20_000, given.rows) : given.rows,
      quick: given.quick,
      seed: given.seed,
      limitMs: duration('--limit', given.limit),
      blockedMs: duration('--blocked', given.blocked),
      idleMs: duration('--idle', given.idle),
      urlEnv: given.urlEnv,
      load: given.load,
      beside: { reader: given.reader, idle: given.idleTransaction, standby: given.standby },
      cwd: context.cwd,
      env: context.env,
      emit: context.emit,
      signal: context.signal,
      ...(given.workloadNew === undefined ? {} : { workloadNew: resolve(context.cwd, given.workloadNew) }),
      pooler: given.pooler && !given.quick,
      newWrites: given.newWrites && !given.quick,
      scalesMs: given.quick
        ? 0
        : duration('--scales', given.scales ?? (given.command.length > 0 ? '0s' : '1min')),
      killsMs: given.quick ? 0 : duration('--kills', given.kills),
      tableRows: new Map(given.size.map(sizeOf)),
      ...(given.out === undefined ? {} : { out: resolve(context.cwd, given.out) }),
    });
  },
});

/** `orders=50000000`; throws `usage.wrong-option`. */
function sizeOf(text: string): readonly [table: string, rows: number] {
  const at = text.lastIndexOf('=');
  const rows = parseCount(text.slice(at + 1));
  if (at < 1 || rows === undefined)
    return fail('usage.wrong-option', `--size needs a table and its rows, not \`${text}\`.`, {
      hint: 'For example --size orders=50000000, or --size sales.orders=50M.',
    });
  const table = text.slice(0, at);
  return [table.includes('.') ? table : `public.${table}`, rows];
}
