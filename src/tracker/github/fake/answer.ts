/** What the fake GitHub answers, in the shapes of the real one. */
import type { IncomingMessage } from 'node:http';
import type { Hub, KeptComment, KeptIssue, KeptRepository } from './model.ts';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Largest body of a comment, characters. */
const largestBody = 65_536;
const began = '2026-01-05T09:00:00Z';

/** Answers one request below `/api/v3`. */
export function answer(hub: Hub, host: string, request: IncomingMessage, body: string): Answer {
  const { pathname, searchParams } = new URL(request.url ?? '/', host);
  const method = request.method ?? 'GET';
  const token = /^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token !== undefined && !hub.tokens.has(token)) return told(401, 'Bad credentials');
  const login = token === undefined ? undefined : hub.tokens.get(token);
  const account = token === undefined ? undefined : (login ?? 'github-actions[bot]');
  const path = /^\/api\/v3\/(.*)$/.exec(pathname)?.[1];
  if (path === undefined) return told(404, 'Not Found');
  if (path === 'user')
    return token === undefined
      ? told(401, 'Requires authentication')
      : login === undefined
        ? told(403, 'Resource not accessible by integration')
        : { status: 200, body: { login, type: 'User' } };
  const [, owner, name, rest] = /^repos\/([^/]+)\/([^/]+)\/issues\/(.+)$/.exec(path) ?? [];
  const full = `${owner}/${name}`.toLowerCase();
  const moved = hub.repositories.find(({ formerly }) => formerly?.some((one) => one.toLowerCase() === full));
  if (moved)
    return {
      ...told(301, 'Moved Permanently'),
      headers: {
        location: `${host}/api/v3/repos/${moved.name}/issues/${rest}${searchParams.size > 0 ? `?${searchParams.toString()}` : ''}`,
      },
    };
  const repository = hub.repositories.find((one) => one.name.toLowerCase() === full);
  if (!repository || (repository.private === true && account === undefined)) return told(404, 'Not Found');
  if (repository.issuesOff === true) return told(410, 'Issues has been disabled in this repository.');
  if (method !== 'GET' && account === undefined) return told(401, 'Requires authentication');
  const url = `${host}/api/v3/repos/${repository.name}`;
  return within({
    hub,
    host,
    url,
    repository,
    rest: rest!,
    method,
    query: searchParams,
    body,
    account: account ?? '',
  });
}

interface Asked {
  readonly hub: Hub;
  readonly host: string;
  readonly url: string;
  readonly repository: KeptRepository;
  readonly rest: string;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly account: string;
}

function within(asked: Asked): Answer {
  const { repository, rest, method, account } = asked;
  const single = /^comments\/(\d+)$/.exec(rest)?.[1];
  if (single !== undefined) {
    const issue = repository.issues.find(({ comments }) => comments.some(({ id }) => String(id) === single));
    const comment = issue?.comments.find(({ id }) => String(id) === single);
    if (!issue || !comment) return told(404, 'Not Found');
    if (method === 'GET') return { status: 200, body: commentShape(asked, issue, comment) };
    if (comment.login !== account) return told(403, 'Must have admin rights to Repository.');
    if (method === 'DELETE') {
      issue.comments.splice(issue.comments.indexOf(comment), 1);
      return { status: 204 };
    }
    const text = textIn(asked.body);
    if (typeof text !== 'string') return text;
    comment.body = text;
    comment.updated = now();
    return { status: 200, body: commentShape(asked, issue, comment) };
  }
  const [, number, part, label] = /^(\d+)(?:\/(comments|labels)(?:\/(.+))?)?$/.exec(rest) ?? [];
  const issue = repository.issues.find((one) => String(one.number) === number);
  if (!issue) return told(404, 'Not Found');
  if (part === undefined)
    return method === 'GET' ? { status: 200, body: issueShape(asked, issue) } : told(404, 'Not Found');
  return part === 'comments' ? comments(asked, issue) : labels(asked, issue, label);
}

function comments(asked: Asked, issue: KeptIssue): Answer {
  const { method, query, body, account, hub } = asked;
  if (method === 'GET') {
    const size = Math.min(100, Number(query.get('per_page') ?? 30));
    const from = (Number(query.get('page') ?? 1) - 1) * size;
    return {
      status: 200,
      body: issue.comments.slice(from, from + size).map((one) => commentShape(asked, issue, one)),
    };
  }
  if (issue.locked === true) return told(403, 'Unable to create comment because issue is locked.');
  const text = textIn(body);
  if (typeof text !== 'string') return text;
  const known = hub.repositories
    .flatMap(({ issues }) => issues)
    .flatMap((one) => one.comments.map(({ id }) => id));
  const comment = {
    id: Math.max(1000, ...known) + 1,
    login: account,
    association: 'MEMBER',
    body: text,
    created: now(),
  };
  issue.comments.push(comment);
  return { status: 201, body: commentShape(asked, issue, comment) };
}

/** In whole seconds, as GitHub has it. */
function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}

function labels({ method, body }: Asked, issue: KeptIssue, label: string | undefined): Answer {
  const present = (issue.labels ??= []);
  const is = (name: string) => (other: string) => other.toLowerCase() === name.toLowerCase();
  if (method === 'DELETE' && label !== undefined) {
    const at = present.findIndex(is(decodeURIComponent(label)));
    if (at < 0) return told(404, 'Label does not exist');
    present.splice(at, 1);
    return { status: 200, body: present.map((name) => ({ name })) };
  }
  if (method !== 'POST') return told(404, 'Not Found');
  const { labels: added } = jsonOf(body) as { readonly labels?: unknown };
  if (!Array.isArray(added)) return told(422, 'Invalid request.');
  for (const name of added.map(String)) if (!present.some(is(name))) present.push(name);
  return { status: 200, body: present.map((name) => ({ name })) };
}

function textIn(body: string): string | Answer {
  const { body: text } = jsonOf(body) as { readonly body?: unknown };
  if (typeof text !== 'string' || text.trim() === '')
    return {
      ...told(422, 'Validation Failed'),
      body: {
        message: 'Validation Failed',
        errors: [{ code: 'missing_field', field: 'body', message: 'body cannot be blank' }],
      },
    };
  return text.length > largestBody
    ? {
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [{ message: `body is too long (maximum is ${largestBody} characters)` }],
        },
      }
    : text;
}

function jsonOf(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

function issueShape({ host, url, repository }: Asked, issue: KeptIssue): object {
  return {
    id: 9_000_000 + issue.number,
    url: `${url}/issues/${issue.number}`,
    repository_url: url,
    comments_url: `${url}/issues/${issue.number}/comments`,
    html_url: `${host}/${repository.name}/issues/${issue.number}`,
    number: issue.number,
    title: issue.title,
    user: { login: 'anna', type: 'User' },
    labels: (issue.labels ?? []).map((name) => ({ name, color: 'ededed' })),
    state: 'open',
    locked: issue.locked ?? false,
    comments: issue.comments.length,
    created_at: began,
    updated_at: began,
    author_association: 'MEMBER',
    body: issue.body,
  };
}

function commentShape({ host, url, repository }: Asked, { number }: KeptIssue, comment: KeptComment): object {
  const { id, login, association = 'NONE', body, created = began, updated = created } = comment;
  return {
    id,
    url: `${url}/issues/comments/${id}`,
    html_url: `${host}/${repository.name}/issues/${number}#issuecomment-${id}`,
    user: { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' },
    created_at: created,
    updated_at: updated,
    author_association: association,
    body,
  };
}

function told(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest' } };
}
