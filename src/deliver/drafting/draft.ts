/** The story of `dbd draft`: prose, a model's proposals, the engine's word on each, a block to read, and the whole talk kept as evidence. */
import { access, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fail } from '../../base/error.ts';
import { hash } from '../../base/hash.ts';
import { hideSecrets } from '../../base/secret.ts';
import { version } from '../../base/version.ts';
import type { Report } from '../../report/model.ts';
import { draftBlock, readTask } from '../../task/task.ts';
import { withCurrent } from '../current/with-current.ts';
import { titleOf } from '../asking/ask.ts';
import { checkBlock, withBlock } from './check.ts';
import { firstMessage, instructionsFor } from './instructions.ts';
import type { Drafted, DraftingOptions } from './model.ts';
import { loadSdk, modelOf } from './provider.ts';
import { draftReport } from './report.ts';
import { talk } from './rounds.ts';

/** Longest time a proposed change may take on the bare structure, milliseconds. */
const limitMs = 30_000;

/** Drafts the block of a task that has none. Throws `model.*`, `task.*`, `file.*`. */
export async function draftWithModel(options: DraftingOptions): Promise<Report> {
  const started = performance.now();
  const { source, ai, cwd, env, emit, signal, config } = options;
  const task = readTask(source);
  if (task.level > 0)
    fail('task.refused', `${source.name ?? 'The task'} has a block already.`, {
      hint: 'Run `dbd task`: it asks what is missing.',
    });
  const path = resolve(cwd, options.out);
  const kept = path.replace(/(?:\.draft)?(?:\.md)?$/, '.draft.json');
  if (!options.force) await Promise.all([path, kept].map(refuseExisting));
  const key = ai.keyVariable === undefined ? undefined : env[ai.keyVariable]?.trim();
  const hide = (text: string): string => hideSecrets(key ? text.replaceAll(key, '***') : text);
  const sdk = await loadSdk(cwd);
  const model = options.model ?? (await modelOf(ai, cwd, env));
  const engine = await options.engine(task.requirements.change.engine);
  const prose = task.prose.trim() === '' ? task.title : task.prose;
  const drafted = await withCurrent({ engine, config, limitMs, emit, signal }, async (current, sandbox) =>
    talk({
      sdk,
      model,
      instructions: await instructionsFor(options.rounds),
      first: firstMessage(prose, titleOf(task), draftBlock(task, current.catalog), current.catalog),
      catalog: current.catalog,
      rounds: options.rounds,
      tokens: options.tokens,
      check: (block) =>
        checkBlock(textOf(source.text), block, {
          engine,
          sandbox,
          current: current.database,
          before: current.catalog,
          limitMs,
          emit: () => undefined,
          signal,
        }),
      hide,
      emit,
      signal,
    }),
  );
  const written = await write(path, kept, drafted, hide, options);
  return draftReport(
    titleOf(task),
    drafted,
    options,
    written.map(({ path: file, what }) => ({ path: relative(cwd, file), what })),
    started,
  );
}

async function write(
  path: string,
  kept: string,
  drafted: Drafted,
  hide: (text: string) => string,
  { source, ai, out }: DraftingOptions,
): Promise<readonly { readonly path: string; readonly what: string }[]> {
  const text = textOf(source.text);
  const evidence = {
    schema: 'dbd.draft/1',
    dbd: version,
    at: new Date().toISOString(),
    model: { ...drafted.use, asked: ai.model, through: ai.provider ?? ai.baseUrl },
    ended: drafted.ended,
    task: hash(text),
    ...(drafted.best ? { accepted: hash(drafted.best.block) } : {}),
    proposals: drafted.rounds.map(({ block, checked: { error, guesses, task } }) => ({
      block,
      ...(error === undefined ? { questions: task?.questions.length ?? 0, guesses } : { error }),
    })),
    transcript: drafted.transcript,
  };
  const files = [
    ...(drafted.best
      ? [{ path, what: 'the text with the block', content: withBlock(text, drafted.best.block) }]
      : []),
    {
      path: kept,
      what: 'evidence: the model, every message both ways, every proposal with the engine’s word',
      content: `${hide(JSON.stringify(evidence, null, 2))}\n`,
    },
  ];
  for (const file of files)
    await writeFile(file.path, file.content).catch((cause: unknown) =>
      fail('file.unwritable', `${out} cannot be written.`, {
        cause,
        hint: 'Check that the folder exists and is writable.',
      }),
    );
  return files;
}

async function refuseExisting(path: string): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there)
    fail('file.exists', `${path} is there already; no model was asked.`, {
      hint: 'Give another file with --out, or --force.',
    });
}

function textOf(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : new TextDecoder().decode(text);
}
