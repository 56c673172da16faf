/** Answers in the comments of an issue of GitHub. */
import type { Settings } from '../model.ts';
import type { Asked } from '../replies/asked.ts';
import { withReplies, type Answered, type Refused } from '../replies/replies.ts';
import type { Connection } from './connection.ts';
import type { Comment } from './issue.ts';
import { isMarked, keptIn, livingOf, timed } from './mark.ts';
import { accountOf, isAllowed, shownName, type Trusted } from './people.ts';
import { visible } from './visible.ts';

/** The text with what allowed people answered; what was asked stands in the mark of our own comment, and in that of nobody else. */
export async function withGithubReplies(
  connection: Connection,
  env: Settings['env'],
  comments: readonly Comment[],
  trusted: Trusted,
  text: string,
): Promise<Answered> {
  let unread: string | undefined;
  const answered = await withReplies(text, {
    comments: comments
      .filter((comment) => !isMarked(comment))
      .toReversed()
      .map((comment) => ({
        markdown: asTyped(visible(comment.body).text),
        created: Date.parse(comment.created),
        author: shownName(comment.author),
        ...refusedOf(comment, trusted),
      })),
    asked: async () => {
      const found = await askedIn(connection, env, comments.filter(isMarked));
      if (typeof found !== 'string') return found;
      unread = found;
      return [];
    },
  });
  return unread === undefined ? answered : { ...answered, limits: [unread, ...answered.limits] };
}

function refusedOf(comment: Comment, trusted: Trusted): { readonly refused?: Refused } {
  const name = shownName(comment.author);
  if (!isAllowed(comment, trusted))
    return {
      refused: {
        whose: `by ${name}`,
        instead: 'to allow it, add the account to `github.authors` in dbd.config.yaml',
      },
    };
  return comment.edited
    ? {
        refused: {
          whose: `by ${name}`,
          instead:
            'the comment was edited, and GitHub does not say by whom: give the answer in a new comment',
        },
      }
    : {};
}

/** What was asked when, or why that is not known though somebody was asked. */
async function askedIn(
  connection: Connection,
  env: Settings['env'],
  marked: readonly Comment[],
): Promise<readonly Asked[] | string> {
  if (marked.length === 0) return [];
  const me = await accountOf(connection, env);
  if (me === undefined)
    return `Answers by number were not read: ${connection.hasToken ? `${connection.host} does not say whose the token is` : 'without a token'}, our own comment cannot be told from others.`;
  const [living] = livingOf(marked, me);
  if (!living)
    return `Answers by number were not read: the comment that asks is by ${shownName(marked[0]!.author)}, and the token is of ${shownName(me)}.`;
  const kept = keptIn(living);
  return kept
    ? timed(kept, living)
    : 'Answers by number were not read: the comment that asks was changed by hand; publish again, and answer then.';
}

/** Text that was quoted from the page holds the blanks by which signs are kept from acting. */
function asTyped(markdown: string): string {
  return markdown.replaceAll(/\u200B|&#8203;/g, '');
}
