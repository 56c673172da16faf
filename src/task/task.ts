/** From a Markdown text to a task: the block found, read, resolved and questioned. */
import { fail } from '../base/error.ts';
import { readBlock } from './block/block.ts';
import { draftQuestions } from './draft/draft.ts';
import { split } from './markdown.ts';
import type { Requirements, Task } from './model.ts';
import { questionsOf } from './questions.ts';
import { hashBlock, keptOpen } from './write.ts';

export type * from './model.ts';
export { draftBlock, draftQuestions } from './draft/draft.ts';
export { assumptionsOf, questionsOf, type Assumption } from './questions.ts';
export { writeBlock, writeTask } from './write.ts';

/** Largest task, bytes: a task is a description, not data. */
export const largestTask = 1_048_576;

/** Reads a task from its text (`name` is its file); throws `DbdError` with a `task.*` code, line and column in message and details. */
export function readTask(source: { readonly text: string | Uint8Array; readonly name?: string }): Task {
  const name = source.name ?? 'the task';
  const text = decode(source.text, name);
  const parts = split(text, source.name);
  const [fence, second] = parts.blocks;
  if (second) {
    fail(
      'task.two-blocks',
      `${name}, line ${second.line}, column 1: a second block that begins with \`dbd:\`; the first is at line ${fence!.line}.`,
      {
        hint: 'Join the two blocks, or take `dbd: 1` out of the one that is only shown.',
        details: { line: second.line, column: 1 },
      },
    );
  }
  const { requirements, open } = fence ? readBlock(fence, name) : nothing();
  const level = levelOf(requirements);
  const kept = keptOpen({ requirements, open });
  const asked = { requirements, open: kept };
  const { id, title, prose } = parts;
  const questions =
    level === 0 ? [...questionsOf(asked), ...draftQuestions({ title, prose })] : questionsOf(asked);
  return { id, title, prose, level, hash: hashBlock(asked), requirements, questions, open: kept };
}

function nothing(): Pick<Task, 'requirements' | 'open'> {
  return readBlock({ text: 'dbd: 1', line: 1, firstLine: 1, lastLine: 1, stripped: [] }, 'the task');
}

function decode(source: string | Uint8Array, name: string): string {
  const size = typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength;
  if (size > largestTask)
    fail('task.too-large', `${name} is ${(size / 1_048_576).toFixed(1)} MiB; a task holds at most 1 MiB.`, {
      hint: 'Keep data out of the task, and name files instead.',
    });
  const text = typeof source === 'string' ? source : utf8(source, name);
  if (text.includes('\0'))
    fail('task.not-text', `${name} is not text: it holds a NUL character.`, {
      hint: 'Give a Markdown file in UTF-8.',
    });
  const clean = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\p{Cs}/gu, '\uFFFD');
  if (clean.trim() === '')
    fail('task.empty', `${name} has no text.`, {
      hint: 'Write what is wanted in a sentence; `dbd task` answers with what it needs to know.',
    });
  return clean;
}

function utf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    return fail('task.not-text', `${name} is not UTF-8 text.`, {
      hint: 'Give a Markdown file in UTF-8.',
      cause,
    });
  }
}

/** 0 prose, 1 shape, 2 shape or workload with access patterns, volumes or limits. */
function levelOf(r: Requirements): Task['level'] {
  if (r.access.length + r.volumes.length + r.limits.length > 0) return 2;
  const { rename, split: parts, merge, backfill, drop } = r.change;
  const shape =
    r.entities.length +
    r.relations.length +
    r.rules.length +
    r.lifecycle.length +
    r.privacy.length +
    Object.keys(rename).length +
    r.extensions.length;
  return shape > 0 || [r.schema, parts, merge, backfill, drop].some((each) => each !== undefined) ? 1 : 0;
}
