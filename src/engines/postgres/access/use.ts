/** Uses of tables while a statement is read. */
import type { AccessCondition, AccessKey, AccessOrder, TableAccess } from '../../../engine/access/model.ts';
import type { Relation } from './relations.ts';

/** One use of a table; filled while the statement is walked. */
export interface Use {
  readonly relation: Relation;
  readonly alias: string;
  /** Among the statement's uses, from 0. */
  readonly place: number;
  does: TableAccess['does'];
  readonly conditions: AccessCondition[];
  readonly branches: (readonly (readonly AccessCondition[])[])[];
  order: readonly AccessOrder[];
  group: readonly AccessKey[];
  distinct: readonly AccessKey[];
  limit: boolean;
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

/** Adds a use to the statement's. */
export function newUse(uses: Use[], relation: Relation, alias: string): Use {
  const use: Use = {
    relation,
    alias,
    place: uses.length,
    does: 'read',
    conditions: [],
    branches: [],
    order: [],
    group: [],
    distinct: [],
    limit: false,
    reads: new Set(),
    writes: new Set(),
  };
  uses.push(use);
  return use;
}

/** The same use once more, with what is known of it so far. */
export function copyUse(uses: Use[], use: Use): Use {
  const copy = newUse(uses, use.relation, use.alias);
  copy.conditions.push(...use.conditions);
  copy.branches.push(...use.branches);
  for (const column of use.reads) copy.reads.add(column);
  return copy;
}

/** A use as contracts tell it. */
export function accessOf(use: Use): TableAccess {
  const { relation, place: _place, reads, writes, ...rest } = use;
  return {
    table: { schema: relation.schema, name: relation.name },
    ...rest,
    reads: reads.has('*') ? ['*'] : [...reads],
    writes: writes.has('*') ? ['*'] : [...writes],
  };
}
