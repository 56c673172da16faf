/** Reports that ask instead of answer: prose without a block, and plans that need a decision. */
import type { Catalog } from '../../catalog/model.ts';
import type { ChangeQuestion } from '../../change/model.ts';
import { plural } from '../../base/text.ts';
import { report } from '../../report/build.ts';
import type { Claim, Report } from '../../report/model.ts';
import { draftBlock, draftQuestions, questionsOf } from '../../task/task.ts';
import type { Task } from '../../task/model.ts';
import type { TaskSource } from '../model.ts';
import { sentenceBlocks, sentenceClaim, type SentenceDraft } from './sentences.ts';

/** The questions that matter most and a draft to complete; nothing was run. */
export function askBack(
  task: Task,
  source: TaskSource,
  current: Catalog | undefined,
  started: number,
): Report {
  const draft = draftBlock(task, current);
  const questions = [...questionsOf(task), ...draftQuestions(task, current)];
  return report({
    command: 'task',
    title: titleOf(task),
    started,
    verdict: 'conditions',
    headline: `${task.id} is prose only: answer ${questions.length} questions in the draft below, then run it again.`,
    claims: questions.map((question, index) =>
      asked(`?${index + 1}`, `${question.about}: ${question.text}`, question.guess),
    ),
    blocks: [
      {
        id: 'draft',
        title: 'A draft to complete',
        kind: 'code',
        language: 'yaml',
        text: `\`\`\`yaml\n${draft.trim()}\n\`\`\`\n`,
      },
    ],
    limits: source.limits ?? [],
    next: [
      {
        command: `dbd task ${source.name ?? '<file>'}`,
        why: 'after the draft was completed and put into the task',
      },
    ],
    output: { task: task.id, draft },
  });
}

/** Draft queries of a task that asks in sentences only, to be confirmed; nothing was run. */
export function askSentences(
  task: Task,
  source: TaskSource,
  drafts: readonly SentenceDraft[],
  started: number,
): Report {
  const understood = drafts.filter(({ drafted }) => drafted.kind === 'drafted').length;
  return report({
    command: 'task',
    title: titleOf(task),
    started,
    verdict: 'conditions',
    headline: `${task.id} asks in sentences: ${plural(understood, 'draft query is', 'draft queries are')} to confirm${
      understood === drafts.length ? '' : `, ${drafts.length - understood} of ${drafts.length} not understood`
    }; nothing was run.`,
    claims: task.requirements.access.map((access) =>
      sentenceClaim(
        access,
        drafts.find(({ claim }) => claim === access.id),
      ),
    ),
    blocks: sentenceBlocks(task, drafts),
    limits: source.limits ?? [],
    next: [
      { command: `dbd task ${source.name ?? '<file>'}`, why: 'after each pattern got its `sql` in the task' },
    ],
    output: { task: task.id },
  });
}

/** Questions of the planner; nothing was written. */
export function askPlan(task: Task, questions: readonly ChangeQuestion[], started: number): Report {
  return report({
    command: 'task',
    title: titleOf(task),
    started,
    verdict: 'conditions',
    headline:
      questions.length === 1
        ? questions[0]!.text
        : `${questions.length} questions stand between the task and its change.`,
    claims: questions.map((question, index) => asked(`?${index + 1}`, question.text, question.answer)),
    next: questions.map((question) => ({
      command: question.answer,
      why: 'put this into the block if that is meant',
    })),
    output: { task: task.id },
  });
}

/** `KAN-29 User Dashboard Analytics`. */
export function titleOf(task: Task): string {
  return task.title.startsWith(task.id) ? task.title : `${task.id} ${task.title}`;
}

function asked(id: string, says: string, guess: string | undefined): Claim {
  return {
    id,
    kind: 'change',
    says,
    verdict: 'not-proven',
    because: 'It is a question.',
    evidence: guess === undefined ? [] : [{ basis: 'assumed', text: `For example: ${guess}`, shown: guess }],
  };
}
