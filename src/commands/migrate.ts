import { z } from 'zod';
import type { PhaseName } from '../change/model.ts';
import type { StoryOptions } from '../deliver/runner/story.ts';
import { command, type Context } from './command.ts';
import { isOwnSandbox } from './policy.ts';
import { runnerInput, storyOptions, waitInput } from './runner-input.ts';

/** Carries out the open changes on a real database. */
export const migrate = command({
  name: 'migrate',
  summary: 'Carry out the open changes on a database: locks, backfills and history in good hands',
  advice: 'Development databases only: a person sees the statements and confirms. `dryRun` shows them first.',
  input: z.object({
    ...runnerInput,
    ...waitInput,
    phase: z.enum(['expand', 'backfill', 'contract']).optional().describe('only this phase'),
    to: z.string().optional().describe('id of the last change to run'),
    dryRun: z.boolean().default(false).describe('only show what would run; takes no locks'),
    late: z
      .boolean()
      .default(false)
      .describe('also run changes that are older than the newest one that has run')
      .meta({ fine: true }),
    forceContract: z
      .string()
      .optional()
      .describe('run contract phases without the evidence that the target demands; the reason is recorded')
      .meta({ fine: true }),
  }),
  output: z.looseObject({
    ran: z
      .array(z.looseObject({ change: z.string(), complete: z.boolean() }))
      .describe('changes of which something ran, with every statement'),
    stalledMs: z.number().describe('time that other sessions waited for this run, summed over them'),
  }),
  faces: ['cli', 'mcp'],
  effects: ({ dryRun }) => (dryRun ? ['reads', 'connects'] : ['database']),
  examples: [
    {
      call: 'dbd migrate --database "$DATABASE_URL" --dry-run',
      shows: 'every statement that would run, in order',
    },
    { call: 'dbd migrate --target staging', shows: 'what ran, how long it took, whom it held up' },
    {
      call: 'dbd migrate --target production --phase expand',
      shows: 'only what the running application does not notice',
    },
  ],
  consent: async (given, context) => {
    if (given.dryRun || (given.database !== undefined && (await isOwnSandbox(given.database, context))))
      return undefined;
    const { confirmRun } = await import('../deliver/runner/confirm-run.ts');
    return confirmRun({ ...(await storyOptions(given, context)), ...chosen(given) });
  },
  run: async (given, context) => {
    const options = await storyOptions(given, context);
    const asked = {
      ...options,
      late: given.late,
      ...chosen(given),
      ...(await confirmedFor(options, given, context)),
      ...(given.forceContract === undefined ? {} : { forceContract: given.forceContract }),
    };
    return given.dryRun
      ? (await import('../deliver/runner/dry-run.ts')).dryRunStory(asked)
      : (await import('../deliver/runner/migrate.ts')).migrateStory(asked);
  },
});

/** What an agent's run may do at most: what was confirmed, or nothing that appears after it was found that nothing is open. */
async function confirmedFor(
  { target }: Pick<StoryOptions, 'target'>,
  { database, phase }: { readonly database?: string | undefined; readonly phase?: PhaseName | undefined },
  context: Context,
): Promise<{ readonly confirmed?: string }> {
  if (context.agent === undefined || (database !== undefined && (await isOwnSandbox(database, context))))
    return {};
  const { hashOfRun } = await import('../runner/open.ts');
  return { confirmed: context.confirmed ?? hashOfRun(target, [], phase) };
}

/** Which part of what is open is meant. */
function chosen<P>({ phase, to }: { readonly phase?: P | undefined; readonly to?: string | undefined }) {
  return { ...(phase === undefined ? {} : { phase }), ...(to === undefined ? {} : { to }) };
}
