import { z } from 'zod';
import { baselineStory } from '../deliver/runner/baseline.ts';
import { command } from './command.ts';
import { runnerInput, storyOptions, waitInput } from './runner-input.ts';

/** Marks changes as done that a database already holds. */
export const baseline = command({
  name: 'baseline',
  summary: 'Note changes as done on a database that holds them already, without running them',
  input: z.object({
    ...runnerInput,
    ...waitInput,
    at: z.string().describe('id of the last change that the database holds'),
  }),
  output: z.looseObject({ marked: z.array(z.string()).describe('changes that were noted as done') }),
  faces: ['cli'],
  effects: () => ['database'],
  examples: [
    {
      call: 'dbd baseline --database "$DATABASE_URL" --at 20261120T0915-users-email',
      shows: 'everything up to that change noted as done',
    },
  ],
  run: async (given, context) => baselineStory({ ...(await storyOptions(given, context)), at: given.at }),
});
