/** What publishing to an issue looks at, and what it does there. */
import type { JiraKind } from '../../../config/model.ts';
import type { Publication, PublishedPart } from '../../model.ts';
import type { Asked } from '../../replies/asked.ts';
import type { Connection } from '../connection.ts';
import type { Comment, Issue } from '../issue.ts';
import type { Person } from '../shapes.ts';

/** An issue as it was found, and what is to be told there. */
export interface Work {
  readonly connection: Connection;
  readonly kind: JiraKind;
  /** Path of the issue below the root of the interface: `issue/KAN-29`. */
  readonly path: string;
  readonly issue: Issue;
  /** The account that writes. */
  readonly me: Person;
  /** What the last run left; undefined when there is none or it cannot be read. */
  readonly mark?: Mark;
  /** Its files have the names that they get at the issue. */
  readonly publication: Publication;
  /** Body of the living comment as this kind of Jira takes it, and its hash. */
  readonly body: { readonly value: unknown; readonly hash: string };
  /** Our living comments, oldest first: more than one only after two publishers met. */
  readonly living: readonly LivingComment[];
  /** The issue may be moved to a state of the category done. */
  readonly mayFinish: boolean;
}

export interface LivingComment extends Comment {
  /** Hash that stands in it. */
  readonly hash: string;
}

/** Value of the issue property `dbd`: what is known of the last publication without reading texts. */
export interface Mark {
  readonly publication: string;
  readonly comment: { readonly id: string; readonly hash: string };
  readonly files: readonly string[];
  /** What was asked when, oldest first: an answer by number belongs to the list that stood when it was written. */
  readonly asked: readonly Asked[];
  readonly state?: { readonly name: string; readonly reached: boolean };
}

/** One thing to be done; without `act` there is nothing to do. */
export interface Part {
  readonly would: PublishedPart;
  readonly act?: () => Promise<PublishedPart>;
}
