import { z } from 'zod';
import { plural } from '../base/text.ts';
import { report } from '../report/build.ts';
import { listSandboxes } from '../sandbox/kept.ts';
import { command } from './command.ts';

/** Shows running sandboxes. */
export const sandboxList = command({
  name: 'sandbox list',
  summary: 'List the running sandboxes',
  input: z.object({}),
  output: z.looseObject({
    sandboxes: z.array(
      z.looseObject({
        id: z.string(),
        since: z.string().describe('ISO time'),
        until: z.string().optional().describe('ISO time; absent for the sandbox of a running command'),
        url: z.string().optional().describe('address as its unprivileged owner'),
        server: z.string().optional(),
        holds: z.string().optional().describe('what a twin is a twin of'),
        process: z.number().describe('process that ends it'),
      }),
    ),
  }),
  faces: ['cli'],
  // Leftovers of killed commands are removed on the way.
  effects: () => ['reads', 'sandbox'],
  examples: [{ call: 'dbd sandbox list', shows: 'id, server, address and end of each' }],
  run: async (_, context) => {
    const started = performance.now();
    const running = await listSandboxes(await context.engine());
    const sandboxes = running.map(({ id, since, owner, kept }) => ({
      id,
      since,
      process: owner,
      ...(kept
        ? {
            server: kept.server,
            provider: kept.provider,
            url: kept.url,
            until: kept.until,
            ...(kept.holds === undefined ? {} : { holds: kept.holds }),
          }
        : {}),
    }));
    const kept = sandboxes.filter((one) => one.url !== undefined);
    return report({
      command: 'sandbox list',
      title: 'Sandboxes',
      headline:
        sandboxes.length === 0
          ? 'No sandbox is running.'
          : `${plural(sandboxes.length, 'sandbox is', 'sandboxes are')} running.`,
      started,
      blocks:
        sandboxes.length === 0
          ? []
          : [
              {
                id: 'sandboxes',
                title: 'Sandboxes',
                kind: 'table',
                columns: [
                  { title: 'id', code: true },
                  { title: 'server' },
                  { title: 'since' },
                  { title: 'until' },
                  { title: 'holds' },
                ],
                rows: sandboxes.map((one) => [
                  one.id,
                  one.server ?? `of process ${one.process}`,
                  minuteOf(one.since),
                  one.until === undefined ? 'its command ends' : minuteOf(one.until),
                  one.holds ?? '',
                ]),
              },
              ...(kept.length > 0
                ? [
                    {
                      id: 'addresses',
                      title: 'Addresses',
                      kind: 'facts' as const,
                      facts: kept.map(({ id, url = '' }) => ({
                        label: id,
                        value: url,
                        basis: 'measured' as const,
                      })),
                    },
                  ]
                : []),
            ],
      next: sandboxes.some((one) => one.until !== undefined)
        ? [{ command: 'dbd sandbox stop --all', why: 'ends those that were started to stay' }]
        : [],
      output: { sandboxes },
    });
  },
});

/** A point in time to the minute, short enough for a column. */
function minuteOf(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
