import { resolve } from 'node:path';
import { z } from 'zod';
import { diffSnapshots } from '../deliver/snapshot/diff.ts';
import { openSnapshot } from '../snapshot/file.ts';
import { command } from './command.ts';

const names = z.array(z.looseObject({ schema: z.string(), name: z.string() }));
const statements = z.array(z.looseObject({ sql: z.string() }));

/** Compares two snapshots of a database. */
export const snapshotDiff = command({
  name: 'snapshot diff',
  summary: 'Compare two snapshots: structure, sizes, statistics, indexes, workload, settings, roles',
  input: z.object({
    before: z.string().describe('the older snapshot').meta({ positional: true }),
    after: z.string().describe('the younger snapshot').meta({ positional: true }),
  }),
  output: z.looseObject({
    days: z.number(),
    structure: z.array(z.looseObject({ path: z.string() })),
    sizes: z.array(
      z.looseObject({
        schema: z.string(),
        name: z.string(),
        bytesBefore: z.number(),
        bytesAfter: z.number(),
      }),
    ),
    statistics: z.array(z.looseObject({ relation: z.string(), column: z.string() })),
    indexes: z.looseObject({ added: names, gone: names, unused: names }),
    workload: z.looseObject({ added: statements, gone: statements, slower: statements, faster: statements }),
    settings: z.array(z.looseObject({ name: z.string() })),
    roles: z.array(z.looseObject({ name: z.string() })),
  }),
  faces: ['cli'],
  effects: () => ['reads'],
  examples: [
    {
      call: 'dbd snapshot diff monday.dbds friday.dbds',
      shows: 'what grew, moved, became slower or is not used any more',
    },
  ],
  run: async ({ before, after }, context) => {
    const [first, second] = await Promise.all(
      [before, after].map(async (file) => ({
        file,
        snapshot: (await openSnapshot(resolve(context.cwd, file))).snapshot,
      })),
    );
    return diffSnapshots(first!, second!);
  },
});
