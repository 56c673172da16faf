/** What is told of a draft: its questions, guesses, rounds and price; nothing of it is proven. */
import { plural } from '../../base/text.ts';
import { column, fact, report } from '../../report/build.ts';
import type { Block, Claim, Fact, Report } from '../../report/model.ts';
import type { Drafted, DraftingOptions } from './model.ts';

const endings: Readonly<Record<Drafted['ended'], string>> = {
  finished: 'the model was done',
  rounds: 'no more rounds were left',
  tokens: 'no more tokens were left',
  refused: 'the model proposed nothing',
  stopped: 'the model stopped answering',
};

/** The report; `files` are what was written. */
export function draftReport(
  title: string,
  drafted: Drafted,
  { ai, rounds: most }: Pick<DraftingOptions, 'ai' | 'rounds'>,
  files: readonly { readonly path: string; readonly what: string }[],
  started: number,
): Report {
  const { best, rounds } = drafted;
  const task = best?.checked.task;
  const shown = files[0]?.path;
  return report({
    command: 'draft',
    title,
    started,
    verdict: best ? 'conditions' : 'failed',
    headline: best
      ? `A block was accepted after ${plural(rounds.length, 'proposal')}; ${plural(task!.questions.length, 'question is', 'questions are')} open, and nothing is proven yet.`
      : `No block was accepted: ${endings[drafted.ended]}.`,
    claims: (task?.questions ?? []).map(({ about, text, guess }, index): Claim => ({
      id: `?${index + 1}`,
      kind: 'change',
      says: `${about}: ${text}`,
      verdict: 'not-proven',
      because: 'It is a question.',
      evidence:
        guess === undefined ? [] : [{ basis: 'assumed', text: `For example: ${guess}`, shown: guess }],
    })),
    findings: (best?.checked.guesses ?? []).map((guess) => ({
      rule: 'guess-not-marked',
      severity: 'warning' as const,
      place: guess.split(':')[0]!,
      message: `The model states ${guess}, which does not stand in the text.`,
      instead: 'Check it, or write it as { assume: … }.',
    })),
    blocks: [
      { kind: 'facts', id: 'model', title: 'The model', facts: factsOf(drafted, { ai, rounds: most }) },
      ...(rounds.length === 0 ? [] : [roundsTable(drafted)]),
      ...(best
        ? [
            {
              kind: 'code' as const,
              id: 'block',
              title: 'The block',
              language: 'yaml',
              text: best.block.trimEnd(),
            },
          ]
        : []),
      ...(drafted.said === ''
        ? []
        : [
            {
              kind: 'code' as const,
              id: 'said',
              title: 'What the model said at the end',
              language: '',
              text: drafted.said,
            },
          ]),
      ...(files.length === 0 ? [] : [{ kind: 'files' as const, id: 'files', title: 'Files', files }]),
    ],
    limits: [
      'A model proposed this block. The engine read it and carried its change out on the bare structure; what it asks for may not be what the text means.',
    ],
    next:
      best && shown !== undefined
        ? [{ command: `dbd task ${shown}`, why: 'runs it, and says what is proven, after you have read it' }]
        : [{ command: 'dbd task', why: 'makes a draft by rules, without a model' }],
    output: {
      accepted: best !== undefined,
      ended: drafted.ended,
      proposals: rounds.length,
      use: drafted.use,
      ...(best ? { block: best.block } : {}),
      files: files.map(({ path }) => path),
    },
  });
}

function factsOf(
  { use, ended, rounds }: Drafted,
  { ai, rounds: most }: Pick<DraftingOptions, 'ai' | 'rounds'>,
): readonly Fact[] {
  const cost =
    ai.price === undefined
      ? undefined
      : (use.input * ai.price.input + use.output * ai.price.output) / 1_000_000;
  const counted = use.input + use.output > 0;
  return [
    fact('model', use.model === '' ? ai.model : use.model, 'measured'),
    fact('asked through', ai.provider ?? ai.baseUrl ?? 'a model that was handed in', 'measured'),
    fact('proposals', `${rounds.length} of at most ${most}; ${endings[ended]}`, 'measured'),
    counted
      ? fact(
          'tokens',
          `${use.input.toLocaleString('en-US')} in, ${use.output.toLocaleString('en-US')} out, in ${plural(use.calls, 'call')}`,
          'measured',
        )
      : fact('tokens', 'the provider does not count them', 'assumed'),
    cost === undefined || !counted
      ? fact(
          'cost',
          counted ? 'unknown: `ai.price` is not set' : 'unknown: no tokens were counted',
          'assumed',
        )
      : fact('cost', `${cost.toFixed(4)} ${ai.price!.currency}, by the price that you configured`, 'derived'),
  ];
}

function roundsTable({ rounds }: Drafted): Block {
  return {
    kind: 'table',
    id: 'rounds',
    title: 'Proposals',
    columns: [
      column('round', 'right'),
      column('lines', 'right'),
      column('engine'),
      column('questions', 'right'),
    ],
    rows: rounds.map(({ block, checked }, at) => [
      at + 1,
      block.trimEnd().split('\n').length,
      checked.error === undefined
        ? { text: 'accepted', tone: 'good' }
        : { text: checked.error.replaceAll(/\s+/g, ' ').slice(0, 160), tone: 'bad' },
      checked.task?.questions.length ?? '',
    ]),
  };
}
