/** What is written to Jira, as it is sent. */
import type { Parcel } from './request.ts';

/** One request that changes something; `what` names the thing in messages. */
export interface Writing {
  readonly path: string;
  readonly what: string;
  readonly how:
    | { readonly method: 'PUT'; readonly json: unknown }
    /** What is gone already counts as deleted. */
    | { readonly method: 'DELETE' }
    | {
        readonly method: 'POST';
        readonly json?: unknown;
        readonly file?: { readonly name: string; readonly type: string; readonly bytes: Uint8Array };
        /** Looks whether a request whose answer got lost was carried out; what it returns stands for the answer. */
        readonly landed: () => Promise<unknown>;
      };
}

/** The request of a writing, made anew for each try. */
export function parcelOf(how: Writing['how']): Parcel {
  if (how.method === 'POST' && how.file !== undefined) {
    const body = new FormData();
    body.append('file', new Blob([how.file.bytes], { type: how.file.type }), how.file.name);
    // Jira takes uploads for forged without this header.
    return { method: 'POST', headers: { accept: 'application/json', 'x-atlassian-token': 'no-check' }, body };
  }
  const json = how.method === 'DELETE' ? undefined : how.json;
  return {
    method: how.method,
    headers: {
      accept: 'application/json',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  };
}
