/** What can be done to an issue: comments, attachments, properties, links, transitions. */
import type { IncomingMessage } from 'node:http';
import { wrongInAdf } from './check-adf.ts';
import type { KeptComment, KeptIssue, KeptPerson, Site } from './model.ts';
import { attachmentShape, commentShape, errorShape, statusShape, toDo } from './shapes.ts';

/** A request within the interface. */
export interface Asked {
  readonly site: Site;
  readonly base: string;
  /** Below `/rest/api/3/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly issue: KeptIssue | undefined;
}

/** An answer; without a body for 204. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** The account of the tokens. */
export function owner(site: Site): KeptPerson {
  return site.kind === 'cloud'
    ? { accountId: '712020:me', displayName: 'Dev', emailAddress: site.email }
    : { name: 'dev', displayName: 'Dev', emailAddress: site.email };
}

/** The issue that a path leads to. */
export function issueIn(site: Site, path: string): KeptIssue | undefined {
  const key = /^issue\/([^/]+)/.exec(path)?.[1];
  return site.issues.find((issue) => issue.key === key || issue.formerly?.includes(key ?? ''));
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Answers what goes beyond reading an issue and its comments; undefined for the rest. */
export function issueAnswer(asked: Asked): Answer | undefined {
  const { site, path, request, issue } = asked;
  const method = request.method ?? 'GET';
  const attachment = /^attachment\/(\d+)$/.exec(path)?.[1];
  if (attachment !== undefined && method === 'DELETE') {
    const holder = site.issues.find(({ attachments = [] }) =>
      attachments.some(({ id }) => id === attachment),
    );
    if (!holder) return { status: 404, body: errorShape('The attachment does not exist.') };
    holder.attachments = holder.attachments!.filter(({ id }) => id !== attachment);
    return { status: 204 };
  }
  if (!issue)
    return method === 'GET'
      ? undefined
      : { status: 404, body: errorShape('Issue does not exist or you do not have permission to see it.') };
  const [, , what, id] = path.split('/');
  switch (`${method} ${what ?? ''}`) {
    case 'POST comment':
    case 'PUT comment':
    case 'DELETE comment':
      return comment(asked, issue, id);
    case 'POST attachments':
      return attach(asked, issue);
    case 'GET properties':
    case 'PUT properties':
      return property(asked, issue, id ?? '');
    case 'GET remotelink':
    case 'POST remotelink':
      return link(asked, issue);
    case 'GET transitions':
    case 'POST transitions':
      return transition(asked, issue);
    default:
      return method === 'GET' ? undefined : { status: 405, body: errorShape('Method not allowed') };
  }
}

const moment = (): string => new Date().toISOString().replace('Z', '+0000');

/** Ids of a site grow, whatever they are given to. */
function nextId(site: Site): number {
  const taken = site.issues.flatMap(({ comments = [], attachments = [], links = [] }) =>
    [...comments, ...attachments, ...links].map(({ id }) => Number(id) || 0),
  );
  return Math.max(20_000, ...taken) + 1;
}

function comment({ site, base, body, request }: Asked, issue: KeptIssue, id: string | undefined): Answer {
  const comments = issue.comments ?? [];
  const at = comments.findIndex((each, index) => (each.id ?? String(10_000 + index)) === id);
  if (id !== undefined && at < 0)
    return { status: 404, body: errorShape(`Can not find a comment for the id: ${id}.`) };
  if (request.method === 'DELETE') {
    issue.comments = comments.filter((_, index) => index !== at);
    return { status: 204 };
  }
  const given = JSON.parse(body.toString()) as Pick<KeptComment, 'body' | 'properties'>;
  const refused = refusedText(site, given.body);
  if (refused !== undefined)
    return { status: 400, body: { errorMessages: [], errors: { comment: refused } } };
  const written: KeptComment =
    at < 0
      ? { author: owner(site), created: moment(), ...given, id: String(nextId(site)) }
      : { ...comments[at]!, editor: owner(site), updated: moment(), ...given, id: id! };
  issue.comments =
    at < 0 ? [...comments, written] : comments.map((each, index) => (index === at ? written : each));
  return { status: at < 0 ? 201 : 200, body: commentShape(base, written, written.id!) };
}

/** Most characters of a text, as it is stored. */
const longest = 32_767;

/** Why a site does not take a text. */
function refusedText({ kind }: Site, value: unknown): string | undefined {
  if (kind === 'data-center') {
    if (typeof value !== 'string' || value.trim() === '') return 'Comment body can not be empty!';
    return value.length > longest ? tooLong : undefined;
  }
  if (typeof value === 'string')
    return 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  const wrong = wrongInAdf(value);
  if (wrong !== undefined) return `INVALID_INPUT: ${wrong}`;
  return JSON.stringify(value).length > longest ? tooLong : undefined;
}

const tooLong = 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.';

function attach({ site, base, body, request }: Asked, issue: KeptIssue): Answer {
  if (request.headers['x-atlassian-token'] !== 'no-check')
    return { status: 403, body: errorShape('XSRF check failed') };
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  const whole = body.toString('latin1');
  const head = whole.indexOf('\r\n\r\n');
  const filename = /name="file"; filename="([^"]*)"/.exec(whole.slice(0, head))?.[1];
  const end = whole.lastIndexOf(`\r\n--${boundary}`);
  if (filename === undefined || end < 0) return { status: 400, body: errorShape('No file part') };
  const content = body.subarray(head + 4, end);
  if (content.length > site.uploadLimit)
    return { status: 413, body: errorShape('The file exceeds its maximum permitted size.') };
  const attachment = {
    id: String(nextId(site)),
    filename: Buffer.from(filename, 'latin1').toString('utf8'),
    content,
    author: owner(site),
    created: moment(),
  };
  issue.attachments = [...(issue.attachments ?? []), attachment];
  return { status: 200, body: [attachmentShape(base, attachment)] };
}

