import type { Comment } from './issue.ts';
import type { Person } from './shapes.ts';

/** Who wrote or last edited a comment and is none of the allowed people; undefined where both are allowed. */
export function strangerOf({ author, editor }: Comment, authors: readonly string[]): Person | undefined {
  const allowed = ({ accountId, email }: Person): boolean =>
    authors.some(
      (name) =>
        (accountId !== '' && name === accountId) ||
        (email !== '' && name.toLowerCase() === email.toLowerCase()),
    );
  return [author, editor].find((person) => !allowed(person));
}

/** A name that is shown in a message. */
export function shownName(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 80) || 'somebody unknown';
}
