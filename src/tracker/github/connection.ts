/** A GitHub that is asked and told: patience with its limits, bounded answers, a token that leaves for no other host. */
import { usualGithubHost } from '../../config/github.ts';
import type { Sending } from '../jira/request.ts';
import { answerFault, busyFault, networkFault, statusFault, type Asked } from './faults.ts';

export interface ConnectionOptions extends Sending {
  readonly host: string;
  /** Public issues are read without one. */
  readonly token?: string;
}

/** All throw `tracker.*`; `what` names the thing in messages. */
export interface Connection {
  readonly host: string;
  readonly hasToken: boolean;
  /** GET below the root of the interface; redirects of moved repositories are followed within it. */
  get(path: string, what: string): Promise<unknown>;
  /** The same; undefined for the statuses that are named. */
  find(path: string, what: string, absent: readonly number[]): Promise<unknown>;
  /** Sends a change; `landed` looks whether a request whose answer got lost was carried out, where a second one would do it twice. */
  write(writing: Writing): Promise<unknown>;
}

export interface Writing {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly what: string;
  readonly json?: unknown;
  readonly landed?: () => Promise<unknown>;
}

const tries = 4;
/** Longest wait that a server may ask for, and the one that GitHub's guide names where it does not say, milliseconds. */
const longestWait = 120_000;
const usualWait = 60_000;
/** Largest answer in bytes: a hundred comments of 65,536 characters. */
const largestAnswer = 32 * 1024 * 1024;

