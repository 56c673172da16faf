import { z } from 'zod';
import { statusStory } from '../deliver/runner/status.ts';
import { command } from './command.ts';
import { runnerInput, storyOptions } from './runner-input.ts';

/** Says what has run on a database and what waits. */
export const status = command({
  name: 'status',
  summary: 'Say what has run on a database, what is half done, what waits, and what to type next',
  input: z.object(runnerInput),
  output: z.looseObject({
    changes: z
      .array(z.looseObject({ id: z.string(), state: z.string() }))
      .describe('every change with its state and steps'),
    problems: z.array(z.looseObject({ kind: z.string(), text: z.string(), next: z.string() })),
  }),
  faces: ['cli'],
  effects: () => ['reads'],
  examples: [
    {
      call: 'dbd status --database "$DATABASE_URL"',
      shows: 'every change with its state, and the next call',
    },
    { call: 'dbd status --target production --json', shows: 'the same for scripts' },
  ],
  run: async (given, context) => statusStory(await storyOptions(given, context)),
});
