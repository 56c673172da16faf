/** What the publisher works with. */
import type { Publication, Settings } from '../model.ts';
import type { Connection } from './connection.ts';
import type { Comment, Issue } from './issue.ts';
import type { Reference } from './reference.ts';

/** Where an issue is, and which label stands for which state. */
export interface Opened {
  readonly connection: Connection;
  readonly reference: Reference;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Settings['env'];
}

/** An issue as it is, and what it should be told. */
export interface Work extends Opened {
  readonly issue: Issue;
  readonly me: string;
  readonly body: string;
  readonly living: readonly Comment[];
  readonly publication: Publication;
  readonly limits: readonly string[];
}
