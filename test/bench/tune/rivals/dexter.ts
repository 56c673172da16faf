/**
 * Our own implementation of Dexter's published rules: for each statement all of its columns as indexes at once, then all ordered pairs at once; what the plan uses is kept when it
 * halves the cost, pairs only where it is still above 100; a single column that a pair begins with is left out. It knows no budget: what saves most over all calls comes first here.
 */
import { treeOver, type Wished } from '../prices.ts';
import { fill, isOrdered, isThere, parted, type Rival } from './rival.ts';

/** Share of the cost that has to remain at most. */
const mostLeft = 0.5;
const cheap = 100;

/** Dexter's rules. */
export const dexter: Rival = {
  name: "Dexter's rules",
  async choose(input) {
    const { cases, catalog, asking } = input;
    const saved = new Map<string, { readonly wished: Wished; readonly gain: number }>();
    for (const one of cases) {
      const columns = one.columns.filter((name) => isOrdered(catalog, name)).map(parted);
      const before = await asking.cost(one, []);
      const singles = columns
        .filter(([table, column]) => !isThere(catalog, table, [column]))
        .map(([table, column]) => treeOver(table, [column]));
      const pairs = columns.flatMap(([table, first]) =>
        columns
          .filter(([other, second]) => other === table && second !== first)
          .map(([, second]) => treeOver(table, [first, second])),
      );
      const first = await asking.plan(one, singles);
      const second = first.cost > cheap && pairs.length > 0 ? await asking.plan(one, pairs) : undefined;
      let kept: readonly Wished[] = [];
      let after = before;
      if (second && second.cost < first.cost * mostLeft) {
        kept = pairs.filter(({ key }) => second.uses.includes(key));
        after = second.cost;
      } else if (first.cost < before * mostLeft) {
        for (const single of singles.filter(({ key }) => first.uses.includes(key))) {
          const alone = await asking.cost(one, [single]);
          if (alone < after) {
            kept = [single];
            after = alone;
          }
        }
      }
      if (after >= before * mostLeft) continue;
      for (const wished of kept) {
        const gain = (saved.get(wished.key)?.gain ?? 0) + one.weight * (before - after);
        saved.set(wished.key, { wished, gain });
      }
    }
    const all = [...saved.values()];
    const pairs = all.filter(({ wished }) => wished.columns.length > 1);
    const needed = all.filter(
      ({ wished }) =>
        wished.columns.length > 1 || !pairs.some((pair) => pair.wished.columns[0] === wished.columns[0]),
    );
    return fill(
      input,
      needed.sort((a, b) => b.gain - a.gain).map(({ wished }) => wished),
    );
  },
};
