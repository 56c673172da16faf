/** Answers that go wrong, as real sites give them. */
import { errorShape } from './shapes.ts';

export interface Wrong {
  /** What happens, for lists of faults. */
  readonly says: string;
  readonly status: number;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly body: string;
}

const none = (): Readonly<Record<string, string>> => ({});
const json = (...messages: readonly string[]): string => JSON.stringify(errorShape(...messages));

/** A refusal by rate; the reset is told as a moment, the wait in seconds. */
function limited(reason: string, seconds: number): Wrong {
  return {
    says: `too many requests: ${reason}`,
    status: 429,
    headers: () => ({
      'retry-after': String(seconds),
      'ratelimit-reason': reason,
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-nearlimit': 'true',
      'x-ratelimit-reset': new Date(Date.now() + seconds * 1000).toISOString(),
    }),
    body: json('Rate limit exceeded.'),
  };
}

/** By the name that `--fault` knows them by. */
export const answers: Readonly<Record<string, Wrong>> = {
  '401': {
    says: 'the token is not accepted',
    status: 401,
    headers: () => ({ 'www-authenticate': 'OAuth realm="https://jira.example"' }),
    body: json('Client must be authenticated to access this resource.'),
  },
  expired: {
    says: 'the token has expired',
    status: 401,
    headers: () => ({ 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }),
    body: json('Client must be authenticated to access this resource.'),
  },
  '403': {
    says: 'the account may not do it',
    status: 403,
    headers: none,
    body: json('You do not have permission to perform this operation.'),
  },
  '404': {
    says: 'missing, or not visible: both are told alike',
    status: 404,
    headers: none,
    body: json('Issue does not exist or you do not have permission to see it.'),
  },
  '409': {
    says: 'somebody else writes at the same moment',
    status: 409,
    headers: none,
    body: json('The issue was changed by another request.'),
  },
  '410': {
    says: 'the interface was removed',
    status: 410,
    headers: none,
    body: json('The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.'),
  },
  '413': {
    says: 'too large, or the issue has as many as it may',
    status: 413,
    headers: none,
    body: json('The request exceeds the limit of this issue.'),
  },
  '429': limited('jira-burst-based', 1),
  '429-issue': limited('jira-per-issue-on-write', 1),
  '429-quota': limited('jira-quota-tenant-based', 3600),
  '429-global': limited('jira-quota-global-based', 3600),
  '500': { says: 'an error of the site', status: 500, headers: none, body: json('Internal server error') },
  '503': {
    says: 'not available, with a wait of a second',
    status: 503,
    headers: () => ({ 'retry-after': '1' }),
    body: json('Service unavailable'),
  },
  login: {
    says: 'a login page instead of JSON',
    status: 200,
    headers: () => ({ 'content-type': 'text/html;charset=UTF-8' }),
    body: '<!doctype html><title>Log in</title><form action="/login"></form>',
  },
};
