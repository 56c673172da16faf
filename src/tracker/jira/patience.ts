/** Tries again where that is safe, after the time that the server asks for. */
import { busyFault, networkFault, type Asked } from './faults.ts';
import { limitOf, type RateLimit } from './limits.ts';
import type { Sending } from './request.ts';

/** Most tries of one request. */
const tries = 4;
/** Longest wait that a server may ask for, milliseconds. */
const longestWait = 60_000;

/** What became of a request: an answer, or the sight of what a lost request has done after all. */
export type Outcome =
  | { readonly kind: 'answered'; readonly response: Response }
  | { readonly kind: 'landed'; readonly found: unknown };

/** Whether a request may be sent twice: without harm, or only after a look at whether the first one arrived. */
export type Repeat =
  | { readonly kind: 'read' }
  | { readonly kind: 'same' }
  | { readonly kind: 'look'; readonly landed: () => Promise<unknown> };

/** Sends until there is an answer; throws `tracker.busy` after the last try and `tracker.unreachable`. */
export async function patiently(
  sending: Sending,
  send: () => Promise<Response>,
  asked: Asked,
  repeat: Repeat = { kind: 'read' },
): Promise<Outcome> {
  const { emit, signal, wait = pause, random = Math.random } = sending;
  for (let attempt = 1; ; attempt++) {
    const last = attempt === tries;
    const failed = await once(send, signal, repeat, asked);
    if ('kind' in failed) return failed;
    const { response, error, reason, told, limit } = failed;
    // Whether a lost request arrived is worth a look even where it is not sent again.
    const looks = repeat.kind === 'look' && response?.status !== 429;
    // A quota of the hour is not filled again within a minute.
    const hopeless = limit?.hourly === true && told === undefined;
    const ends = last || hopeless || (told ?? 0) > longestWait;
    // Jitter of up to a half keeps many clients from coming back at once.
    const ms = Math.round((told ?? 1000 * 2 ** (attempt - 1)) * (1 + random() / 2));
    if (!ends)
      emit({
        kind: 'note',
        text: `Jira is asked again in ${(ms / 1000).toFixed(1)} s: ${reason} (try ${attempt + 1} of ${tries}).`,
      });
    if (!ends) await wait(ms, signal);
    if (looks) {
      const found = await repeat.landed();
      if (found !== undefined) return { kind: 'landed', found };
    }
    if (!ends) continue;
    if (response?.status === 409) return { kind: 'answered', response };
    return response
      ? busyFault(response.status, reason, attempt, told, asked, limit)
      : networkFault(error, asked);
  }
}

interface Failed {
  readonly response?: Response;
  readonly error?: unknown;
  /** Continues `Jira is asked again: `. */
  readonly reason: string;
  /** Milliseconds that the server asks to wait. */
  readonly told?: number;
  readonly limit?: RateLimit;
}

/** One try: an answer to be taken, or why another one is worth it; throws `tracker.unreachable` where none is. */
async function once(
  send: () => Promise<Response>,
  signal: AbortSignal,
  repeat: Repeat,
  asked: Asked,
): Promise<Outcome | Failed> {
  let response: Response;
  try {
    response = await send();
  } catch (error) {
    signal.throwIfAborted();
    if (isBroken(error)) return { error, reason: 'the connection broke' };
    if (repeat.kind !== 'read' && (error as Error).name === 'TimeoutError')
      return { error, reason: 'it did not answer in time' };
    return networkFault(error, asked);
  }
  const { status } = response;
  const passing = [429, 502, 503, 504].includes(status) || (status === 409 && repeat.kind !== 'read');
  if (!passing) return { kind: 'answered', response };
  const told = askedWait(response.headers);
  const limit = status === 429 ? limitOf(response.headers) : undefined;
  const reason =
    limit?.says ?? (status === 409 ? 'somebody else writes at the same moment' : 'it is not available');
  // A conflict's own words are shown when it stays.
  if (status !== 409) await response.body?.cancel();
  return {
    response,
    reason,
    ...(told === undefined ? {} : { told }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** Milliseconds that the server asks to wait: seconds, or a moment by the server's own clock, which need not be ours. */
export function askedWait(headers: Headers): number | undefined {
  const value = headers.get('Retry-After')?.trim() ?? headers.get('X-RateLimit-Reset')?.trim();
  if (value === undefined) return undefined;
  const theirs = Date.parse(headers.get('Date') ?? '');
  const now = Number.isNaN(theirs) ? Date.now() : theirs;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
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
