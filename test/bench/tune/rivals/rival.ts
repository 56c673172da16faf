/** What a rival is given, and what it answers. */
import type { Catalog } from '../../../../src/catalog/model.ts';
import type { Case } from '../cases.ts';
import type { Asking, Wished } from '../prices.ts';

export interface RivalInput {
  readonly cases: readonly Case[];
  readonly catalog: Catalog;
  readonly asking: Asking;
  /** Bytes that its indexes may take together. */
  readonly budget: number;
  /** Bytes of the tables. */
  readonly dataBytes: number;
}

/** A re-implementation of published rules, not the product of that name. */
export interface Rival {
  readonly name: string;
  choose(input: RivalInput): Promise<readonly Wished[]>;
}

/** Whether an index that is there begins with these columns. */
export function isThere(catalog: Catalog, table: string, columns: readonly string[]): boolean {
  return catalog.tables
    .find(({ name }) => name === table)!
    .indexes.some(
      ({ method, keys, predicate }) =>
        method === 'btree' && predicate === undefined && columns.every((column, i) => keys[i] === column),
    );
}

/** `table` and `column` of `table.column`. */
export function parted(name: string): readonly [table: string, column: string] {
  const [table = '', column = ''] = name.split('.');
  return [table, column];
}

/** Whether values of a column can be in a tree of usual size. */
export function isOrdered(catalog: Catalog, name: string): boolean {
  const [table, column] = parted(name);
  const type = catalog.tables
    .find((one) => one.name === table)
    ?.columns.find((one) => one.name === column)?.type;
  return type !== undefined && !/^(jsonb?|xml|point|polygon|tsvector)$|\[\]$/.test(type);
}

/** The first ones, in their order, that fit into the budget together. */
export async function fill(
  { asking, budget }: RivalInput,
  ordered: readonly Wished[],
): Promise<readonly Wished[]> {
  const kept: Wished[] = [];
  let left = budget;
  for (const one of ordered) {
    const bytes = await asking.bytes(one);
    if (bytes > left || kept.some(({ key }) => key === one.key)) continue;
    kept.push(one);
    left -= bytes;
  }
  return kept;
}
