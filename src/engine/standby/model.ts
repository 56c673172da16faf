/** Servers that follow another one by its log, and what their readers pay for it. */
import type { Session } from '../session/model.ts';

export interface Standbys {
  /** Makes the place that keeps the log of the leader for a follower of this name. */
  reserve(leader: Session, name: string): Promise<void>;
  /** Takes the place away; the follower must be gone. */
  release(leader: Session, name: string): Promise<void>;
  /** Turns a data folder that was copied from the leader into a follower's. */
  prepare(data: string): void;
  /** Settings of the follower's server; its readers are cancelled once they hold replay up for `delayMs`. */
  settings(options: {
    readonly leaderUrl: string;
    readonly name: string;
    readonly delayMs: number;
  }): Readonly<Record<string, string>>;
  /** Where leader and follower are in the log. */
  progress(leader: Session, name: string): Promise<StandbyProgress>;
  /** Readers of the database that replay has cancelled since the follower began, by what they were in the way of. */
  conflicts(follower: Session): Promise<Readonly<Record<string, number>>>;
  /** The class of an error (SQLSTATE) says that replay cancelled the reader. */
  cancelled(state: string): boolean;
}

export interface StandbyProgress {
  /** Bytes of log that the leader has written since it was made, and that the follower has replayed; nothing where the follower is not connected. */
  readonly written: number;
  readonly replayed?: number;
  /** Bytes of log that the leader keeps for the follower. */
  readonly retained: number;
}
