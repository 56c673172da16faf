/** What executing statements showed. */
import type { Seen } from '../engine/model.ts';

/** One executed statement of a change, a file, or a wrapped command. */
export interface StatementRun extends Seen {
  readonly sql: string;
  /** Kind of its parse tree's node, where a proxy recorded it; undefined when it does not parse as one statement. */
  readonly kind?: string;
  /** It was refused before the server saw it. */
  readonly refused?: boolean;
  /** `application_name` of a recorded session. */
  readonly application?: string;
  /** File, phase or migration it belongs to, if known. */
  readonly origin?: string;
  readonly step?: string;
  /** Session number of a wrapped command, from 1. */
  readonly session: number;
  /** Transaction number within the session; undefined outside transactions. */
  readonly transaction?: number;
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly ms: number;
  readonly rows?: number;
  /** Locks were sampled, since the statement ran outside transactions. */
  readonly sampled: boolean;
  readonly error?: { readonly message: string; readonly sqlstate: string; readonly detail?: string };
  /** Attempts when lock_timeout made it try again. */
  readonly attempts: number;
  /** Earlier tries whose lock was not granted in time, milliseconds since the run began. */
  readonly tries?: readonly { readonly at: number; readonly ms: number }[];
}
