import { z } from 'zod';
import { command } from './command.ts';
import { configFor } from './twin-input.ts';

const input = z.object({
  of: z
    .string()
    .optional()
    .describe(
      'a database of the configuration, a read-only URL, a SQL file or folder, or a snapshot (default: `current`)',
    )
    .meta({ positional: true }),
  like: z
    .string()
    .max(200)
    .optional()
    .describe('tables, views and columns of this name, `*` for any letters'),
  table: z.string().max(300).optional().describe('one table, whole, with its neighbours'),
  detail: z.enum(['names', 'summary', 'full']).optional().describe('how much of each table'),
  page: z.number().int().min(1).max(100_000).default(1).describe('page of the answer'),
  sandbox: z
    .string()
    .optional()
    .describe('folder of PostgreSQL binaries, or the URL of a server to use')
    .meta({ fine: true }),
});

const output = z.looseObject({
  tables: z.number().describe('tables that were found'),
  pages: z.number(),
  text: z.string().describe('the page, one table or column a line'),
});

/** Shows a structure page by page. */
export const schema = command({
  name: 'schema',
  summary: 'Look at a structure: names, then a line for each table, then whole tables with neighbours',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: () => ['reads', 'connects', 'sandbox'],
  examples: [
    { call: 'dbd schema schema.sql', shows: 'a line for each table, or the names where there are many' },
    { call: 'dbd schema staging --like "*email*"', shows: 'tables that are called so or have such a column' },
    {
      call: 'dbd schema prod.dbds --table orders',
      shows: 'columns, rules, indexes, sizes, and what is near',
    },
  ],
  run: async ({ of, sandbox, ...wish }, context) => {
    const named = of === 'current' ? undefined : of;
    const overrides = named?.endsWith('.dbds') ? { snapshot: named, sandbox } : { current: named, sandbox };
    const { lookAtSchema } = await import('../deliver/schema/schema.ts');
    return lookAtSchema({
      engine: await context.engine(),
      config: await configFor(context, overrides),
      page: wish.page,
      ...(named === undefined ? {} : { of: named.includes('://') ? '…' : named }),
      ...(wish.like === undefined ? {} : { like: wish.like }),
      ...(wish.table === undefined ? {} : { table: wish.table }),
      ...(wish.detail === undefined ? {} : { detail: wish.detail }),
      cwd: context.cwd,
      emit: context.emit,
      signal: context.signal,
    });
  },
});
