import { resolve } from 'node:path';
import { z } from 'zod';
import { writeModels } from '../deliver/models/write-models.ts';
import { command } from './command.ts';
import { configFor } from './twin-input.ts';

const words = (text: string | undefined): readonly string[] =>
  (text ?? '').split(',').flatMap((word) => word.trim() || []);

/** Writes models and typed access of a structure. */
export const models = command({
  name: 'models',
  summary:
    'Write models and typed access for Prisma, Drizzle, Sequelize, TypeORM, Kysely or pg, and run them',
  input: z.object({
    for: z
      .string()
      .optional()
      .describe(
        'sql, prisma, drizzle, sequelize, typeorm, kysely, by comma (default: what package.json depends on)',
      ),
    current: z
      .string()
      .optional()
      .describe('the structure: a read-only URL, a SQL file, a folder of SQL files, or a Prisma schema'),
    workload: z.string().optional().describe('file of named queries, each of which becomes a function'),
    tables: z
      .string()
      .optional()
      .describe('tables to model, by comma, with what they reference (default: all)'),
    also: z.string().optional().describe('zod, openapi, service, by comma'),
    seed: z.number().int().default(1).describe('seed of the rows that the code is tried on'),
    sandbox: z.string().optional().describe('folder of PostgreSQL binaries, or the URL of a server to use'),
    out: z.string().default('models').describe('folder for the code').meta({ short: 'o' }),
  }),
  output: z.looseObject({
    folder: z.string().describe('where the code is'),
    files: z.array(z.string()).describe('paths within the folder'),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'files', 'sandbox'],
  examples: [
    {
      call: 'dbd models --current schema.sql --for drizzle',
      shows: 'tables and queries as code, tried with Drizzle',
    },
    {
      call: 'dbd models --workload queries.sql --also zod,service',
      shows: 'the same, with schemas and a data service over HTTP',
    },
  ],
  run: async (given, context) => {
    return writeModels({
      engine: await context.engine(),
      config: await configFor(context, { ...given, models: given.for }),
      tables: words(given.tables),
      also: words(given.also),
      out: resolve(context.cwd, given.out),
      seed: given.seed,
      cwd: context.cwd,
      emit: context.emit,
      signal: context.signal,
    });
  },
});
