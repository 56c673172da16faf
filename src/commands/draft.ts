import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { aiExample } from '../config/ai.ts';
import { draftWithModel } from '../deliver/drafting/draft.ts';
import { loadTask } from '../tracker/tracker.ts';
import { command } from './command.ts';
import { configFor, twinInput } from './twin-input.ts';

const input = z.object({
  task: z
    .string()
    .describe('a Markdown file or the key of an issue, in prose; or - for standard input')
    .meta({ positional: true, missing: 'Type `dbd draft task.md`.' }),
  current: twinInput.current,
  model: z.string().optional().describe('name of the model, instead of `ai.model`'),
  rounds: z
    .number()
    .int()
    .min(1)
    .max(20)
    .optional()
    .describe('most proposals that are looked at (default: 4)'),
  tokens: z
    .number()
    .int()
    .min(1_000)
    .max(10_000_000)
    .optional()
    .describe('most tokens, both ways (default: 200,000)'),
  force: z.boolean().default(false).describe('replace files that are there'),
  out: z
    .string()
    .optional()
    .describe('file for the task with its block (default: <task id>.draft.md)')
    .meta({ short: 'o' }),
  sandbox: twinInput.sandbox,
});

const output = z.looseObject({
  accepted: z.boolean().describe('whether the engine accepted a block'),
  proposals: z.number(),
  use: z.looseObject({}).describe('the model, its calls and tokens'),
  block: z.string().optional(),
  files: z.array(z.string()),
});

/** Lets a model propose the block of a task that is prose; the engine decides what is accepted. */
export const draft = command({
  name: 'draft',
  summary: 'Let a language model propose the block of a task in prose; the engine checks every proposal',
  input,
  output,
  faces: ['cli'],
  effects: () => ['reads', 'files', 'sandbox', 'tracker'],
  examples: [
    { call: 'dbd draft task.md', shows: 'the accepted block, open questions, tokens and cost' },
    {
      call: 'dbd draft KAN-29 --rounds 6 -o KAN-29.md',
      shows: 'the same for an issue, in a file of its own',
    },
  ],
  run: async (given, context) => {
    const inline = given.task === '-';
    const config = await configFor(
      context,
      { current: given.current, sandbox: given.sandbox },
      inline ? [] : [resolve(context.cwd, given.task)],
    );
    const ai =
      config.ai ??
      fail('model.not-configured', 'No model is configured that could draft.', {
        hint: `${aiExample} Without a model, \`dbd task\` makes a draft by rules.`,
      });
    const source = inline
      ? { text: await context.stdin() }
      : await loadTask(given.task, { ...context, config, fetch });
    const name = inline
      ? 'task'
      : basename(given.task)
          .replace(/\.md$/i, '')
          .replaceAll(/[^\w.-]+/g, '-');
    return draftWithModel({
      engine: (engine) => context.engine(engine),
      source,
      config,
      ai: given.model === undefined ? ai : { ...ai, model: given.model },
      rounds: given.rounds ?? ai.rounds ?? 4,
      tokens: given.tokens ?? ai.tokens ?? 200_000,
      out: given.out ?? `${name}.draft.md`,
      force: given.force,
      cwd: context.cwd,
      env: context.env,
      emit: context.emit,
      signal: context.signal,
    });
  },
});
