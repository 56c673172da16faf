/** An issue of GitHub, read with care: every field may be absent, null or of another form. */
import { idOf, list, record, text } from '../jira/shapes.ts';
import type { Connection } from './connection.ts';
import { answerFault } from './faults.ts';
import { written, type Reference } from './reference.ts';

export interface Issue {
  /** Where it is now: a repository may have moved since the reference was written. */
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly url: string;
  readonly labels: readonly string[];
  readonly locked: boolean;
}

export interface Comment {
  readonly id: string;
  readonly author: string;
  /** `OWNER`, `NONE` …: how the author stands to the repository. */
  readonly association: string;
  readonly body: string;
  /** ISO time. */
  readonly created: string;
  /** ISO time of the present text. */
  readonly updated: string;
  /** The text is not the first one; GitHub does not say by whom it was edited. */
  readonly edited: boolean;
  readonly url: string;
}

/** Most pages of comments that are read, a hundred each. */
const mostPages = 30;

/** Path of the issue below the root of the interface. */
export function pathOf({ owner, repo, number }: Pick<Issue, 'owner' | 'repo' | 'number'>): string {
  return `repos/${owner}/${repo}/issues/${number}`;
}

/** Reads the issue without its comments; throws `tracker.*`. */
export async function readIssue(connection: Connection, reference: Reference): Promise<Issue> {
  const what = `the issue ${written(reference)}`;
  const answer = record(await connection.get(pathOf(reference), what));
  const [, owner, repo, number] =
    /\/repos\/([A-Za-z0-9-]+)\/([A-Za-z0-9_.-]+)\/issues\/(\d+)$/.exec(text(answer['url'])) ?? [];
  if (owner === undefined || typeof answer['title'] !== 'string')
    return answerFault('is not an issue', { what, host: connection.host, changes: false });
  return {
    owner,
    repo: repo!,
    number: Number(number),
    title: answer['title'],
    body: text(answer['body']),
    url: `${connection.host}/${owner}/${repo}/issues/${number}`,
    labels: Array.isArray(answer['labels'])
      ? (answer['labels'] as readonly unknown[]).map((label) =>
          typeof label === 'string' ? label : text(record(label)['name']),
        )
      : [],
    locked: answer['locked'] === true,
  };
}

/** All comments, oldest first; throws `tracker.*`. */
export async function readComments(
  connection: Connection,
  issue: Pick<Issue, 'owner' | 'repo' | 'number'>,
): Promise<{ readonly comments: readonly Comment[]; readonly complete: boolean }> {
  const comments: Comment[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const found = list(
      await connection.get(
        `${pathOf(issue)}/comments?per_page=100&page=${page}`,
        `the comments of ${written(issue)}`,
      ),
    );
    comments.push(...found.map(commentOf));
    if (found.length < 100) return { comments, complete: true };
  }
  return { comments, complete: false };
}

function commentOf(value: Readonly<Record<string, unknown>>): Comment {
  const created = text(value['created_at']);
  const updated = text(value['updated_at']) || created;
  return {
    id: idOf(value['id']),
    author: text(record(value['user'])['login']),
    association: text(value['author_association']),
    body: text(value['body']),
    created,
    updated,
    edited: updated !== created,
    url: text(value['html_url']),
  };
}
