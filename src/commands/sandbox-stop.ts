import { z } from 'zod';
import { fail } from '../base/error.ts';
import { plural } from '../base/text.ts';
import { report } from '../report/build.ts';
import { stopSandboxes } from '../sandbox/kept.ts';
import { command } from './command.ts';

/** Ends kept sandboxes. */
export const sandboxStop = command({
  name: 'sandbox stop',
  summary: 'End a sandbox and remove its data',
  input: z.object({
    id: z
      .string()
      .optional()
      .describe('which one, as `dbd sandbox list` shows it')
      .meta({ positional: true }),
    all: z.boolean().default(false).describe('all that `dbd sandbox start` started'),
  }),
  output: z.looseObject({ stopped: z.array(z.string()).describe('ids of the sandboxes that were ended') }),
  faces: ['cli'],
  effects: () => ['sandbox'],
  examples: [
    { call: 'dbd sandbox stop 1k2m3n4', shows: 'that one is gone' },
    { call: 'dbd sandbox stop --all', shows: 'all are gone' },
  ],
  run: async ({ id, all }, context) => {
    const started = performance.now();
    if ((id === undefined) === !all) {
      fail('usage.missing-input', 'Say which sandbox to stop: its id, or --all.', {
        hint: 'See which are running: dbd sandbox list',
      });
    }
    const stopped = await stopSandboxes(await context.engine(), id);
    const headline =
      stopped.length === 0
        ? 'No sandbox was running.'
        : `${plural(stopped.length, 'sandbox', 'sandboxes')} ended: ${stopped.join(', ')}.`;
    return report({ command: 'sandbox stop', title: 'Sandboxes', headline, started, output: { stopped } });
  },
});
