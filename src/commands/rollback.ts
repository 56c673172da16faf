import { z } from 'zod';
import { fail } from '../base/error.ts';
import { rollbackStory } from '../deliver/runner/rollback.ts';
import { command } from './command.ts';
import { runnerInput, storyOptions, waitInput } from './runner-input.ts';

/** Takes changes back by their own ways back. */
export const rollback = command({
  name: 'rollback',
  summary: 'Take the newest changes back on a database, by the ways back that were rehearsed',
  input: z.object({
    ...runnerInput,
    ...waitInput,
    to: z.string().optional().describe('id of the change that stays as the newest one'),
    steps: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('how many changes to take back (default: 1)'),
  }),
  output: z.looseObject({
    ran: z.array(z.looseObject({ change: z.string() })).describe('changes that were taken back'),
  }),
  faces: ['cli'],
  effects: () => ['database'],
  examples: [
    { call: 'dbd rollback --database "$DATABASE_URL"', shows: 'the newest change taken back' },
    {
      call: 'dbd rollback --target staging --to 20261120T0915-users-email',
      shows: 'everything after that change taken back, newest first',
    },
  ],
  run: async (given, context) => {
    if (given.to !== undefined && given.steps !== undefined)
      fail('usage.wrong-option', 'Give either --to or --steps.');
    return rollbackStory({
      ...(await storyOptions(given, context)),
      count: given.steps ?? 1,
      ...(given.to === undefined ? {} : { to: given.to }),
    });
  },
});
