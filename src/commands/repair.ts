import { z } from 'zod';
import { repairStory } from '../deliver/runner/repair.ts';
import { command } from './command.ts';
import { runnerInput, storyOptions, waitInput } from './runner-input.ts';

/** Shows what is unfinished on a database, and settles it. */
export const repair = command({
  name: 'repair',
  summary: 'Show what a run that was cut off has left, and settle it: half steps, edited files, drift',
  input: z.object({
    ...runnerInput,
    ...waitInput,
    clear: z
      .boolean()
      .default(false)
      .describe('take away what is half built, and let unfinished steps run again'),
    done: z.boolean().default(false).describe('unfinished steps are done: somebody has seen it'),
    accept: z.string().optional().describe('id of a change whose text of today counts as the one that ran'),
    forget: z.string().optional().describe('id of a change that is gone from the folder and not missed'),
    acceptStructure: z
      .string()
      .optional()
      .describe('why the structure of today, altered by others, is the one to go on from'),
  }),
  output: z.looseObject({
    half: z.array(z.looseObject({ change: z.string(), step: z.string() })).describe('unfinished steps'),
    differences: z.array(z.string()).describe('what others have altered since the last run'),
    did: z.array(z.string()).describe('what was noted'),
  }),
  faces: ['cli'],
  effects: () => ['database'],
  examples: [
    { call: 'dbd repair --target staging', shows: 'each unfinished step with what it has left' },
    {
      call: 'dbd repair --target staging --clear',
      shows: 'an index that was half built taken away, ready to run again',
    },
    {
      call: 'dbd repair --target staging --accept-structure "hotfix of 3 March"',
      shows: 'drift taken over on purpose',
    },
  ],
  run: async (given, context) => {
    const { clear, done, accept, forget, acceptStructure } = given;
    return repairStory({
      ...(await storyOptions(given, context)),
      clear,
      done,
      ...(accept === undefined ? {} : { accept }),
      ...(forget === undefined ? {} : { forget }),
      ...(acceptStructure === undefined ? {} : { acceptStructure }),
    });
  },
});
