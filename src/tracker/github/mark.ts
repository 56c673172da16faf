/** The line by which the living comment is found again; an HTML comment, which nobody sees. */
import { hash } from '../../base/hash.ts';
import type { Comment } from './issue.ts';

const mark = /\n\n<!-- dbd-publication ([0-9a-f]{16}) -->\s*$/;

/** The body with its mark. */
export function markedBody(markdown: string): string {
  return `${markdown}\n\n<!-- dbd-publication ${hash(markdown).slice(0, 16)} -->`;
}

/** Our own comments that end with the mark, oldest first; a comment of any other account is never one of them, whatever it says. */
export function livingOf(comments: readonly Comment[], me: string): readonly Comment[] {
  return comments
    .filter(({ author, body }) => author.toLowerCase() === me.toLowerCase() && mark.test(plain(body)))
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** Whether a comment stands as it should; a mark alone says nothing when somebody edited the text above it. */
export function stands(comment: Comment, body: string): boolean {
  return plain(comment.body).trimEnd() === plain(body).trimEnd();
}

function plain(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}
