/** An issue as Jira sends it. */
import type { Connection } from './connection.ts';
import { answerFault } from './faults.ts';
import { idOf, list, personOf, record, text, timeOf, type Fields, type Person } from './shapes.ts';

export interface Issue {
  readonly key: string;
  /** Stays when the issue is moved to another project. */
  readonly id: string;
  readonly summary: string;
  /** Parsed ADF, wiki markup of a Data Center, or null. */
  readonly description: unknown;
  /** Rich texts of the project's own fields, with their names. */
  readonly further: readonly { readonly name: string; readonly document: unknown }[];
  readonly attachments: readonly Attachment[];
  /** Newest first. */
  readonly comments: readonly Comment[];
  readonly status: Status;
  /** Comments are shown to customers unless they are marked. */
  readonly serviceDesk: boolean;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly created: number;
  readonly author: Person;
}

export interface Comment {
  readonly id: string;
  readonly author: Person;
  /** Who wrote the present text, which may be somebody else. */
  readonly editor: Person;
  readonly created: number;
  readonly updated: number;
  readonly body: unknown;
}

export interface Status {
  readonly id: string;
  readonly name: string;
  /** `new`, `indeterminate` or `done`. */
  readonly category: string;
  /** `To Do`, as the site's language has it. */
  readonly categoryName: string;
}

/** Reads an issue with its attachments' names and all its comments; throws `tracker.*`. */
export async function readIssue(connection: Connection, key: string): Promise<Issue> {
  const what = `the issue ${key}`;
  const answer = record(
    await connection.json(`issue/${encodeURIComponent(key)}?fields=*all&expand=names,schema`, what),
  );
  const fields = record(answer['fields']);
  if (typeof answer['key'] !== 'string' || Object.keys(fields).length === 0)
    return answerFault('is not an issue', {
      what,
      site: connection.site,
      kind: 'cloud',
      changes: false,
      scoped: false,
      hidden: [],
    });
  const names = record(answer['names']);
  const schema = record(answer['schema']);
  return {
    key: answer['key'],
    id: idOf(answer['id']),
    summary: text(fields['summary']),
    description: fields['description'] ?? null,
    further: Object.entries(fields)
      .filter(([id, value]) => isRich(id, value, record(schema[id])))
      .map(([id, document]) => ({ name: text(names[id]) || id, document })),
    attachments: attachmentsOf(fields),
    comments: (await allComments(connection, answer['key'], record(fields['comment'])))
      .map(commentOf)
      .toSorted((a, b) => b.created - a.created),
    status: statusOf(fields['status']),
    serviceDesk: record(fields['project'])['projectTypeKey'] === 'service_desk',
  };
}

/** Texts of Jira Cloud are documents; of a Data Center they are strings, as one-line fields are everywhere. */
function isRich(id: string, value: unknown, schema: Fields): boolean {
  if (!/^customfield_\d+$|^environment$/.test(id)) return false;
  if (typeof value === 'string') return id === 'environment' || text(schema['custom']).endsWith(':textarea');
  return record(value)['type'] === 'doc';
}

/** The files at an issue, as its fields list them. */
export function attachmentsOf(fields: Fields): readonly Attachment[] {
  return list(fields['attachment']).map((each) => ({
    id: idOf(each['id']),
    filename: text(each['filename']),
    size: Number(each['size']) || 0,
    created: timeOf(each['created']),
    author: personOf(each['author']),
  }));
}

/** A comment of an answer. */
export function commentOf(each: Fields): Comment {
  const author = personOf(each['author']);
  return {
    id: idOf(each['id']),
    author,
    editor: each['updateAuthor'] === undefined ? author : personOf(each['updateAuthor']),
    created: timeOf(each['created']),
    updated: timeOf(each['updated'] ?? each['created']),
    body: each['body'] ?? null,
  };
}

/** A state of an answer. */
export function statusOf(value: unknown): Status {
  const status = record(value);
  const category = record(status['statusCategory']);
  return {
    id: idOf(status['id']),
    name: text(status['name']),
    category: text(category['key']),
    categoryName: text(category['name']),
  };
}

/** Most pages of comments that are read, a hundred each. */
const mostPages = 20;

/** The comments of the issue, further pages too: the issue itself may hold the first ones only. */
async function allComments(connection: Connection, key: string, page: Fields): Promise<readonly Fields[]> {
  const first = list(page['comments']);
  if (first.length >= (Number(page['total']) || 0)) return first;
  return pagesOfComments(connection, key);
}

/** All comments, newest first, page by page. */
export async function pagesOfComments(connection: Connection, key: string): Promise<readonly Fields[]> {
  const found: Fields[] = [];
  for (let pages = 0; pages < mostPages; pages++) {
    const next = record(
      await connection.json(
        `issue/${encodeURIComponent(key)}/comment?startAt=${found.length}&maxResults=100&orderBy=-created`,
        `the comments of ${key}`,
      ),
    );
    const comments = list(next['comments']);
    found.push(...comments);
    if (comments.length === 0 || found.length >= (Number(next['total']) || 0)) break;
  }
  return found;
}
