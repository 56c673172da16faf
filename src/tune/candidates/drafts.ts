/** What one use of a table asks for. */
import type { AccessCondition, IndexForm } from '../../engine/model.ts';
import { shareOf, type TableFigures } from './figures.ts';
import type { Draft } from './model.ts';
import { valuesOf } from './settle.ts';
import type { Indexed } from './there.ts';
import { specialsOf } from './special.ts';
import { treesOf, type Tree } from './trees.ts';
import type { Asked, Equality } from './uses.ts';
import { includesOf, narrowed, partialsOf } from './variants.ts';

/** What one use of a table asks for: trees, their partial and covering variants, other kinds. */
export function draftsOf(
  { access, known }: Asked,
  figures: TableFigures,
  { primary, identities }: Indexed,
  equality: Equality,
): readonly Draft[] {
  const { table } = access;
  const share = (condition: AccessCondition): number =>
    shareOf(figures, condition, valuesOf(condition, known));
  const popularity = (key: string): number => equality.popularity(table, key);
  const partials = partialsOf(access.conditions, share, (name) =>
    identities.has(name) ? undefined : figures.distinct(name),
  );
  const drafts: Draft[] = [];
  const add = (
    { keys, ordered }: Pick<Tree, 'keys' | 'ordered'>,
    because: string,
    rank: number,
    more: Partial<IndexForm> = {},
  ): void => {
    if (keys.length === 0) return;
    const place = keys.findIndex(({ key }) => key === ordered);
    const form = { table, method: 'btree', keys, includes: [], ...more };
    drafts.push({ form, because, rank, ...(place < 0 ? {} : { ordered: place }) });
  };
  const reads = access.does === 'read' ? access.reads : [];
  const covering = (keys: Tree['keys']): readonly string[] | undefined =>
    includesOf(keys, reads, (name) => figures.column(name)?.averageWidth);
  const trees = treesOf({ access, share, popularity });
  for (const tree of trees) {
    add(tree, tree.because, tree.rank);
    if (tree.rank > 2) continue;
    const includes = covering(tree.keys);
    if (includes) add(tree, `${tree.because}; ${unread}`, tree.rank + 1, { includes });
    for (const [i, partial] of partials.entries()) {
      const { predicate, because } = partial;
      const less = { ...tree, keys: narrowed(tree.keys, partial, primary) };
      add(less, `${tree.because}; ${because}`, tree.rank + i, { predicate });
      const carried = i === 0 ? covering(less.keys) : undefined;
      if (carried)
        add(less, `${tree.because}; ${because}; ${unread}`, tree.rank + 2, { predicate, includes: carried });
    }
  }
  if (trees.length === 0)
    for (const partial of partials)
      add({ keys: narrowed([], partial, primary) }, partial.because, 1, { predicate: partial.predicate });
  for (const { method, keys, because } of specialsOf(access, figures, (key) => equality.only(table, key))) {
    add({ keys }, because, 1, { method });
    if (partials[0] && method !== 'brin')
      add({ keys }, `${because}; ${partials[0].because}`, 2, { method, predicate: partials[0].predicate });
  }
  return drafts;
}

const unread = 'the table need not be read';
