/** Answers of allowed people to the questions of the living comment become part of the task; answers of anybody else are told. */
import { DbdError } from '../../../base/error.ts';
import { split } from '../../../task/markdown.ts';
import { readTask, type Question } from '../../../task/task.ts';
import { fenced } from '../adf/escape.ts';
import type { Connection } from '../connection.ts';
import type { Comment, Issue } from '../issue.ts';
import { shownName, strangerOf } from '../people.ts';
import { isMarked, markOf, propertyKey } from '../publish/mark.ts';
import type { Asked } from '../publish/work.ts';
import { markdownOf } from '../rich.ts';
import { filled } from './fill.ts';
import { plain, quotes, repliesIn, type Reply } from './reply.ts';

interface Given extends Reply {
  readonly comment: Comment;
}

/** The text with what was answered, and a sentence for each answer that was taken or not. */
export async function withReplies(
  connection: Connection,
  issue: Issue,
  authors: readonly string[],
  text: string,
): Promise<{ readonly text: string; readonly limits: readonly string[] }> {
  const given = issue.comments
    .filter(({ body }) => !isMarked(body))
    .flatMap((comment): readonly Given[] =>
      repliesIn(markdownOf(comment.body).markdown)
        .toReversed()
        .map((reply) => ({ ...reply, comment })),
    );
  if (given.length === 0) return { text, limits: [] };
  const asked = given.some(({ to }) => 'label' in to) ? await askedAt(connection, issue.key) : [];
  const open = questionsOf(text);
  // Newest first: an earlier answer to the same question counts no more.
  const answered = new Map<string, Given>();
  const limits: string[] = [];
  for (const reply of given) {
    const words = wordsOf(reply, asked, open);
    if (words === undefined) continue;
    const stranger = strangerOf(reply.comment, authors);
    if (stranger)
      limits.push(
        `${stranger === reply.comment.author ? 'An answer by' : 'An answer edited by'} ${shownName(stranger.name)} to ${named(reply, words)} was not taken; to allow it, add ${shownName(stranger.accountId)} to \`jira.authors\` in dbd.config.yaml.`,
      );
    else if (!answered.has(words)) answered.set(words, reply);
  }
  let task = text;
  const prose: string[] = [];
  for (const [words, reply] of answered) {
    const question = open.find((each) => saysOf(each) === words);
    if (!question) {
      // A task without a block has no place for values: the answer is part of what was said.
      if (split(text).blocks.length === 0) prose.push(`- ${words} — ${reply.text.replaceAll('\n', ' ')}`);
      continue;
    }
    const who = shownName(reply.comment.author.name);
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

/** The words of the question that was answered: by its number at that time, or as quoted. */
function wordsOf(
  { to, comment }: Given,
  asked: readonly Asked[],
  current: readonly Question[],
): string | undefined {
  if ('label' in to)
    return asked
      .filter(({ at }) => at <= comment.created)
      .at(-1)
      ?.questions.find(({ label }) => label === to.label)?.text;
  const open = current.find(({ text }) => quotes(to.quote, text));
  return open
    ? saysOf(open)
    : asked.flatMap(({ questions }) => questions).find(({ text }) => quotes(to.quote, text))?.text;
}

/** What was asked when; read only where somebody answered by number. */
async function askedAt(connection: Connection, key: string): Promise<readonly Asked[]> {
  const path = `issue/${encodeURIComponent(key)}/properties/${propertyKey}`;
  return markOf(await connection.find(path, `the mark of dbd on ${key}`))?.asked ?? [];
}

function short(text: string): string {
  const line = plain(text).replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
