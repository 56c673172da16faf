import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import type { Prepared } from '../deliver/publish/publish.ts';
import type { Settings } from '../tracker/model.ts';
import { command, type Context } from './command.ts';

const input = z.object({
  folder: z.string().describe('the change folder that `dbd task` wrote').meta({ positional: true }),
  to: z
    .string()
    .optional()
    .describe('key of the issue, or file of the task (default: where the task was read from)'),
  state: z.string().optional().describe('state to move the issue to, by its name or category'),
  link: z.string().optional().describe('address where the change is reviewed'),
  dryRun: z.boolean().default(false).describe('only show what would be written'),
});

/** Tells a task what became of it. */
export const publish = command({
  name: 'publish',
  summary: 'Tell the task what became of it: one comment kept up to date, files, a link, a state',
  input,
  output: z.looseObject({
    url: z.string().optional().describe('where it stands'),
    parts: z
      .array(z.looseObject({ what: z.string(), name: z.string(), did: z.string() }))
      .describe('what was created, updated, unchanged or left alone'),
  }),
  faces: ['cli', 'mcp'],
  effects: ({ dryRun }) => (dryRun ? ['reads', 'connects'] : ['reads', 'tracker']),
  examples: [
    { call: 'dbd publish dbd-KAN-29 --dry-run', shows: 'the comment and what would be written where' },
    {
      call: 'dbd publish dbd-KAN-29 --state "In Review" --link https://github.com/acme/shop/pull/12',
      shows: 'what was written; a second time nothing is',
    },
  ],
  consent: async (given, context) => {
    if (given.dryRun) return undefined;
    const { preview, reference, hash } = await prepared(given, context);
    const open = preview.parts.filter(({ did }) => did === 'created' || did === 'updated');
    if (open.length === 0) return undefined;
    return {
      says: `Publish the report in ${given.folder} to ${preview.url ?? reference}.`,
      shown: [
        ...open.map(
          ({ what, name, did, note }) => `${what} ${name}: ${did}${note === undefined ? '' : ` (${note})`}`,
        ),
        preview.comment,
      ],
      hash,
    };
  },
  run: async (given, context) => {
    const started = performance.now();
    const { previewReport, publishReport } = await import('../deliver/publish/publish.ts');
    const ready = await prepared(given, context);
    if (given.dryRun) return previewReport(ready, started);
    const writes = ready.preview.parts.some(({ did }) => did === 'created' || did === 'updated');
    if (context.agent !== undefined && writes && context.confirmed !== ready.hash)
      fail('policy.confirm', 'What would be published is not what was confirmed.', {
        hint: 'Ask again: folder, target or what stands there has changed.',
      });
    return publishReport(ready, await settingsOf(context), started);
  },
});

async function prepared(given: z.infer<typeof input>, context: Context): Promise<Prepared> {
  const { preparePublish } = await import('../deliver/publish/publish.ts');
  const { folder, to, state, link } = given;
  return preparePublish({
    folder: resolve(context.cwd, folder),
    shown: folder,
    settings: await settingsOf(context),
    // The report is a file like any other: whom it names is held against the same policy as an option.
    allowed: async (reference) => {
      const { withinPolicy } = await import('./policy.ts');
      await withinPolicy(publish, { to: reference }, context);
    },
    ...(to === undefined ? {} : { to }),
    ...(state === undefined ? {} : { state }),
    ...(link === undefined ? {} : { link }),
  });
}

async function settingsOf({ cwd, env, emit, signal }: Context): Promise<Settings> {
  const { loadConfig } = await import('../config/load.ts');
  return { config: await loadConfig({ from: [cwd], cwd, env }), cwd, env, fetch, emit, signal };
}
