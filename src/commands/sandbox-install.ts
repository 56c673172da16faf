import { z } from 'zod';
import { report } from '../report/build.ts';
import { installServer } from '../sandbox/install.ts';
import { command } from './command.ts';

/** Fetches another server version. */
export const sandboxInstall = command({
  name: 'sandbox install',
  summary: 'Fetch the PostgreSQL server of another major version for sandboxes',
  input: z.object({
    major: z
      .number()
      .int()
      .min(9)
      .max(99)
      .describe('major version, for example 16')
      .meta({ positional: true }),
  }),
  output: z.looseObject({
    version: z.string(),
    binaries: z.string().describe('folder of the server'),
    fetched: z.boolean().describe('false when it was there already'),
  }),
  faces: ['cli'],
  effects: () => ['files'],
  examples: [
    {
      call: 'dbd sandbox install 16',
      shows: 'PostgreSQL 16 in the cache, checked against its pinned checksum',
    },
  ],
  run: async ({ major }, context) => {
    const started = performance.now();
    const { version, binaries, fetched } = await installServer(await context.engine(), major, context.emit);
    return report({
      command: 'sandbox install',
      title: `PostgreSQL ${version}`,
      headline: fetched
        ? `PostgreSQL ${version} was fetched and checked.`
        : `PostgreSQL ${version} is there already.`,
      started,
      next: [{ command: `dbd sandbox start --major ${major}`, why: 'starts it' }],
      output: { major, version, binaries, fetched },
    });
  },
});
