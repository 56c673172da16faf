import { errorShape, statusShape, toDo } from './shapes.ts';
import type { Site } from './model.ts';

/** Answers `search/jql` for the few forms of queries that occur; everything else is rejected as Jira does. */
export function searchAnswer(
  site: Site,
  base: string,
  query: URLSearchParams,
): { readonly status: number; readonly body: object } {
  const [, where = '', order = ''] = /^(.*?)\s*(?:ORDER BY (.*))?$/i.exec(query.get('jql') ?? '') ?? [];
  if (where === '')
    return {
      status: 400,
      body: errorShape(
        'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
      ),
    };
  let found: Site['issues'];
  const project = /^project = "?([^" ]+)"?$/.exec(where)?.[1];
  const words = /^summary ~ "[^"]+\*"(?: OR summary ~ "[^"]+\*")*$/.test(where)
    ? [...where.matchAll(/"([^"]+)\*"/g)].map((match) => match[1]!.toLowerCase())
    : undefined;
  if (project !== undefined) {
    if (!site.projects.includes(project))
      return {
        status: 400,
        body: errorShape(`The value '${project}' does not exist for the field 'project'.`),
      };
    found = site.issues.filter(({ key }) => key.startsWith(`${project}-`));
  } else if (words !== undefined) {
    found = site.issues.filter(({ summary }) =>
      words.some((word) =>
        summary
          .toLowerCase()
          .split(/\W+/)
          .some((each) => each.startsWith(word)),
      ),
    );
  } else return { status: 400, body: errorShape(`Error in the JQL Query: '${where}'.`) };
  const sorted = /DESC/i.test(order) ? [...found].reverse() : found;
  const most = Number(query.get('maxResults') ?? 50);
  const classic = site.kind === 'data-center';
  const start = classic
    ? Number(query.get('startAt') ?? 0)
    : Number(/^page-(\d+)$/.exec(query.get('nextPageToken') ?? '')?.[1] ?? 0);
  const end = start + most;
  return {
    status: 200,
    body: {
      issues: sorted.slice(start, end).map(({ key, summary, status, moved }) => ({
        expand: '',
        id: String(10_000 + site.issues.findIndex((issue) => issue.key === key)),
        self: `${base}/rest/api/3/issue/${key}`,
        key,
        ...(query.get('fields')?.includes('summary')
          ? {
              fields: {
                summary,
                status: statusShape(
                  moved && Date.now() - moved.at < (site.lagMs ?? 0) ? moved.from : (status ?? toDo),
                ),
              },
            }
          : {}),
      })),
      ...(classic
        ? { startAt: start, maxResults: most, total: sorted.length }
        : {
            isLast: sorted.length <= end,
            ...(sorted.length > end ? { nextPageToken: `page-${end}` } : {}),
          }),
    },
  };
}
