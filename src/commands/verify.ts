import { z } from 'zod';
import { verifyStory } from '../deliver/runner/verify.ts';
import { command } from './command.ts';
import { runnerInput, storyOptions, waitInput } from './runner-input.ts';

/** Compares history, files and structure of a database. */
export const verify = command({
  name: 'verify',
  summary: 'Compare what the history, the files and the database itself say; observe who uses old shapes',
  input: z.object({
    ...runnerInput,
    ...waitInput,
    observe: z
      .boolean()
      .default(false)
      .describe('note who uses what open contract phases take away; run it from time to time'),
  }),
  output: z.looseObject({
    problems: z.array(z.looseObject({ kind: z.string(), text: z.string() })),
    drift: z.array(z.string()).describe('objects that somebody else has altered since the last run'),
    judged: z.boolean().describe('there was a structure to compare with'),
    observed: z
      .array(z.looseObject({ change: z.string(), quiet: z.boolean(), because: z.string() }))
      .describe('whether each waiting contract phase may run'),
  }),
  faces: ['cli'],
  effects: ({ observe }) => (observe ? ['database'] : ['reads']),
  examples: [
    {
      call: 'dbd verify --target production',
      shows: 'edited or missing files, drift, invalid indexes, unfinished steps',
    },
    {
      call: 'dbd verify --target production --observe',
      shows: 'the same, and one more look at who still uses columns that are about to go',
    },
  ],
  run: async (given, context) =>
    verifyStory({ ...(await storyOptions(given, context)), observe: given.observe }),
});
