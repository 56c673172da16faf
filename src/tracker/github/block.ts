/** Looks for the block of an issue: in its body, else in the newest comment of somebody who may write one. */
import { split } from '../../task/markdown.ts';
import type { BlockSource } from '../model.ts';
import { fenced } from '../fenced.ts';
import { shownLine } from '../shown.ts';
import type { Comment, Issue } from './issue.ts';
import { isAllowed, shownName, type Trusted } from './people.ts';
import { written } from './reference.ts';
import { visible } from './visible.ts';

export interface Found {
  readonly text: string;
  readonly block: BlockSource;
  readonly limits: readonly string[];
}

/** The text of the task with its block; only what a reader of the issue sees counts. */
export function findBlock(issue: Issue, comments: readonly Comment[], trusted: Trusted): Found {
  const body = visible(issue.body);
  const limits: string[] = [];
  if (blocksIn(body.hidden).length > 0)
    limits.push('The issue holds a block within an HTML comment, where nobody sees it; it was not read.');
  const prose = [`# ${written(issue)} ${shownLine(issue.title)}`.trim(), body.text.trim()]
    .filter((part) => part !== '')
    .join('\n\n');
  if (blocksIn(prose).length > 0) return { text: `${prose}\n`, block: 'description', limits };
  for (const comment of comments.toReversed()) {
    const { author, edited } = comment;
    const [block] = blocksIn(visible(comment.body).text);
    if (block === undefined) continue;
    if (!isAllowed(comment, trusted)) {
      limits.push(
        `A comment by ${shownName(author)} holds a block that was not read; to allow it, add the account to \`github.authors\` in dbd.config.yaml.`,
      );
      continue;
    }
    if (edited)
      limits.push(
        `The block was read from a comment by ${shownName(author)} that was edited; GitHub does not say by whom, and people who may write to the repository can do it.`,
      );
    return {
      text: `${prose}\n\n${fenced(block.replace(/\n$/, ''), 'yaml')}\n`,
      block: 'comment',
      limits: [...new Set(limits)],
    };
  }
  return { text: `${prose}\n`, block: 'none', limits: [...new Set(limits)] };
}

function blocksIn(text: string): readonly string[] {
  return split(text.replaceAll(/\r\n?/g, '\n')).blocks.map(({ text: block }) => block);
}
