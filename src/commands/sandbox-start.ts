import { z } from 'zod';
import { fail } from '../base/error.ts';
import { report } from '../report/build.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { parseDuration, printDuration } from '../task/units.ts';
import { command } from './command.ts';

/** Longest life of a kept sandbox, milliseconds. */
const longestMs = 7 * 24 * 3_600_000;

/** Starts a sandbox that outlives the command. */
export const sandboxStart = command({
  name: 'sandbox start',
  summary: 'Start a disposable PostgreSQL server and print its address',
  input: z.object({
    major: z
      .number()
      .int()
      .min(12)
      .optional()
      .describe('major version, as production has it (default: the bundled one)'),
    ttl: z.string().default('1 h').describe('how long it lives unless it is stopped'),
    sandbox: z.string().optional().describe('folder of PostgreSQL binaries to use'),
  }),
  output: z.looseObject({
    id: z.string().describe('name for `dbd sandbox stop`'),
    url: z.string().describe('address of an empty database, as its unprivileged owner'),
    server: z.string(),
    until: z.string().describe('ISO time at which it ends by itself'),
  }),
  faces: ['cli'],
  effects: () => ['sandbox'],
  examples: [
    { call: 'dbd sandbox start', shows: 'the address of an empty database; it is gone in an hour' },
    { call: 'dbd sandbox start --major 16 --ttl "20 min"', shows: 'the same on PostgreSQL 16' },
    { call: 'psql "$(dbd sandbox start --json | jq -r .url)"', shows: 'a prompt on a fresh server' },
  ],
  run: async ({ major, ttl, sandbox: named }, context) => {
    const started = performance.now();
    const ms =
      parseDuration(ttl) ??
      fail('usage.wrong-option', `--ttl ${ttl} is not a length of time.`, {
        hint: 'Write it as 20 min, 1 h or 2 days.',
      });
    if (ms < 1000 || ms > longestMs)
      fail('usage.wrong-option', `--ttl ${ttl} is not between a second and a week.`, {
        hint: 'Write it as 20 min, 1 h or 2 days.',
      });
    const engine = await context.engine();
    const sandbox = await startSandbox(
      engine,
      { ...(major === undefined ? {} : { major }), ...(named === undefined ? {} : { named }) },
      context.emit,
    );
    try {
      context.signal.throwIfAborted();
      const database = await sandbox.createDatabase({ name: 'app' });
      await sandbox.keep(ms / 1000, database);
      const until = new Date(Date.now() + ms).toISOString();
      return report({
        command: 'sandbox start',
        title: `Sandbox ${sandbox.id}`,
        headline: `${sandbox.server} is running for ${printDuration(ms)}.`,
        started,
        server: `${sandbox.server}, ${sandbox.provider}`,
        blocks: [
          {
            id: 'sandbox',
            title: 'Sandbox',
            kind: 'facts',
            facts: [
              { label: 'id', value: sandbox.id, basis: 'measured' },
              { label: 'url', value: database.ownerUrl, basis: 'measured' },
              { label: 'until', value: until, basis: 'measured' },
            ],
          },
        ],
        next: [{ command: `dbd sandbox stop ${sandbox.id}`, why: 'ends it and removes its data' }],
        output: {
          id: sandbox.id,
          url: database.ownerUrl,
          server: sandbox.server,
          provider: sandbox.provider,
          until,
        },
      });
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  },
});
