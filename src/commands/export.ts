import { resolve } from 'node:path';
import { z } from 'zod';
import { exportStory } from '../deliver/formats/export.ts';
import { command } from './command.ts';

/** Writes changes for another tool. */
export const exportCommand = command({
  name: 'export',
  summary: 'Write changes in the form of Flyway, Liquibase, Sqitch, dbmate, goose, Prisma, Knex and others',
  input: z.object({
    to: z
      .enum([
        'flyway',
        'liquibase',
        'sqitch',
        'dbmate',
        'goose',
        'golang-migrate',
        'prisma',
        'drizzle',
        'knex',
        'node-pg-migrate',
      ])
      .describe('the tool'),
    changes: z
      .array(z.string())
      .default([])
      .describe('folder of changes, or one change folder; may be given several times (default: changes/)'),
    out: z
      .string()
      .describe('folder that gets the files; none that exists is written over')
      .meta({ short: 'o' }),
  }),
  output: z.looseObject({
    format: z.string().describe('the tool'),
    files: z.array(z.string()).describe('what was written'),
    migrations: z
      .array(z.looseObject({ version: z.string(), name: z.string(), change: z.string() }))
      .describe('one for each transaction, and for each step outside of any'),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'files'],
  examples: [
    {
      call: 'dbd export --to flyway --out db/migration',
      shows: 'one script per transaction, with its configuration where it runs outside of any',
    },
    {
      call: 'dbd export --to knex --changes changes/20261120T0915-users-email --out migrations',
      shows: 'one change, with its way back',
    },
  ],
  run: async (given, context) => {
    const changes = given.changes.length > 0 ? given.changes : ['changes'];
    return exportStory({
      engine: await context.engine(),
      to: given.to,
      changes: changes.map((shown) => ({ path: resolve(context.cwd, shown), shown })),
      out: { folder: resolve(context.cwd, given.out), shown: given.out },
    });
  },
});
