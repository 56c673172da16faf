import type { Draft } from '../draft.ts';

/** One way to answer a kind of requirement; it reads the task and adds to the board. */
export interface Pattern {
  readonly name: string;
  apply(draft: Draft): void;
}
