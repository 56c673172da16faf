/** The talk with the model: it proposes, the engine answers, within bounds of rounds and tokens. */
import type { LanguageModel, ModelMessage } from 'ai';
import { z } from 'zod';
import { DbdError, fail } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import { nearest } from '../../base/text.ts';
import type { Catalog } from '../../catalog/model.ts';
import { tableLine } from './instructions.ts';
import type { Checked, Drafted, Round } from './model.ts';
import type { loadSdk } from './provider.ts';

/** Most errors and questions that one answer holds. */
const mostTold = 12;
/** Longest text of one answer of the model, tokens. */
const answerTokens = 16_000;

export interface RoundsOptions {
  readonly sdk: Awaited<ReturnType<typeof loadSdk>>;
  readonly model: LanguageModel;
  readonly instructions: string;
  readonly first: string;
  readonly catalog: Catalog;
  readonly rounds: number;
  readonly tokens: number;
  readonly check: (block: string) => Promise<Checked>;
  /** Takes credentials out of a text. */
  readonly hide: (text: string) => string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Talks until the model ends, or a bound is reached; throws `model.failed` when the provider does not answer and nothing was proposed yet. */
export async function talk(options: RoundsOptions): Promise<Drafted> {
  const { sdk, model, signal } = options;
  const rounds: Round[] = [];
  const use = { model: '', calls: 0, input: 0, output: 0 };
  const transcript: unknown[] = [{ role: 'user', content: options.first }];
  const messages: ModelMessage[] = [{ role: 'user', content: options.first }];
  const spent = (): boolean => use.input + use.output >= options.tokens;
  const full = (): boolean => rounds.length >= options.rounds;
  let said = '';
  let ended: Drafted['ended'] = 'finished';
  // A model that looks at tables or errs in its calls takes steps, too; twice as many, and a few, are enough for any honest one.
  const steps = options.rounds * 2 + 4;
  try {
    const { text, finishReason } = await sdk.generateText({
      model,
      system: options.instructions,
      messages,
      maxOutputTokens: answerTokens,
      maxRetries: 2,
      abortSignal: signal,
      tools: toolsOf(options, rounds),
      stopWhen: [sdk.stepCountIs(steps), spent, full],
      onStepFinish: ({ usage, response }) => {
        use.model = response.modelId;
        use.calls += 1;
        use.input += usage.inputTokens ?? 0;
        use.output += usage.outputTokens ?? 0;
        // Each step's messages hold those of the steps before it.
        transcript.splice(1, Infinity, ...(response.messages as readonly unknown[]));
      },
    });
    said = options.hide(text).slice(0, 2_000);
    if (rounds.length === 0 && !spent()) ended = finishReason === 'tool-calls' ? 'rounds' : 'refused';
    else if (spent()) ended = 'tokens';
    else if (full() || use.calls >= steps) ended = 'rounds';
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DbdError) throw error;
    if (rounds.length === 0) failed(error, options.hide);
    options.emit({
      kind: 'warning',
      text: `The model stopped answering: ${sentenceOf(error, options.hide)}`,
    });
    ended = 'stopped';
  }
  const best = bestOf(rounds);
  return { rounds, ...(best ? { best } : {}), ended, said, use, transcript };
}

function toolsOf({ sdk, catalog, check, emit, rounds: most }: RoundsOptions, rounds: Round[]) {
  return {
    propose_block: sdk.tool({
      description: 'Proposes the whole block as YAML; the engine answers with errors, guesses and questions.',
      inputSchema: z.strictObject({ yaml: z.string().min(1).max(200_000) }),
      execute: async ({ yaml }) => {
        if (rounds.length >= most) return { accepted: false, error: 'No more proposals are looked at.' };
        const started = performance.now();
        const checked = await check(yaml);
        rounds.push({ block: yaml, checked });
        emit({
          kind: 'step',
          step: `proposal ${rounds.length}`,
          ms: performance.now() - started,
          note: checked.error === undefined ? 'accepted' : checked.error.slice(0, 120),
        });
        return answerTo(checked, most - rounds.length);
      },
    }),
    look_at_table: sdk.tool({
      description: 'Columns of one table of the structure that is there.',
      inputSchema: z.strictObject({ name: z.string().max(200) }),
      execute: ({ name }) => {
        const found = catalog.tables.find(
          (table) => table.name === name || `${table.schema}.${table.name}` === name,
        );
        if (found) return tableLine(found);
        const near = nearest(
          name,
          catalog.tables.map((table) => table.name),
        );
        return `There is no table ${name}.${near === undefined ? '' : ` The nearest is ${near}.`}`;
      },
    }),
  };
}

function answerTo({ task, error, guesses }: Checked, left: number): Record<string, unknown> {
  if (!task) return { accepted: false, error, left };
  return {
    accepted: true,
    ...(guesses.length === 0
      ? {}
      : { notInTheText: guesses.slice(0, mostTold), instead: 'Write each of them as { assume: … }.' }),
    openQuestions: task.questions.slice(0, mostTold).map(({ about, text }) => `${about}: ${text}`),
    left,
  };
}

/** The accepted one with the fewest unmarked guesses, then the fewest questions, then the later one. */
function bestOf(rounds: readonly Round[]): Drafted['best'] {
  const accepted = rounds.flatMap(({ block, checked }) =>
    checked.task ? [{ block, checked: { ...checked, task: checked.task } }] : [],
  );
  const weight = ({ checked }: (typeof accepted)[number]): number =>
    checked.guesses.length * 1_000 + checked.task.questions.length;
  return accepted.toReversed().toSorted((a, b) => weight(a) - weight(b))[0];
}

function failed(error: unknown, hide: RoundsOptions['hide']): never {
  return fail('model.failed', `The model did not answer: ${sentenceOf(error, hide)}`, {
    hint: 'Check `ai` in dbd.config.yaml: address, name of the model, key. Without a model, `dbd task` makes a draft by rules.',
  });
}

/** The provider's own words, without line breaks and secrets. */
function sentenceOf(error: unknown, hide: RoundsOptions['hide']): string {
  const { message = String(error), statusCode } = error as {
    readonly message?: string;
    readonly statusCode?: number;
  };
  const status = statusCode === undefined ? '' : ` (status ${statusCode})`;
  return `${hide(message)
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
    .replace(/\.$/, '')}${status}.`;
}