/** Makes a connection; nothing is sent yet. */
export function connectionTo(options: ConnectionOptions): Connection {
  const { host, token } = options;
  const root = host === usualGithubHost ? 'https://api.github.com' : `${host}/api/v3`;
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': 'database-developer',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const asked = (what: string, changes: boolean): Asked => ({ what, host, changes, token });

  const read = async (path: string, what: string, absent: readonly number[]): Promise<unknown> => {
    const told = asked(what, false);
    let url = `${root}/${path}`;
    for (let hops = 0; ; hops++) {
      const outcome = await patiently(options, () => request(options, url, { headers }), told);
      const { response } = outcome as Extract<Outcome, { kind: 'answered' }>;
      const moved = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (moved !== null) {
        await response.body?.cancel();
        if (hops === 3 || !URL.canParse(moved, url)) return answerFault('leads in circles', told);
        const next = new URL(moved, url).href;
        if (!next.startsWith(`${root}/`)) return answerFault('leads to another host', told);
        url = next;
        continue;
      }
      if (absent.includes(response.status)) {
        await response.body?.cancel();
        return undefined;
      }
      return parsed(response, told);
    }
  };

  return {
    host,
    hasToken: token !== undefined,
    get: (path, what) => read(path, what, []),
    find: read,
    write: async ({ method, path, what, json, landed }) => {
      const told = asked(what, true);
      const parcel: RequestInit = {
        method,
        headers: { ...headers, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      };
      const outcome = await patiently(
        options,
        () => request(options, `${root}/${path}`, parcel),
        told,
        landed ?? 'same',
      );
      if (outcome.kind === 'landed') return outcome.found;
      // What is gone already counts as removed.
      if (method === 'DELETE' && outcome.response.status === 404) {
        await outcome.response.body?.cancel();
        return undefined;
      }
      return parsed(outcome.response, told);
    },
  };
}

/** Sends once, within the time limit; no redirect is followed unseen. */
async function request(sending: Sending, url: string, parcel: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(sending.timeoutMs ?? 30_000);
  return sending.fetch(url, {
    ...parcel,
    redirect: 'manual',
    signal: AbortSignal.any([sending.signal, timeout]),
  });
}

type Outcome =
  | { readonly kind: 'answered'; readonly response: Response }
  | { readonly kind: 'landed'; readonly found: unknown };

/** Tries again where the server asks for patience or the connection broke; a change that must not happen twice is looked for first. */
async function patiently(
  sending: Sending,
  send: () => Promise<Response>,
  asked: Asked,
  repeat: 'read' | 'same' | (() => Promise<unknown>) = 'read',
): Promise<Outcome> {
  const { emit, signal, wait = pause, random = Math.random } = sending;
  for (let attempt = 1; ; attempt++) {
    let response: Response | undefined;
    let error: unknown;
    try {
      response = await send();
    } catch (cause) {
      signal.throwIfAborted();
      error = cause;
      if (repeat === 'read' && !isBroken(cause)) return networkFault(cause, asked);
    }
    const limit = response && (await limitOf(response));
    if (response && !limit) return { kind: 'answered', response };
    const reason = limit?.reason ?? 'the connection broke';
    const told = limit?.waitMs;
    // A refusal for the rate of requests was not carried out; everything else may have been.
    if (typeof repeat === 'function' && limit?.refused !== true) {
      const found = await repeat();
      if (found !== undefined) return { kind: 'landed', found };
    }
    if (attempt === tries || (told ?? 0) > longestWait)
      return error === undefined ? busyFault(reason, attempt, told, asked) : networkFault(error, asked);
    const ms = Math.round((told ?? 1000 * 2 ** (attempt - 1)) * (1 + random() / 4));
    emit({
      kind: 'note',
      text: `GitHub is asked again in ${(ms / 1000).toFixed(1)} s: ${reason} (try ${attempt + 1} of ${tries}).`,
    });
    await wait(ms, signal);
  }
}

interface Limit {
  readonly reason: string;
  readonly waitMs?: number;
  /** The request was not carried out. */
  readonly refused: boolean;
}

/** Why another try is worth it; undefined for an answer to be taken. A limit comes as 429 or as 403, in headers or in words only. */
async function limitOf(response: Response): Promise<Limit | undefined> {
  const { status, headers } = response;
  if ([502, 503, 504].includes(status)) {
    await response.body?.cancel();
    return { reason: `it is not available (${status})`, refused: false, ...waitOf(headers) };
  }
  if (status !== 429 && status !== 403) return undefined;
  const primary = headers.get('x-ratelimit-remaining') === '0';
  const secondary =
    status === 429 ||
    headers.has('retry-after') ||
    /secondary rate|abuse detection/i.test(await beginning(response));
  if (!primary && !secondary) return undefined;
  await response.body?.cancel();
  const told = waitOf(headers);
  return {
    refused: true,
    reason:
      primary && !headers.has('retry-after')
        ? 'the quota of the hour is used up'
        : 'it limits the rate of requests',
    ...('waitMs' in told ? told : { waitMs: usualWait }),
  };
}

/** The first part of a body; the rest can still be read from the response itself. */
async function beginning(response: Response): Promise<string> {
  const text = await response
    .clone()
    .text()
    .catch(() => '');
  return text.slice(0, 4096);
}

/** Milliseconds that the server asks to wait: `Retry-After` in seconds, or the second at which the quota is filled again, by its own clock. */
function waitOf(headers: Headers): { readonly waitMs?: number } {
  const after = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(after)) return { waitMs: Number(after) * 1000 };
  const reset = headers.get('x-ratelimit-reset')?.trim() ?? '';
  if (headers.get('x-ratelimit-remaining') !== '0' || !/^\d+$/.test(reset)) return {};
  const theirs = Date.parse(headers.get('date') ?? '');
  const now = Number.isNaN(theirs) ? Date.now() : theirs;
  return { waitMs: Math.max(1000, Number(reset) * 1000 - now) };
}

async function parsed(response: Response, asked: Asked): Promise<unknown> {
  const body = await bodyOf(response, asked);
  if (!response.ok) return statusFault(response.status, body, asked);
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch (cause) {
    return answerFault(
      /^\s*</.test(body) ? 'is a web page instead of JSON' : 'is not whole JSON',
      asked,
      cause,
    );
  }
}

async function bodyOf(response: Response, asked: Asked): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > largestAnswer) break;
      parts.push(part);
    }
  } catch (error) {
    return answerFault('ended in the middle', asked, error);
  }
  if (bytes > largestAnswer) return answerFault(`is larger than ${largestAnswer / 1024 ** 2} MiB`, asked);
  return Buffer.concat(parts).toString('utf8');
}

function isBroken(error: unknown): boolean {
  const code = ((error as Error).cause as { readonly code?: unknown } | undefined)?.code;
  return code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const stop = (): void => {
      clearTimeout(timer);
      failed(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
