/** An issue as Jira sends it, read with care: every field may be absent, null or of another form. */
import type { Connection } from './connection.ts';
import { answerFault } from './faults.ts';

export interface Issue {
  readonly key: string;
  readonly summary: string;
  /** Parsed ADF, or null. */
  readonly description: unknown;
  /** Rich texts of the project's own fields, with their names. */
  readonly further: readonly { readonly name: string; readonly document: unknown }[];
  readonly attachments: readonly Attachment[];
  /** Newest first. */
  readonly comments: readonly Comment[];
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly created: number;
}

export interface Comment {
  readonly author: Person;
  /** Who wrote the present text, which may be somebody else. */
  readonly editor: Person;
  readonly created: number;
  readonly body: unknown;
}

export interface Person {
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads an issue with its attachments' names and all its comments; throws `tracker.*`. */
export async function readIssue(connection: Connection, key: string): Promise<Issue> {
  const what = `the issue ${key}`;
  const answer = record(
    await connection.json(`issue/${encodeURIComponent(key)}?fields=*all&expand=names`, what),
  );
  const fields = record(answer['fields']);
  if (typeof answer['key'] !== 'string' || Object.keys(fields).length === 0)
    return answerFault('is not an issue', { what, site: connection.site, scoped: false, hidden: [] });
  const names = record(answer['names']);
  return {
    key: answer['key'],
    summary: text(fields['summary']),
    description: fields['description'] ?? null,
    further: Object.entries(fields)
      .filter(([id, value]) => /^customfield_\d+$|^environment$/.test(id) && record(value)['type'] === 'doc')
      .map(([id, document]) => ({ name: text(names[id]) || id, document })),
    attachments: list(fields['attachment']).map((each) => ({
      id: String(each['id'] as string | number),
      filename: text(each['filename']),
      size: Number(each['size']) || 0,
      created: timeOf(each['created']),
    })),
    comments: (await allComments(connection, answer['key'], record(fields['comment'])))
      .map((each) => {
        const author = personOf(each['author']);
        return {
          author,
          editor: each['updateAuthor'] === undefined ? author : personOf(each['updateAuthor']),
          created: timeOf(each['created']),
          body: each['body'] ?? null,
        };
      })
      .sort((a, b) => b.created - a.created),
  };
}

/** Most pages of comments that are read, a hundred each. */
const mostPages = 20;

/** The comments of the issue, further pages too: the issue itself may hold the first ones only. */
async function allComments(connection: Connection, key: string, page: Fields): Promise<readonly Fields[]> {
  const first = list(page['comments']);
  if (first.length >= (Number(page['total']) || 0)) return first;
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

function personOf(value: unknown): Person {
  const person = record(value);
  return {
    accountId: text(person['accountId']),
    email: text(person['emailAddress']),
    name: text(person['displayName']),
  };
}

/** Milliseconds of `2026-11-20T09:47:00.000+0000`; 0 when it is none. */
function timeOf(value: unknown): number {
  const time = Date.parse(text(value).replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(time) ? 0 : time;
}

function record(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly unknown[]).map(record) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
