/** A Jira Cloud site on loopback, with its gateway for scoped tokens and its host of attachments, as far as dbd asks. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail } from '../../../base/error.ts';
import type { Fault, Site } from './model.ts';
import { bodyOf, issueAnswer, issueIn, owner } from './issue-answer.ts';
import { searchAnswer } from './search.ts';
import { commentPage, errorShape, issueShape, personShape, projectStatusesShape } from './shapes.ts';

export interface FakeJira {
  /** `http://127.0.0.1:49152`; the gateway is at the same host. */
  readonly url: string;
  readonly site: Site;
  /** Method, path and whether credentials came along, of every request. */
  readonly requests: { readonly method: string; readonly path: string; readonly authorized: boolean }[];
  /** Answers that go before the site's own. */
  readonly faults: Fault[];
  close(): Promise<void>;
}

/** Starts a site on this port, or a free one; throws `usage.wrong-option` for a port that is taken. */
export async function fakeJira(given: Partial<Site> = {}, port = 0): Promise<FakeJira> {
  const site: Site = {
    kind: 'cloud',
    email: 'dev@acme.example',
    classicToken: 'classic-token-1',
    scopedToken: 'scoped-token-1',
    cloudId: '11223344-a1b2-3b33-c444-def123456789',
    issues: [],
    projects: ['KAN'],
    workflow: [],
    uploadLimit: 10 * 1024 * 1024,
    ...given,
  };
  const requests: FakeJira['requests'] = [];
  const faults: Fault[] = [];
  let url = '';
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({
      method: request.method ?? 'GET',
      path,
      authorized: request.headers.authorization !== undefined,
    });
    if (faults.some((fault) => fault(request, response))) return;
    answer(site, url, request, response);
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  }).catch((cause: NodeJS.ErrnoException) =>
    fail('usage.wrong-option', `Nothing can listen on port ${port} (${cause.code ?? 'unknown'}).`, {
      cause,
      hint: 'Another program may have it; --port 0 takes a free one.',
    }),
  );
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    site,
    requests,
    faults,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

function answer(site: Site, host: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', host);
  const ours = site.kind === 'data-center';
  if (pathname === '/rest/api/2/serverInfo')
    return json(response, 200, { baseUrl: host, deploymentType: ours ? 'Server' : 'Cloud' });
  if (ours) return dataCenter(site, host, pathname, searchParams, request, response);
  if (pathname === '/_edge/tenant_info') return json(response, 200, { cloudId: site.cloudId });
  const media = /^\/media\/(.+)$/.exec(pathname)?.[1];
  if (media !== undefined) return file(site, media, request, response);
  const gateway = `/ex/jira/${site.cloudId}`;
  const scoped = pathname.startsWith(`${gateway}/`);
  const path = scoped ? pathname.slice(gateway.length) : pathname;
  const base = scoped ? `${host}${gateway}` : host;
  if (!path.startsWith('/rest/api/3/')) return json(response, 404, errorShape('Not found'));
  const token = scoped ? site.scopedToken : site.classicToken;
  const wanted = `Basic ${Buffer.from(`${site.email}:${token}`).toString('base64')}`;
  if (request.headers.authorization !== wanted)
    return scoped
      ? json(response, 401, { code: 401, message: 'Unauthorized; scope does not match' })
      : text(response, 401, 'Client must be authenticated to access this resource.');
  within(site, base, path.slice('/rest/api/3/'.length), searchParams, host, request, response);
}

/** A Jira on a host of one's own: a token as bearer, texts in wiki markup, the classic search, files at its own address. */
function dataCenter(
  site: Site,
  host: string,
  pathname: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.headers.authorization !== `Bearer ${site.classicToken}`)
    return text(response, 401, '<html><title>Unauthorized (401)</title></html>');
  const [, id] = /^\/secure\/attachment\/(\d+)\//.exec(pathname) ?? [];
  if (id !== undefined) return file(site, id, { headers: {} }, response);
  if (!pathname.startsWith('/rest/api/2/')) return json(response, 404, errorShape('Not found'));
  const path = pathname.slice('/rest/api/2/'.length);
  if (path === 'search') {
    const { status, body } = searchAnswer(site, host, query);
    return json(response, status, body);
  }
  if (path === 'search/jql') return json(response, 404, errorShape('Not found'));
  within(site, host, path, query, host, request, response);
}

function within(
  site: Site,
  base: string,
  within: string,
  searchParams: URLSearchParams,
  host: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const issue = issueIn(site, within);
  if (issue !== undefined || request.method !== 'GET') {
    void bodyOf(request).then((body) => {
      const told = issueAnswer({ site, base, path: within, query: searchParams, request, body, issue });
      if (told === undefined) return rest(site, base, within, searchParams, host, response);
      if (told.body === undefined) return void response.writeHead(told.status).end();
      json(response, told.status, told.body);
    });
    return;
  }
  rest(site, base, within, searchParams, host, response);
}

function rest(
  site: Site,
  base: string,
  path: string,
  query: URLSearchParams,
  host: string,
  response: ServerResponse,
): void {
  if (path === 'myself') return json(response, 200, personShape(base, owner(site)));
  if (path === 'attachment/meta')
    return json(response, 200, { enabled: site.uploadLimit > 0, uploadLimit: site.uploadLimit });
  if (path === 'serverInfo') return json(response, 200, { baseUrl: host, deploymentType: 'Cloud' });
  if (path === 'search')
    return json(
      response,
      410,
      errorShape('The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.'),
    );
  if (path === 'search/jql') {
    const { status, body } = searchAnswer(site, base, query);
    return json(response, status, body);
  }
  if (/^project\/[^/]+\/statuses$/.test(path))
    return json(response, 200, projectStatusesShape(site.workflow));
  const attachment = /^attachment\/content\/(\d+)$/.exec(path)?.[1];
  if (attachment !== undefined) {
    response.writeHead(303, { location: `${host}/media/${attachment}?token=signed` }).end();
    return;
  }
  const [, key, comments] = /^issue\/([^/]+)(\/comment)?$/.exec(path) ?? [];
  const at = site.issues.findIndex((issue) => issue.key === key || issue.formerly?.includes(key ?? ''));
  const issue = site.issues[at];
  if (!issue)
    return json(response, 404, errorShape('Issue does not exist or you do not have permission to see it.'));
  if (comments === undefined) return json(response, 200, issueShape(base, issue, 10_000 + at));
  const startAt = Number(query.get('startAt') ?? 0);
  const most = Math.min(Number(query.get('maxResults') ?? 50), 100);
  const all = issue.comments ?? [];
  const sorted =
    query.get('orderBy') === '-created' ? all.toSorted((a, b) => b.created.localeCompare(a.created)) : all;
  json(response, 200, commentPage(base, sorted.slice(startAt, startAt + most), all.length, startAt, most));
}

function file(
  site: Site,
  id: string,
  request: Pick<IncomingMessage, 'headers'>,
  response: ServerResponse,
): void {
  const found = site.issues.flatMap((issue) => issue.attachments ?? []).find((each) => each.id === id);
  // The host of files refuses requests that carry somebody else's credentials.
  if (request.headers.authorization !== undefined)
    return text(response, 400, 'Only one auth mechanism allowed');
  if (!found) return text(response, 404, 'not found');
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found.content);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(body));
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
}
