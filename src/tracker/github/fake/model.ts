/** What a fake GitHub keeps. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Hub {
  /** Token → login of its account; `undefined` as a login is an app's token, which may not ask whose it is. */
  readonly tokens: Map<string, string | undefined>;
  readonly repositories: KeptRepository[];
}

export interface KeptRepository {
  /** `acme/shop`. */
  name: string;
  private?: boolean;
  /** Keeps no issues. */
  issuesOff?: boolean;
  /** Names under which it was known before. */
  formerly?: readonly string[];
  readonly issues: KeptIssue[];
}

export interface KeptIssue {
  readonly number: number;
  title: string;
  body: string | null;
  labels?: string[];
  locked?: boolean;
  readonly comments: KeptComment[];
}

export interface KeptComment {
  readonly id: number;
  readonly login: string;
  readonly association?: string;
  body: string;
  readonly created?: string;
  updated?: string;
}

/** Answers a request itself (`true`), lets the hub do it (`false`), or lets the hub do it and loses the answer. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | 'lost';
