/**
 * Our own implementation of Extend as its paper and its published comparison describe it (Schlosser, Kossmann, Boissier, ICDE 2019; Kossmann et al., PVLDB 13(11) 2020):
 * the best gain per byte of a new column's index or of one more column behind a chosen index, until nothing gains 0.3 % or fits.
 */
import type { Case } from '../cases.ts';
import { treeOver, type Asking, type Wished } from '../prices.ts';
import { isOrdered, parted, type Rival } from './rival.ts';

/** Least ratio of the cost before to that after a step. */
const leastGain = 1.003;
const mostColumns = 3;

interface Step {
  readonly set: readonly Wished[];
  readonly cost: number;
  readonly ratio: number;
}

/** Extend's rules. */
export const extend: Rival = {
  name: 'Extend',
  async choose({ cases, catalog, asking, budget }) {
    const columns = [...new Set(cases.flatMap((one) => one.columns))].filter((name) =>
      isOrdered(catalog, name),
    );
    let singles = columns.map((name) => treeOver(parted(name)[0], [parted(name)[1]]));
    let set: readonly Wished[] = [];
    let cost = await total(asking, cases, set);
    for (;;) {
      let best: Step | undefined;
      const used = await bytesOf(asking, set);
      const within: Wished[] = [];
      for (const single of singles) if (used + (await asking.bytes(single)) <= budget) within.push(single);
      singles = within;
      const consider = async (next: readonly Wished[], grown: number): Promise<void> => {
        if (used + grown > budget || grown <= 0) return;
        const after = await total(asking, cases, next);
        if (after * leastGain >= cost) return;
        const ratio = (cost - after) / grown;
        if (!best || ratio > best.ratio) best = { set: next, cost: after, ratio };
      };
      for (const single of singles) await consider([...set, single], await asking.bytes(single));
      for (const old of set)
        for (const name of columns) {
          const [table, column] = parted(name);
          if (
            table !== old.wish.table.name ||
            old.columns.includes(name) ||
            old.columns.length >= mostColumns
          )
            continue;
          const wider = treeOver(table, [...old.columns.map((own) => parted(own)[1]), column]);
          if (set.some(({ key }) => key === wider.key)) continue;
          const next = [...set.filter((one) => one !== old), wider];
          await consider(next, (await asking.bytes(wider)) - (await asking.bytes(old)));
        }
      if (!best) return set;
      const chosen: Step = best;
      singles = singles.filter(({ key }) => !chosen.set.some((one) => one.key === key));
      ({ set, cost } = chosen);
    }
  },
};

/** Indexes that name a column of the case: the others change nothing for it, and its cost is remembered. */
function relevant({ columns }: Case, set: readonly Wished[]): readonly Wished[] {
  return set.filter((one) => one.columns.some((name) => columns.includes(name)));
}

async function total(asking: Asking, cases: readonly Case[], set: readonly Wished[]): Promise<number> {
  let sum = 0;
  for (const one of cases) sum += one.weight * (await asking.cost(one, set, relevant(one, set)));
  return sum;
}

async function bytesOf(asking: Asking, set: readonly Wished[]): Promise<number> {
  let sum = 0;
  for (const one of set) sum += await asking.bytes(one);
  return sum;
}
