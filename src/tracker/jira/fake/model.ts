/** What a site keeps, and how it may fail. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Site {
  /** A Data Center has other paths, credentials, people and texts. */
  readonly kind: 'cloud' | 'data-center';
  readonly email: string;
  /** Accepted at the site's own host; a Personal Access Token of a Data Center. */
  readonly classicToken: string;
  /** Accepted at the gateway only. */
  readonly scopedToken: string;
  readonly cloudId: string;
  readonly issues: KeptIssue[];
  /** Keys of projects; a query for another one is rejected. */
  readonly projects: readonly string[];
  /** Ways from state to state; `from` is any state where it is absent. */
  readonly workflow: readonly KeptTransition[];
  /** Largest attachment, bytes. */
  readonly uploadLimit: number;
  /** Searches show the state of so many milliseconds ago. */
  readonly lagMs?: number;
}

export interface KeptStatus {
  readonly id: string;
  readonly name: string;
  readonly category: 'new' | 'indeterminate' | 'done';
}

export interface KeptTransition {
  readonly id: string;
  readonly name: string;
  /** Names of states. */
  readonly from?: readonly string[];
  readonly to: KeptStatus;
  /** Fields that it demands, by id with their names. */
  readonly demands?: Readonly<Record<string, string>>;
}

/** An issue; what is written to it changes it in place. */
export interface KeptIssue {
  readonly key: string;
  /** Keys by which it was known before. */
  readonly formerly?: readonly string[];
  readonly summary: string;
  /** ADF, wiki markup of a Data Center, or null. */
  description: unknown;
  readonly custom?: readonly { readonly id: string; readonly name: string; readonly value: unknown }[];
  attachments?: readonly KeptAttachment[];
  comments?: readonly KeptComment[];
  status?: KeptStatus;
  /** The last change of its state, milliseconds. */
  moved?: { readonly from: KeptStatus; readonly at: number };
  /** `software` where it is absent. */
  readonly projectType?: string;
  properties?: Readonly<Record<string, unknown>>;
  links?: readonly KeptLink[];
}

export interface KeptLink {
  readonly id: number;
  readonly globalId?: string;
  readonly object: unknown;
}

export interface KeptAttachment {
  readonly id: string;
  readonly author?: KeptPerson;
  readonly filename: string;
  readonly content: string | Uint8Array;
  readonly created?: string;
}

export interface KeptComment {
  /** By its place where it is absent. */
  readonly id?: string;
  readonly author: KeptPerson;
  readonly editor?: KeptPerson;
  readonly created: string;
  readonly updated?: string;
  readonly body: unknown;
  readonly properties?: readonly unknown[];
}

export interface KeptPerson {
  /** Of Jira Cloud. */
  readonly accountId?: string;
  /** User name of a Data Center. */
  readonly name?: string;
  readonly displayName: string;
  readonly emailAddress?: string;
}

/** Answers instead of the site; `true` means that it did. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;
