/**
 * Our own implementation of Postgres MCP Pro's published rules: sets of up to three used columns of a statement's table in one order each, added one after the other while the time of
 * all statements, each weighing the same, falls by at least 10 %; the best is the least log(time) + 2 log(space).
 */
import { treeOver, type Wished } from '../prices.ts';
import { isOrdered, isThere, parted, type Rival } from './rival.ts';

const leastGain = 0.1;
const spaceWeight = 2;
const mostColumns = 3;

/** Postgres MCP Pro's rules. */
export const mcpPro: Rival = {
  name: "Postgres MCP Pro's rules",
  async choose({ cases, catalog, asking, budget, dataBytes }) {
    const found = new Map<string, Wished>();
    for (const one of cases)
      for (const table of one.tables) {
        const columns = one.asked.filter((name) => isOrdered(catalog, name) && parted(name)[0] === table);
        for (const combined of combinations(columns.map((name) => parted(name)[1]).sort())) {
          const wished = treeOver(table, combined);
          if (!isThere(catalog, table, combined)) found.set(wished.key, wished);
        }
      }
    const time = async (set: readonly Wished[]): Promise<number> => {
      let sum = 0;
      for (const one of cases) sum += await asking.cost(one, set);
      return sum;
    };
    let candidates = [...found.values()];
    let set: readonly Wished[] = [];
    let now = await time(set);
    let space = dataBytes;
    for (;;) {
      const score = (ms: number, bytes: number): number => Math.log(ms) + spaceWeight * Math.log(bytes);
      let best: { readonly wished: Wished; readonly ms: number; readonly bytes: number } | undefined;
      for (const wished of candidates) {
        const bytes = space + (await asking.bytes(wished));
        if (bytes - dataBytes > budget) continue;
        const ms = await time([...set, wished]);
        if (ms > now * (1 - leastGain) || score(ms, bytes) >= score(now, space)) continue;
        if (!best || score(ms, bytes) < score(best.ms, best.bytes)) best = { wished, ms, bytes };
      }
      if (!best) return set;
      const { wished } = best;
      set = [...set, wished];
      ({ ms: now, bytes: space } = best);
      candidates = candidates.filter((one) => one !== wished);
    }
  },
};

function combinations(columns: readonly string[]): readonly (readonly string[])[] {
  return columns
    .reduce<readonly (readonly string[])[]>(
      (sets, column) => [...sets, ...sets.map((one) => [...one, column])],
      [[]],
    )
    .filter(({ length }) => length > 0 && length <= mostColumns);
}
