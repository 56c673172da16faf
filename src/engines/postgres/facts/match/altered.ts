import type { Constraint, Node } from 'libpg-query';
import type { Name } from '../../../../catalog/model.ts';
import type { Look } from '../look.ts';

/** The table that an ALTER TABLE works on, for each of its commands. */
export interface Altered {
  readonly table: Name;
  readonly heirs: readonly Name[];
  /** Constraints that the same statement drops: they prove nothing. */
  readonly going: readonly string[];
  readonly look: Look;
}

/** The Constraint inside a node. */
export function constraintOf(node: Node | undefined): Constraint | undefined {
  return node && 'Constraint' in node ? node.Constraint : undefined;
}
