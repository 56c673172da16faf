/** Requests to a Jira Cloud site: authorisation, time limits, patience, and bodies of bounded size. */
import { DbdError, fail } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import { answerFault, busyFault, networkFault, statusFault, type Asked } from './faults.ts';

/** How requests are made; times in milliseconds. */
export interface ConnectionOptions {
  readonly fetch: typeof fetch;
  readonly site: string;
  readonly email: string;
  readonly token: string;
  readonly cloudId?: string;
  /** Host of scoped tokens. */
  readonly gateway?: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Between 0 and 1. */
  readonly random?: () => number;
}

/** A site that answers. */
export interface Connection {
  readonly site: string;
  /** GET below `/rest/api/3/`, as JSON; throws `tracker.*`. `what` names the thing in messages: `the issue KAN-29`. */
  json(path: string, what: string): Promise<unknown>;
  /** Content of an attachment, at most so many bytes; the redirect to it is followed without the credentials. */
  attachment(id: string, what: string, limit: number): Promise<Uint8Array>;
}

/** Most tries of one request. */
const tries = 4;
/** Longest wait that a server may ask for, milliseconds. */
const longestWait = 60_000;
/** Largest answer in bytes: an issue holds at most some hundred comments of 32,767 characters. */
const largestAnswer = 32 * 1024 * 1024;

/** Makes a connection; nothing is sent yet. */
export function connectionTo(options: ConnectionOptions): Connection {
  const { site, email, token, gateway = 'https://api.atlassian.com' } = options;
  const authorization = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
  // The credentials of another host are no business of the gateway.
  const discovers =
    options.gateway !== undefined || /\.(?:atlassian\.net|jira\.com)$/.test(new URL(site).host);
  const hidden = [token, authorization, authorization.slice(6)];
  let base = options.cloudId === undefined ? site : `${gateway}/ex/jira/${options.cloudId}`;

  const asked = (what: string): Asked => ({ what, site, scoped: base !== site, hidden });
  const api = (path: string, accept = 'application/json'): Promise<Response> =>
    patiently(
      options,
      () => request(options, `${base}/rest/api/3/${path}`, { accept, authorization }),
      asked,
    );

  /** A scoped token is not known at the site's own host: its id is looked up and the gateway asked. */
  const authorised = async (path: string, accept?: string): Promise<Response> => {
    const response = await api(path, accept);
    if (response.status !== 401 || base !== site || !discovers) return response;
    const found = await cloudIdOf(options);
    if (found === undefined) return response;
    base = `${gateway}/ex/jira/${found}`;
    const second = await api(path, accept).catch((error: unknown) => {
      options.signal.throwIfAborted();
      return error instanceof DbdError ? undefined : Promise.reject(error as Error);
    });
    if (second === undefined || second.status === 401 || second.status === 403) {
      await second?.body?.cancel();
      base = site;
      return response;
    }
    await response.body?.cancel();
    options.emit({
      kind: 'note',
      text: `The token is a scoped one; \`cloud_id: ${found}\` below \`jira\` in dbd.config.yaml saves two requests.`,
    });
    return second;
  };

  return {
    site,
    json: async (path, what) => {
      const response = await authorised(path);
      if (!response.ok) await refuse(response, asked(what));
      return parsed(response, await bodyOf(response, largestAnswer, asked(what)), asked(what));
    },
    attachment: async (id, what, limit) => {
      let response = await authorised(`attachment/content/${encodeURIComponent(id)}`, '*/*');
      let from = `${base}/rest/api/3/`;
      for (let hops = 0; isRedirect(response) && hops < 3; hops++) {
        const target = redirectOf(response, from, asked(what));
        await response.body?.cancel();
        from = target;
        response = await patiently(options, () => request(options, target, { accept: '*/*' }), asked);
      }
      if (!response.ok) await refuse(response, asked(what));
      return bodyOf(response, limit, asked(what));
    },
  };
}

async function request(
  options: ConnectionOptions,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  return options.fetch(url, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.any([options.signal, timeout]),
  });
}

