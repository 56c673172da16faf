/** One request to Jira: never follows a redirect, so that credentials reach the site that they belong to and no other. */
import type { Emit } from '../../base/event.ts';

/** How requests are made; times in milliseconds. */
export interface Sending {
  readonly fetch: typeof fetch;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Between 0 and 1. */
  readonly random?: () => number;
}

/** What is sent beside the address. */
export interface Parcel {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
}

/** Sends once, within the time limit. */
export async function request(sending: Sending, url: string, parcel: Parcel): Promise<Response> {
  const timeout = AbortSignal.timeout(sending.timeoutMs ?? 30_000);
  return sending.fetch(url, {
    method: parcel.method ?? 'GET',
    headers: parcel.headers,
    ...(parcel.body === undefined ? {} : { body: parcel.body }),
    redirect: 'manual',
    signal: AbortSignal.any([sending.signal, timeout]),
  });
}
