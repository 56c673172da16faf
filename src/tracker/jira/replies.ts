/** Answers in the comments of an issue of Jira. */
import { withReplies, type Answered, type Refused } from '../replies/replies.ts';
import type { Connection } from './connection.ts';
import type { Comment, Issue } from './issue.ts';
import { shownName, strangerOf } from './people.ts';
import { isMarked, markOf, propertyKey } from './publish/mark.ts';
import { markdownOf } from './rich.ts';

/** The text with what allowed people answered; what was asked stands in the property of the issue. */
export async function withJiraReplies(
  connection: Connection,
  issue: Issue,
  authors: readonly string[],
  text: string,
): Promise<Answered> {
  return withReplies(text, {
    comments: issue.comments
      .filter(({ body }) => !isMarked(body))
      .map((comment) => ({
        markdown: markdownOf(comment.body).markdown,
        created: comment.created,
        author: shownName(comment.author.name),
        ...refusedOf(comment, authors),
      })),
    asked: async () => {
      const path = `issue/${encodeURIComponent(issue.key)}/properties/${propertyKey}`;
      return markOf(await connection.find(path, `the mark of dbd on ${issue.key}`))?.asked ?? [];
    },
  });
}

function refusedOf(comment: Comment, authors: readonly string[]): { readonly refused?: Refused } {
  const stranger = strangerOf(comment, authors);
  if (!stranger) return {};
  const name = shownName(stranger.name);
  return {
    refused: {
      whose: stranger === comment.author ? `by ${name}` : `edited by ${name}`,
      instead: `to allow it, add ${shownName(stranger.accountId)} to \`jira.authors\` in dbd.config.yaml`,
    },
  };
}
