/** What a site keeps, and how it may fail. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Site {
  readonly email: string;
  /** Accepted at the site's own host. */
  readonly classicToken: string;
  /** Accepted at the gateway only. */
  readonly scopedToken: string;
  readonly cloudId: string;
  readonly issues: KeptIssue[];
  /** Keys of projects; a query for another one is rejected. */
  readonly projects: readonly string[];
}

export interface KeptIssue {
  readonly key: string;
  /** Keys by which it was known before. */
  readonly formerly?: readonly string[];
  readonly summary: string;
  /** ADF, or null. */
  readonly description: unknown;
  readonly custom?: readonly { readonly id: string; readonly name: string; readonly value: unknown }[];
  readonly attachments?: readonly KeptAttachment[];
  readonly comments?: readonly KeptComment[];
}

export interface KeptAttachment {
  readonly id: string;
  readonly filename: string;
  readonly content: string | Uint8Array;
  readonly created?: string;
}

export interface KeptComment {
  readonly author: KeptPerson;
  readonly editor?: KeptPerson;
  readonly created: string;
  readonly body: unknown;
}

export interface KeptPerson {
  readonly accountId: string;
  readonly displayName: string;
  readonly emailAddress?: string;
}

/** Answers instead of the site; `true` means that it did. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;
