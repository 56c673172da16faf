import { resolve } from 'node:path';
import { z } from 'zod';
import { showSnapshot } from '../deliver/snapshot/show.ts';
import { openSnapshot } from '../snapshot/file.ts';
import { command } from './command.ts';

/** Tells what a snapshot holds. */
export const snapshotShow = command({
  name: 'snapshot show',
  summary: 'Show what a snapshot holds: tables, indexes, workload, and each column whose values are inside',
  input: z.object({
    file: z.string().describe('a file of `dbd snapshot`').meta({ positional: true }),
  }),
  output: z.looseObject({
    takenAt: z.string().describe('ISO time'),
    source: z.looseObject({ version: z.string(), database: z.string() }),
    tables: z.array(z.looseObject({ schema: z.string(), name: z.string(), bytes: z.number() })),
    indexes: z.array(z.looseObject({ schema: z.string(), name: z.string(), bytes: z.number() })),
    values: z
      .array(
        z.looseObject({
          schema: z.string(),
          relation: z.string(),
          column: z.string(),
          state: z.enum(['masked', 'real']),
        }),
      )
      .describe('columns whose values are inside, private and real ones first'),
    workload: z.looseObject({ statements: z.array(z.looseObject({ sql: z.string(), calls: z.number() })) }),
    unseen: z.array(z.looseObject({ what: z.string(), means: z.string() })),
  }),
  faces: ['cli'],
  effects: () => ['reads'],
  examples: [
    { call: 'dbd snapshot show prod.dbds', shows: 'what is inside, private values first' },
    { call: 'dbd snapshot show prod.dbds --json', shows: 'all of it, every table and statement' },
  ],
  run: async ({ file }, context) => {
    const opened = await openSnapshot(resolve(context.cwd, file));
    return showSnapshot({ ...opened, file, now: new Date().toISOString() });
  },
});
