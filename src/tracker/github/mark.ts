/** The line by which the living comment is found again, with what was asked so far; an HTML comment, which nobody sees. */
import { hash } from '../../base/hash.ts';
import { list, record, text } from '../jira/shapes.ts';
import { mostAsked, type Asked } from '../replies/asked.ts';
import type { Comment } from './issue.ts';

/** Largest record of what was asked, bytes of its JSON; with the body it stays below what GitHub takes. */
const longestRecord = 15_000;
/** The same of one list, bytes: further questions can be answered in the block only. */
const longestList = 9000;
const mark = /\n\n<!-- dbd-publication ([0-9a-f]{16})(?: ([A-Za-z0-9_-]{2,24000}))? -->\s*$/;

/** A list as it is kept: without a time it stands since the comment was last written, which GitHub knows when it is. */
export interface Kept {
  readonly at?: number;
  readonly questions: Asked['questions'];
}

/** The body with its mark; the record is bound to the body by a hash, so that a change by hand to either shows. */
export function markedBody(markdown: string, asked: readonly Kept[]): string {
  const kept = asked.length === 0 ? '' : ` ${encoded(asked)}`;
  return `${markdown}\n\n<!-- dbd-publication ${hashOf(markdown, kept)}${kept} -->`;
}

/** Our own comments that end with the mark, oldest first; a comment of any other account is never one of them, whatever it says. */
export function livingOf(comments: readonly Comment[], me: string): readonly Comment[] {
  return comments
    .filter((comment) => comment.author.toLowerCase() === me.toLowerCase() && isMarked(comment))
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** Whether a comment ends with the mark, whoever wrote it. */
export function isMarked({ body }: Comment): boolean {
  return mark.test(plain(body));
}

/** Whether a comment stands as it should; a mark alone says nothing when somebody edited the text above it. */
export function stands(comment: Comment, body: string): boolean {
  return plain(comment.body).trimEnd() === plain(body).trimEnd();
}

/** What a living comment asked so far, oldest first; undefined where text or record are not as they were written. */
export function keptIn({ body }: Pick<Comment, 'body'>): readonly Kept[] | undefined {
  const whole = plain(body);
  const found = mark.exec(whole);
  if (!found) return undefined;
  const [, short, packed] = found;
  const kept = packed === undefined ? '' : ` ${packed}`;
  if (hashOf(whole.slice(0, found.index), kept) !== short) return undefined;
  return packed === undefined ? [] : decoded(packed);
}

/** The same with times. */
export function timed(kept: readonly Kept[], { updated }: Comment): readonly Asked[] {
  return kept.map(({ at = Date.parse(updated), questions }) => ({ at, questions }));
}

/** The questions of a list that are kept. */
export function keepable(questions: Asked['questions']): Asked['questions'] {
  let length = 0;
  return questions.filter((one) => (length += Buffer.byteLength(JSON.stringify(one)) + 1) <= longestList);
}

/** The record as base64: the text of a question ends no comment and names nobody. What was asked longest ago gives way. */
function encoded(asked: readonly Kept[]): string {
  let kept = asked.slice(-mostAsked);
  while (kept.length > 1 && Buffer.byteLength(JSON.stringify(kept)) > longestRecord) kept = kept.slice(1);
  return Buffer.from(JSON.stringify(kept)).toString('base64url');
}

function decoded(packed: string): readonly Kept[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(packed, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  return list(value).map((one) => {
    const { at, questions } = record(one);
    return {
      ...(typeof at === 'number' ? { at } : {}),
      questions: list(questions).map((each) => ({ label: text(each['label']), text: text(each['text']) })),
    };
  });
}

function hashOf(markdown: string, kept: string): string {
  return hash(`${markdown}${kept}`).slice(0, 16);
}

function plain(text_: string): string {
  return text_.replaceAll(/\r\n?/g, '\n');
}