/** Tries again where the server asks for patience, and after a connection that broke. */
async function patiently(
  options: ConnectionOptions,
  send: () => Promise<Response>,
  asked: (what: string) => Asked,
): Promise<Response> {
  const { emit, signal, wait = pause, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    let response: Response | undefined;
    let reason = 'the connection broke';
    try {
      response = await send();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === tries || !isBroken(error)) return networkFault(error, asked('Jira'));
    }
    if (response && response.status !== 429 && response.status !== 503) return response;
    const told = response ? retryAfter(response) : undefined;
    if (response) {
      reason = response.status === 429 ? 'it limits the rate of requests' : 'it is not available';
      const named = response.headers.get('RateLimit-Reason');
      if (named !== null) reason += ` (${named.slice(0, 80)})`;
      await response.body?.cancel();
      if (attempt === tries || (told ?? 0) > longestWait)
        return busyFault(response.status, reason, attempt, told, asked('Jira'));
    }
    // Jitter of up to a half keeps many clients from coming back at once.
    const ms = Math.round((told ?? 1000 * 2 ** (attempt - 1)) * (1 + random() / 2));
    emit({
      kind: 'note',
      text: `Jira is asked again in ${(ms / 1000).toFixed(1)} s: ${reason} (try ${attempt + 1} of ${tries}).`,
    });
    await wait(ms, signal);
  }
}

/** Milliseconds that the server asks to wait; seconds or a date. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('Retry-After');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
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

/** The cloud id, which the site tells without credentials; undefined when it does not. */
async function cloudIdOf(options: ConnectionOptions): Promise<string | undefined> {
  try {
    const response = await request(options, `${options.site}/_edge/tenant_info`, {
      accept: 'application/json',
    });
    if (!response.ok) return undefined;
    const body = JSON.parse(new TextDecoder().decode(await bodyOf(response, 65_536))) as {
      cloudId?: unknown;
    };
    return typeof body.cloudId === 'string' && /^[0-9a-z-]{1,64}$/i.test(body.cloudId)
      ? body.cloudId
      : undefined;
  } catch {
    options.signal.throwIfAborted();
    return undefined;
  }
}

/** Reads a body up to a limit in bytes; throws `tracker.answer` above it and when it ends too early. */
async function bodyOf(response: Response, limit: number, asked?: Asked): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      bytes += part.value.length;
      if (bytes > limit) {
        await reader?.cancel();
        return answerFault(`is larger than ${Math.floor(limit / 1024)} KiB`, asked);
      }
      parts.push(part.value);
    }
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return networkFault(error, asked);
    if (error instanceof DbdError) throw error;
    return answerFault('ended in the middle', asked, error);
  }
  return Buffer.concat(parts);
}

function parsed(response: Response, body: Uint8Array, asked: Asked): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const html = /^\s*</.test(text) || (response.headers.get('content-type') ?? '').includes('html');
    return answerFault(html ? 'is a web page instead of JSON' : 'is not whole JSON', asked, cause);
  }
}

function isRedirect({ status, headers }: Response): boolean {
  return status >= 300 && status < 400 && headers.has('location');
}

function redirectOf(response: Response, from: string, asked: Asked): string {
  const location = response.headers.get('location')!;
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && asked.site.startsWith('http://'));
  if (!url || !safe) return answerFault('leads to an address that is not https', asked);
  if (/\/login|\/sso|id\.atlassian\.com/.test(`${url.host}${url.pathname}`))
    return fail('tracker.denied', `${asked.site} asks to log in before it shows ${asked.what}.`, {
      hint: 'Check the e-mail and the token.',
    });
  return url.href;
}

async function refuse(response: Response, asked: Asked): Promise<never> {
  if (isRedirect(response)) {
    const target = redirectOf(response, asked.site, asked);
    await response.body?.cancel();
    return answerFault(`leads elsewhere (${new URL(target).host})`, asked);
  }
  const body = await bodyOf(response, 65_536, asked).catch(() => new Uint8Array());
  return statusFault(response.status, new TextDecoder().decode(body), asked);
}
