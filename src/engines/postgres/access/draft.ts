/** What is known while a statement is read. */
import type { Node } from 'libpg-query';
import type { AccessOptions } from '../../../engine/access/model.ts';
import type { Relations } from './relations.ts';
import type { Handed, Scope } from './scope.ts';
import type { Use } from './use.ts';

export interface Draft {
  readonly relations: Relations;
  readonly options: AccessOptions;
  readonly uses: Use[];
  /** Reads a statement within the statement. */
  readonly read: (tree: Node | undefined, outer: Scope | undefined, draft: Draft, way?: Way) => Handed;
  /** How deep views stand in views: one that names itself ends. */
  depth: number;
  /** Steps that are left: names that double from view to view end. */
  steps: number;
}

/** Steps of one statement; ordinary ones take some hundred, the widest some thousand. */
const mostSteps = 30_000;

/** A statement that nothing is known of yet. */
export function newDraft(more: Pick<Draft, 'relations' | 'read'> & Partial<Draft>): Draft {
  return { options: {}, uses: [], depth: 0, steps: mostSteps, ...more };
}

/** Takes a step; false when none is left. */
export function step(draft: Draft): boolean {
  draft.steps -= 1;
  return draft.steps >= 0;
}

/** How a subquery is read. */
export interface Way {
  /** Only those outputs count that the level above uses. */
  readonly lazy?: boolean;
  /** Its conditions narrow the level above too. */
  readonly narrowing?: boolean;
}
