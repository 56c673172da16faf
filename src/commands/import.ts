import { resolve } from 'node:path';
import { z } from 'zod';
import { importStory } from '../deliver/formats/import.ts';
import { command } from './command.ts';

/** Formats under the names of their tools. */
const tools: Readonly<Record<string, readonly string[]>> = {
  knex: ['javascript'],
  typeorm: ['javascript'],
  sequelize: ['javascript'],
  'node-pg-migrate': ['node-pg-migrate', 'javascript'],
};

/** Takes migrations of another tool over. */
export const importCommand = command({
  name: 'import',
  summary: 'Take migrations of another tool over as change folders, statement by statement as written',
  input: z.object({
    paths: z.array(z.string()).min(1).describe('files and folders of migrations').meta({ positional: true }),
    from: z
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
        'typeorm',
        'sequelize',
        'plain',
      ])
      .optional()
      .describe('the tool (default: told by the files themselves)'),
    out: z.string().default('changes').describe('folder that gets the change folders').meta({ short: 'o' }),
  }),
  output: z.looseObject({
    formats: z.record(z.string(), z.number()).describe('files by the tool they are for'),
    changes: z
      .array(z.looseObject({ id: z.string(), from: z.array(z.string()) }))
      .describe('change folders in their order'),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'files'],
  examples: [
    {
      call: 'dbd import db/migration --out changes',
      shows: 'a change folder for each migration, in the order of the tool',
    },
    { call: 'dbd import migrations --from knex', shows: 'the same, looking for one tool only' },
  ],
  run: async (given, context) =>
    importStory({
      engine: await context.engine(),
      paths: given.paths,
      cwd: context.cwd,
      ...(given.from === undefined ? {} : { from: tools[given.from] ?? [given.from] }),
      out: { folder: resolve(context.cwd, given.out), shown: given.out },
    }),
});
