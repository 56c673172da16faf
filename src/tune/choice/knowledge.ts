/** What is known of one query's cost under every set of indexes, from few plans. */
import type { Config, Item, Leaf, Present, Priced, Unit } from './model.ts';

/** Costs nearer than this share are the same. */
const same = 1e-6;

/** Prices a unit while these items are switched off and all others are there. */
export type PriceWithout = (unit: Unit, off: readonly number[]) => Promise<Priced>;

export interface Knowledge {
  readonly unit: Unit;
  /** Items on the tables that it reads; no other changes its cost. */
  readonly items: readonly Item[];
  configs(): readonly Config[];
  leaves(): readonly Leaf[];
  /** Cheapest known plan that a set of items allows, and the floor below which no plan of it can be. */
  bounds(present: Present): { readonly cost: number; readonly floor: number; readonly config: Config };
  /** Prices a region and puts its parts in its place; the part that `present` lies in is as small as it can be when `jump`, else as large. */
  expand(leaf: Leaf, present: Present, jump: boolean): Promise<void>;
  /** Looks closer at the region that a set of items lies in; false when there is none. */
  look(present: Present): Promise<boolean>;
  /** Takes over the price of exactly this set; returns the share by which it lies outside of what had been thought possible. */
  correct(present: Present, priced: Priced): number;
  /** It was priced with exactly these items, or with more of which the plan used none that is not there: the same plan then. */
  isSure(present: Present): boolean;
}

interface Known extends Priced {
  readonly off: ReadonlySet<number>;
}

/**
 * A plan that uses U while S is there is the planner's choice for every set between U and S, and no subset of S is cheaper. So the sets of items fall
 * into regions: where all of U is there the cost is known, and where one of U is missing it is at least as much, until that region is looked at.
 */
export function knowledgeOf(unit: Unit, items: readonly Item[], price: PriceWithout): Knowledge {
  const creates = items.filter(({ kind }) => kind === 'create').map(({ at }) => at);
  const known: Known[] = [{ ...unit.before, off: new Set(creates) }];
  let configs: Config[] = [];
  // Without any candidate all is as today; with one it may be anything, until it is looked at.
  let leaves: Leaf[] = [{ off: creates, on: [], any: [], floor: unit.before.cost }];
  if (creates.length > 0) leaves.push({ off: [], on: [], any: [creates], floor: 0 });
  const learn = ({ uses, cost }: Priced): void => {
    const better = (one: Config): boolean =>
      one.except.length === 0 && one.cost <= cost * (1 + same) && one.uses.every((at) => uses.includes(at));
    if (configs.some(better)) return;
    configs = configs.filter(
      (one) => one.except.length > 0 || one.cost < cost || !uses.every((at) => one.uses.includes(at)),
    );
    configs.push({ uses, cost, except: [] });
  };
  /** A plan that was seen with more items there, and that uses none of those that are off. */
  const derived = (off: readonly number[]): Priced | undefined => {
    const wanted = new Set(off);
    return known.find(
      (one) => [...one.off].every((at) => wanted.has(at)) && one.uses.every((at) => !wanted.has(at)),
    );
  };
  const look = async (off: readonly number[]): Promise<Priced> => {
    const before = derived(off);
    if (before) return before;
    const priced = await price(unit, off);
    known.push({ ...priced, off: new Set(off) });
    learn(priced);
    return priced;
  };
  /** Puts the regions of a leaf whose plan is known in its place; the sets without any of `missing` and of `others` stay together. */
  const split = (
    leaf: Leaf,
    { uses, cost }: Priced,
    missing: readonly number[],
    others: readonly number[],
  ): void => {
    const [first, ...rest] = missing;
    const open = uses.filter((at) => !leaf.on.includes(at) && !missing.includes(at));
    const parts: Leaf[] = [];
    const part = (off: readonly number[], on: readonly number[], any: Leaf['any'] = []): void => {
      const made = regionOf([...leaf.off, ...off], [...leaf.on, ...on], [...leaf.any, ...any], cost);
      if (made) parts.push(made);
    };
    if (first !== undefined) {
      part([...missing, ...others], []);
      if (others.length > 0) part(missing, [], [others]);
      for (const [i, at] of rest.entries()) part(missing.slice(0, i + 1), [at]);
    }
    const ordered = first === undefined ? open : [first, ...rest, ...open];
    for (const [i, at] of ordered.entries())
      if (i > 0 || first === undefined) part([at], ordered.slice(0, i));
    leaves = [...leaves.filter((one) => one !== leaf), ...parts];
  };
  const expand: Knowledge['expand'] = async (leaf, present, jump) => {
    const priced = await look(leaf.off);
    const missing = priced.uses.filter((at) => !leaf.on.includes(at) && !present.has(at));
    const others = jump
      ? creates.filter((at) => !present.has(at) && !leaf.off.includes(at) && !missing.includes(at))
      : [];
    split(leaf, priced, missing, others);
  };
  const leafOf = (present: Present): Leaf | undefined => leaves.find((one) => contains(one, present));
  const bounds: Knowledge['bounds'] = (whole) => {
    const present = new Set(items.flatMap(({ at }) => (whole.has(at) ? [at] : [])));
    let config: Config | undefined;
    for (const one of configs)
      if ((config === undefined || one.cost < config.cost) && allows(one, present)) config = one;
    const cost = config?.cost ?? Number.POSITIVE_INFINITY;
    return { cost, floor: Math.min(cost, leafOf(present)?.floor ?? cost), config: config! };
  };
  learn(unit.before);
  return {
    unit,
    items,
    configs: () => configs,
    leaves: () => leaves,
    bounds,
    isSure(present) {
      const off = items.flatMap(({ at }) => (present.has(at) ? [] : [at]));
      if (known.some((one) => one.off.size === off.length && off.every((at) => one.off.has(at)))) return true;
      const plan = derived(off);
      return plan !== undefined && Math.abs(plan.cost - bounds(present).cost) <= same * plan.cost;
    },
    expand,
    async look(present) {
      const leaf = leafOf(present);
      if (leaf) await expand(leaf, present, false);
      return leaf !== undefined;
    },
    correct(present, priced) {
      const own = new Set(items.flatMap(({ at }) => (present.has(at) ? [at] : [])));
      const { cost, floor } = bounds(own);
      known.push({ ...priced, off: new Set(items.flatMap(({ at }) => (present.has(at) ? [] : [at]))) });
      learn(priced);
      configs = configs.map((one) =>
        one.cost < priced.cost * (1 - same) && allows(one, own)
          ? { ...one, except: [...one.except, own] }
          : one,
      );
      return Math.max(0, priced.cost / cost - 1, 1 - priced.cost / floor);
    },
  };
}

function allows({ uses, except }: Config, present: Present): boolean {
  return uses.every((at) => present.has(at)) && !except.some((one) => sameSet(one, present));
}

function sameSet(one: Present, other: Present): boolean {
  return one.size === other.size && [...one].every((at) => other.has(at));
}

function contains({ off, on, any }: Leaf, present: Present): boolean {
  return (
    on.every((at) => present.has(at)) &&
    off.every((at) => !present.has(at)) &&
    any.every((list) => list.some((at) => present.has(at)))
  );
}

/** A region without lists that say nothing; undefined when no set is in it. */
function regionOf(
  off: readonly number[],
  on: readonly number[],
  any: Leaf['any'],
  floor: number,
): Leaf | undefined {
  const left = any
    .filter((list) => !list.some((at) => on.includes(at)))
    .map((list) => list.filter((at) => !off.includes(at)));
  return left.some((list) => list.length === 0) ? undefined : { off, on, any: left, floor };
}
