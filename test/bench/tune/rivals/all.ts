import { treeOver } from '../prices.ts';
import { dexter } from './dexter.ts';
import { extend } from './extend.ts';
import { mcpPro } from './mcp-pro.ts';
import { fill, isOrdered, isThere, parted, type Rival } from './rival.ts';

/** What is there already, and no more. */
export const none: Rival = { name: 'no indexes', choose: async () => [] };

/** An index on each column of WHERE and ON, in the order of the statements, while there is room. */
export const predicateColumns: Rival = {
  name: 'an index per predicate column',
  choose: (input) =>
    fill(
      input,
      [...new Set(input.cases.flatMap(({ predicates }) => predicates))]
        .filter((name) => isOrdered(input.catalog, name))
        .map(parted)
        .filter(([table, column]) => !isThere(input.catalog, table, [column]))
        .map(([table, column]) => treeOver(table, [column])),
    ),
};

/** Everybody that advice is compared with. */
export const rivals: readonly Rival[] = [none, predicateColumns, dexter, mcpPro, extend];
