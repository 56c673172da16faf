import type { Emit } from '../../base/event.ts';

/** Where the server works, the same for each of its calls. */
export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the server ends: what is under way cleans up. */
  readonly closing: AbortSignal;
}

/** One call of a tool, as the face hands it on. */
export interface Call extends Place {
  /** Name and version of the client, or `an MCP client`. */
  readonly agent: string;
  /** Sends progress to the client that asked for it; does nothing otherwise. */
  readonly emit: Emit;
  /** Aborts when the client cancels this call or leaves, and when the server ends. */
  readonly signal: AbortSignal;
  /** Hash of what a person has confirmed for this call. */
  readonly confirmed?: string;
}
