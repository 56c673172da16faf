import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { nearest } from '../base/text.ts';
import { alternativeKindNames } from '../deliver/alternatives/kind-names.ts';
import { leftOutNames } from '../deliver/deliverable-names.ts';
import { command } from './command.ts';
import { configFor, duration, twinInput } from './twin-input.ts';

const input = z.object({
  task: z
    .string()
    .describe('a Markdown file, the key of a Jira issue, the text itself, or - for standard input')
    .meta({
      positional: true,
      missing: 'Type `dbd KAN-29` with the key of a Jira issue, or `dbd task.md` with a Markdown file.',
    }),
  ...twinInput,
  alternatives: z
    .string()
    .default('auto')
    .describe(
      `designs to build and measure beside the chosen one: auto, none, or kinds by comma: ${alternativeKindNames.join(', ')}`,
    ),
  without: z
    .string()
    .optional()
    .describe(`what to leave out, by comma: ${leftOutNames.join(', ')}`),
  changes: z.string().optional().describe('folder that keeps change folders'),
  out: z
    .string()
    .optional()
    .describe('folder for the results (default: <changes>/<task id>, or ./dbd-<task id>)')
    .meta({ short: 'o' }),
  branch: z
    .string()
    .optional()
    .describe(
      'commit the results on this new branch, with the text of a pull request (default: dbd/<task id>)',
    )
    .meta({ bare: '', fine: true }),
});

const output = z.looseObject({
  task: z.string().optional().describe('id of the task'),
  folder: z.string().optional().describe('where the results are'),
  files: z.array(z.string()).optional().describe('paths within the folder'),
  draft: z.string().optional().describe('a block to complete, for a task that is prose only'),
  branch: z.string().optional().describe('branch that holds the results'),
});

/** Turns a task into a proven change. */
export const task = command({
  name: 'task',
  summary: 'Turn a task into a proven change: schema, migration, way back, indexes, evidence',
  advice:
    'Prose gives questions and a draft: ask the person, put the answers into the block, call it again. Begin with `quick`.',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: () => ['reads', 'connects', 'files', 'sandbox', 'tracker'],
  examples: [
    { call: 'dbd task KAN-29.md', shows: 'the change, its way back and the evidence, in ./dbd-KAN-29' },
    { call: 'dbd KAN-29.md --quick', shows: 'the same on a twin of 20,000 rows, in seconds' },
    { call: 'dbd KAN-29', shows: 'the same for the issue of that key in the configured Jira' },
    {
      call: 'dbd KAN-29 --branch',
      shows:
        'the same, committed on the new branch dbd/KAN-29 with the text of a pull request; nothing is pushed',
    },
    { call: 'cat task.md | dbd task - --current schema.sql --json', shows: 'the report as JSON, for CI' },
  ],
  run: async (given, context) => {
    // No task file has a line break in its name: an agent, which has no standard input, gives the text.
    const written = given.task.includes('\n');
    const inline = written || given.task === '-';
    const path = resolve(context.cwd, inline ? '.' : given.task);
    const config = await configFor(context, given, inline ? [] : [path]);
    const prepared =
      given.branch === undefined
        ? undefined
        : await (
            await import('../deliver/branch/branch.ts')
          ).prepareBranch(
            given.out === undefined ? (config.changes ?? context.cwd) : resolve(context.cwd, given.out),
            given.branch || undefined,
            context.env,
          );
    const source = written
      ? { text: given.task }
      : inline
        ? { text: await context.stdin() }
        : await (await import('../tracker/tracker.ts')).loadTask(given.task, { ...context, config, fetch });
    const { deliverTask } = await import('../deliver/deliver.ts');
    const made = await deliverTask({
      engine: (name) => context.engine(name),
      source,
      config,
      rows: given.quick ? Math.min(quickRows, given.rows) : given.rows,
      quick: given.quick,
      limitMs: duration('--limit', given.limit),
      seed: given.seed,
      cwd: context.cwd,
      emit: context.emit,
      signal: context.signal,
      alternatives:
        given.alternatives === 'auto' || given.alternatives === 'none'
          ? given.alternatives
          : words(given.alternatives).map(alternativeKind),
      without: words(given.without ?? '').map(deliverableName),
      ...defined({ scale: given.scale, out: given.out }),
    });
    return prepared ? (await import('../deliver/branch/branch.ts')).taskOnBranch(made, prepared) : made;
  },
});

function words(text: string): readonly string[] {
  return text.split(',').flatMap((word) => word.trim() || []);
}

function alternativeKind(word: string): string {
  if (alternativeKindNames.includes(word)) return word;
  const near = nearest(word, alternativeKindNames);
  return fail('usage.wrong-option', `--alternatives does not know ${word}.`, {
    hint:
      near === undefined ? `Known: auto, none, ${alternativeKindNames.join(', ')}.` : `Did you mean ${near}?`,
  });
}

function deliverableName(word: string): string {
  if (leftOutNames.includes(word)) return word;
  const near = nearest(word, leftOutNames);
  return fail('usage.wrong-option', `--without does not know ${word}.`, {
    hint: near === undefined ? `Known: ${leftOutNames.join(', ')}.` : `Did you mean ${near}?`,
  });
}

/** Rows of a twin with `--quick`. */
const quickRows = 20_000;

/** The entries that have a value. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