function property({ body, request }: Asked, issue: KeptIssue, key: string): Answer {
  const known = issue.properties ?? {};
  if (request.method === 'GET')
    return Object.hasOwn(known, key)
      ? { status: 200, body: { key, value: known[key] } }
      : { status: 404, body: errorShape(`The property ${key} does not exist.`) };
  if (body.length > 32_768) return { status: 400, body: errorShape('The property value is too long.') };
  issue.properties = { ...known, [key]: JSON.parse(body.toString()) as unknown };
  return { status: Object.hasOwn(known, key) ? 200 : 201 };
}

function link({ site, base, body, query, request }: Asked, issue: KeptIssue): Answer {
  const links = issue.links ?? [];
  if (request.method === 'GET') {
    const wanted = query.get('globalId');
    if (wanted === null) return { status: 200, body: [...links] };
    const found = links.find(({ globalId }) => globalId === wanted);
    return found
      ? { status: 200, body: found }
      : { status: 404, body: errorShape('The link does not exist.') };
  }
  const given = JSON.parse(body.toString()) as { readonly globalId?: string; readonly object: unknown };
  const known = links.find(({ globalId }) => globalId !== undefined && globalId === given.globalId);
  const written = { id: known?.id ?? nextId(site), ...given };
  issue.links = [...links.filter(({ id }) => id !== written.id), written];
  return {
    status: known ? 200 : 201,
    body: { id: written.id, self: `${base}/rest/api/3/issue/${issue.key}/remotelink/${written.id}` },
  };
}

function transition({ site, body, request }: Asked, issue: KeptIssue): Answer {
  const now = issue.status ?? toDo;
  const open = site.workflow.filter(({ from }) => from === undefined || from.includes(now.name));
  if (request.method === 'GET')
    return {
      status: 200,
      body: {
        expand: 'transitions',
        transitions: open.map(({ id, name, to, demands = {} }) => ({
          id,
          name,
          to: statusShape(to),
          hasScreen: Object.keys(demands).length > 0,
          isGlobal: false,
          fields: Object.fromEntries(
            Object.entries(demands).map(([field, title]) => [
              field,
              { required: true, name: title, hasDefaultValue: false, key: field },
            ]),
          ),
        })),
      },
    };
  const given = JSON.parse(body.toString()) as { readonly transition?: { readonly id?: unknown } };
  if (!/^\d+$/.test(String(given.transition?.id)))
    return { status: 400, body: errorShape('Transition identifier must be an integer.') };
  const taken = open.find(({ id }) => id === given.transition?.id);
  if (!taken)
    return {
      status: 400,
      body: errorShape('It seems that you have tried to perform an illegal workflow operation.'),
    };
  const [missing] = Object.keys(taken.demands ?? {});
  if (missing !== undefined)
    return {
      status: 400,
      body: { errorMessages: [], errors: { [missing]: `${taken.demands![missing]!} is required.` } },
    };
  issue.moved = { from: now, at: Date.now() };
  issue.status = taken.to;
  return { status: 204 };
}
