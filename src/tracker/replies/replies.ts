/** Answers of allowed people to the questions of the living comment become part of the task; answers of anybody else are told. */
import { DbdError } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import { split } from '../../task/markdown.ts';
import { readTask, type Question } from '../../task/task.ts';
import { fenced } from '../fenced.ts';
import type { Asked } from './asked.ts';
import { filled } from './fill.ts';
import { plain, quoted, quotes, repliesIn, type Reply } from './reply.ts';

/** A comment as any tracker has it; the living comment itself is none. */
export interface Said {
  readonly markdown: string;
  /** By the clock of the site, milliseconds. */
  readonly created: number;
  /** The author's name as it is shown. */
  readonly author: string;
  /** Why nothing of it is taken; absent where author and editor are allowed. */
  readonly refused?: Refused;
}

export interface Refused {
  /** Whose answer it is: `by Mallory`, `edited by Mallory`. */
  readonly whose: string;
  /** What can be done, in words. */
  readonly instead: string;
}

/** Where a task has been talked about. */
export interface Talk {
  /** Newest first. */
  readonly comments: readonly Said[];
  /** What was asked when, oldest first; called only where an answer needs it. */
  asked(): Promise<readonly Asked[]>;
}

/** The task with what was answered, and a sentence for each answer that was taken or not. */
export interface Answered {
  readonly text: string;
  readonly limits: readonly string[];
}

interface Given extends Reply {
  readonly comment: Said;
}

/** Most answers that were not taken and are told one by one: anybody may write some. */
const mostRefused = 20;

/** Puts the answers of comments into the text of a task. */
export async function withReplies(text: string, talk: Talk): Promise<Answered> {
  const given = talk.comments.flatMap((comment): readonly Given[] =>
    repliesIn(comment.markdown)
      .toReversed()
      .map((reply) => ({ ...reply, comment })),
  );
  if (given.length === 0) return { text, limits: [] };
  const open = questionsOf(text);
  const needed = given.some(({ to }) => 'label' in to || !open.some((each) => quotes(to.quote, each.text)));
  const asked = needed ? await talk.asked() : [];
  // Newest first: an earlier answer to the same question counts no more.
  const answered = new Map<string, Given>();
  const limits: string[] = [];
  let refusals = 0;
  for (const reply of given) {
    const { author, refused } = reply.comment;
    const [words, ...others] = wordsOf(reply, asked, open);
    if (words === undefined) continue;
    if (refused) {
      refusals += 1;
      if (refusals <= mostRefused)
        limits.push(
          `An answer ${refused.whose} to ${named(reply, words)} was not taken; ${refused.instead}.`,
        );
    } else if (others.length > 0)
      limits.push(
        `An answer by ${author} stands below more than one question, and was not taken; name the one that is meant, such as \`Q1: …\`: ${short(reply.text)}`,
      );
    else if (!answered.has(words)) answered.set(words, reply);
  }
  if (refusals > mostRefused)
    limits.push(`${plural(refusals - mostRefused, 'more answer was', 'more answers were')} not taken.`);
  let task = text;
  const prose: string[] = [];
  for (const [words, reply] of answered) {
    const question = open.find((each) => saysOf(each) === words);
    if (!question) {
      // A task without a block has no place for values: the answer is part of what was said.
      if (split(text).blocks.length === 0) prose.push(`- ${line(words)} — ${line(reply.text)}`);
      continue;
    }
    const who = reply.comment.author;
    const next = put(task, question, reply.text);
    if (typeof next === 'string') {
      task = next;
      limits.push(`${named(reply, words)} was answered by ${who}: ${short(reply.text)}`);
    } else
      limits.push(
        `The answer by ${who} to ${named(reply, words)} is no value that can stand there${next === undefined ? '' : ` (${next.message})`}; put it into the block: ${short(reply.text)}`,
      );
  }
  if (prose.length > 0) task = `${task.trimEnd()}\n\n## Answers\n\n${prose.join('\n')}\n`;
  return { text: task, limits };
}

function named({ to }: Given, words: string): string {
  return 'label' in to ? `${to.label} (${short(words)})` : `“${short(words)}”`;
}

/** The text with the answer in its block; an error where the block does not take it, undefined where there is no place for it. */
function put(text: string, question: Question, answer: string): string | DbdError | undefined {
  const parts = split(text);
  const block = filled(parts.blocks[0]!.text, question, answer);
  if (block === undefined) return undefined;
  const next = `${parts.prose}\n\n${fenced(block.trimEnd(), 'yaml')}\n`;
  try {
    readTask({ text: next });
    return next;
  } catch (error) {
    if (error instanceof DbdError) return error;
    throw error;
  }
}

/** The open questions of the block; none where it is none or cannot be read, which others say. */
function questionsOf(text: string): readonly Question[] {
  if (split(text).blocks.length !== 1) return [];
  try {
    return readTask({ text }).questions;
  } catch (error) {
    if (error instanceof DbdError) return [];
    throw error;
  }
}

function saysOf({ about, text }: Question): string {
  return `${about}: ${text}`;
}

/** The words of the question that was answered: by its number at that time, or as quoted; more than one where the quote holds several. */
function wordsOf(
  { to, comment }: Given,
  asked: readonly Asked[],
  current: readonly Question[],
): readonly string[] {
  if ('label' in to) {
    const then = asked.findLast(({ at }) => at <= comment.created);
    return then?.questions.filter(({ label }) => label === to.label).map(({ text }) => text) ?? [];
  }
  const open = quoted(
    to.quote,
    current.map((each) => ({ words: each.text, whole: saysOf(each) })),
  );
  if (open.length > 0) return open;
  return quoted(
    to.quote,
    asked.flatMap(({ questions }) => questions.map(({ text }) => ({ words: text, whole: text }))),
  );
}

/** Text that can begin neither a line nor a fence of its own: what was asked is read back from where others may write. */
function line(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replace(/^[\s`~>*+-]+/, '');
}

function short(text: string): string {
  const words = plain(text).replaceAll(/\s+/g, ' ');
  return words.length > 120 ? `${words.slice(0, 119)}…` : words;
}
