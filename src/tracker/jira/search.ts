/** Looks for issues by JQL: page by page, with the interface that each kind of Jira has. */
import type { Connection } from './connection.ts';
import { statusOf } from './issue.ts';
import { list, record, text, type Fields } from './shapes.ts';

export interface Hit {
  readonly key: string;
  readonly summary: string;
  readonly status: string;
}

export interface Hits {
  readonly hits: readonly Hit[];
  /** There are more than were asked for. */
  readonly more: boolean;
  /** What Jira itself says about the query. */
  readonly warnings: readonly string[];
}

/** Issues of one page. */
const page = 100;

/** The first issues of a query; throws `tracker.refused` with Jira's own words for one that it does not take. */
export async function searchIssues(connection: Connection, jql: string, most: number): Promise<Hits> {
  const cloud = (await connection.kind()) === 'cloud';
  const hits = new Map<string, Hit>();
  const warnings: string[] = [];
  let next: string | undefined;
  for (let more = true; more && hits.size < most;) {
    const query = new URLSearchParams({
      jql,
      fields: 'summary,status',
      maxResults: String(Math.min(page, most - hits.size)),
      ...(cloud ? (next === undefined ? {} : { nextPageToken: next }) : { startAt: String(hits.size) }),
    });
    const path = cloud ? 'search/jql' : 'search';
    const answer = record(await connection.json(`${path}?${query.toString()}`, 'the issues of the query'));
    const found = list(answer['issues']).flatMap(hitOf);
    const before = hits.size;
    for (const hit of found) hits.set(hit.key, hit);
    warnings.push(...textsOf(answer['warningMessages'] ?? answer['warnings']));
    const token = text(answer['nextPageToken']);
    more = cloud
      ? token !== '' && token !== next && answer['isLast'] !== true
      : hits.size < (Number(answer['total']) || 0);
    // An index that lags behind may repeat a page.
    if (hits.size === before) more = false;
    next = token;
    if (hits.size >= most) return { hits: [...hits.values()].slice(0, most), more, warnings };
  }
  return { hits: [...hits.values()], more: false, warnings };
}

function hitOf(issue: Fields): readonly Hit[] {
  const fields = record(issue['fields']);
  const key = text(issue['key']);
  return key === ''
    ? []
    : [{ key, summary: text(fields['summary']), status: statusOf(fields['status']).name }];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter((each) => typeof each === 'string') : [];
}
