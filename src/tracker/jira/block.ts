/** Looks for the block of an issue: in its texts, in an attachment, in the newest comment of somebody who may. */
import { split } from '../../task/markdown.ts';
import { largestTask } from '../../task/task.ts';
import { fenced } from '../fenced.ts';
import type { Connection } from './connection.ts';
import type { Comment, Issue } from './issue.ts';
import { shownName, strangerOf } from './people.ts';
import { markdownOf } from './rich.ts';
import type { BlockSource } from '../model.ts';

/** Name of the attachment that holds a block. */
export const attachmentName = 'task.dbd.yaml';

export interface Found {
  readonly text: string;
  readonly block: BlockSource;
  readonly limits: readonly string[];
}

/** The text of the task with its block, wherever that was found. */
export async function findBlock(
  connection: Connection,
  issue: Issue,
  authors: readonly string[],
): Promise<Found> {
  const limits: string[] = [];
  const convert = (document: unknown): string => {
    const { markdown, warnings } = markdownOf(document);
    limits.push(...warnings);
    return markdown;
  };
  const title = issue.summary.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  const prose = [
    `# ${issue.key} ${title}`.trim(),
    convert(issue.description),
    ...issue.further.map(({ name, document }) => {
      const text = convert(document);
      return text === '' ? '' : `## ${name.replaceAll(/[\p{Cc}\s]+/gu, ' ')}\n\n${text}`;
    }),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const told = (): readonly string[] => [...new Set(limits)];
  if (blocksIn(prose).length > 0) return { text: `${prose}\n`, block: 'description', limits: told() };

  const [attached, ...older] = issue.attachments
    .filter(({ filename }) => filename === attachmentName)
    .sort((a, b) => b.created - a.created);
  if (attached) {
    if (older.length > 0)
      limits.push(`There are ${older.length + 1} attachments ${attachmentName}; the newest one was read.`);
    const bytes = await connection.attachment(
      attached,
      `the attachment ${attachmentName} of ${issue.key}`,
      largestTask,
    );
    const yaml = new TextDecoder()
      .decode(bytes)
      .replace(/^\uFEFF/, '')
      .replaceAll(/\r\n?/g, '\n')
      .trimEnd();
    const [fence] = blocksIn(yaml);
    if (fence !== undefined)
      return { text: `${prose}\n\n${fenced(fence, 'yaml')}\n`, block: 'attachment', limits: told() };
    limits.push(`The attachment ${attachmentName} holds no block that begins with \`dbd: 1\`.`);
  }

  const comment = fromComments(issue.comments, authors, limits);
  if (comment !== undefined)
    return { text: `${prose}\n\n${fenced(comment, 'yaml')}\n`, block: 'comment', limits: told() };
  return { text: `${prose}\n`, block: 'none', limits: told() };
}

/** The block of the newest comment that has one and was written, and last edited, by allowed authors. */
function fromComments(
  comments: readonly Comment[],
  authors: readonly string[],
  limits: string[],
): string | undefined {
  for (const comment of comments) {
    const { author, body } = comment;
    const [block] = blocksIn(markdownOf(body).markdown);
    if (block === undefined) continue;
    const stranger = strangerOf(comment, authors);
    if (!stranger) return block;
    limits.push(
      `A comment ${stranger === author ? 'by' : 'edited by'} ${shownName(stranger.name)} holds a block that was not read; to allow it, add ${shownName(stranger.accountId)} to \`jira.authors\` in dbd.config.yaml.`,
    );
  }
  return undefined;
}

function blocksIn(text: string): readonly string[] {
  return split(text).blocks.map(({ text: block }) => block);
}
