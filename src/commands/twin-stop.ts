import { z } from 'zod';
import { plural } from '../base/text.ts';
import { report } from '../report/build.ts';
import { stopSandboxes } from '../sandbox/kept.ts';
import { command } from './command.ts';

/** Ends twins that were started to stay. */
export const twinStop = command({
  name: 'twin stop',
  summary: 'End a twin, or all of them, and remove its data',
  input: z.object({
    id: z
      .string()
      .optional()
      .describe('which one, as `dbd twin` and `dbd sandbox list` show it (default: all twins)')
      .meta({ positional: true }),
  }),
  output: z.looseObject({ stopped: z.array(z.string()).describe('ids of the twins that were ended') }),
  faces: ['cli'],
  effects: () => ['sandbox'],
  examples: [
    { call: 'dbd twin stop 1k2m3n4', shows: 'that one is gone' },
    { call: 'dbd twin stop', shows: 'all twins are gone; other sandboxes stay' },
  ],
  run: async ({ id }, context) => {
    const started = performance.now();
    const stopped = await stopSandboxes(await context.engine(), id, 'twins');
    const headline =
      stopped.length === 0
        ? 'No twin was running.'
        : `${plural(stopped.length, 'twin', 'twins')} ended: ${stopped.join(', ')}.`;
    return report({ command: 'twin stop', title: 'Twins', headline, started, output: { stopped } });
  },
});
