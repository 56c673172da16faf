/** How the children of one foreign key lie over its parents: which parent a place among all children belongs to. */
import { seeded, shuffled } from './apportion.ts';

export interface Class {
  readonly children: number;
  readonly parents: number;
}

export interface ChildrenRequest {
  /** Parents and children that there will be. */
  readonly parents: number;
  readonly children: number;
  /** How many parents have so many children, at any size. */
  readonly histogram: readonly Class[];
  /** Numbers of parents whose many children are known by name, the most frequent first. */
  readonly known: readonly number[];
  readonly seed: number;
}

/** Children in the order of their parents' numbers: parents with a place of their own, like blocks of others, and classes of equal ones at the end. */
export interface Children {
  readonly parents: number;
  readonly children: number;
  readonly most: number;
  readonly heavy: readonly { readonly parent: number; readonly from: number; readonly children: number }[];
  /** Children before each parent of a block, with the sum at the end. */
  readonly block: readonly number[];
  readonly blocks: number;
  readonly tail: readonly Class[];
  /** How many parents have so many children. */
  readonly histogram: readonly Class[];
  /** Neighbours among the parents without a place of their own, by their number among these, that take turns in another order than their children. */
  readonly pieces?: readonly {
    readonly from: number;
    readonly size: number;
    readonly step: number;
    readonly shift: number;
  }[];
}

const blockParents = 1024;
const mostHeavy = 1000;

/** Lays children out; their counts per parent are the histogram's, scaled to as many parents and children as asked. */
export function layChildren(request: ChildrenRequest): Children {
  const { parents, children, seed } = request;
  const classes = scaled(request);
  const blocks = Math.max(1, Math.floor(parents / blockParents));
  const heavy: number[] = [];
  const light: { children: number; parents: number }[] = [];
  for (const one of classes) {
    const left = Math.min(one.parents, Math.max(0, request.known.length - heavy.length));
    const rare =
      one.parents < blocks && heavy.length + one.parents <= mostHeavy && one.children > 0 && blocks > 1;
    const own = one.children === 0 ? 0 : rare ? one.parents : left;
    for (let i = 0; i < own; i++) heavy.push(one.children);
    if (one.parents > own) light.push({ children: one.children, parents: one.parents - own });
  }
  const inBlock: number[] = [];
  const tail: Class[] = [];
  for (const one of light) {
    const each = Math.floor(one.parents / blocks);
    for (let i = 0; i < each; i++) inBlock.push(one.children);
    const more = one.parents - each * blocks;
    if (more > 0) tail.push({ children: one.children, parents: more });
  }
  const block = [0];
  for (const count of shuffled(inBlock, seed)) block.push(block.at(-1)! + count);
  const laid = {
    parents,
    block,
    blocks,
    tail: shuffled(tail, seed + 1),
  };
  const placed = placeHeavy(heavy, request, laid);
  return {
    ...laid,
    children,
    most: classes.reduce((most, one) => Math.max(most, one.children), 0),
    heavy: placed,
    histogram: classes,
  };
}

/** Children of a table that references itself: parents with most children first, so that a parent's number is never greater than its child's place. */
export function layTrees(parents: number, children: number, histogram: readonly Class[]): Children {
  const classes = children === 0 ? [] : scaled({ parents, children, histogram, known: [], seed: 0 });
  return layGroups(classes, children);
}

/** Groups of equal things one after the other, in the order in which they are given. */
export function layGroups(groups: readonly Class[], children: number): Children {
  return {
    parents: groups.reduce((sum, one) => sum + one.parents, 0),
    children,
    most: groups.reduce((most, one) => Math.max(most, one.children), 0),
    heavy: [],
    block: [0],
    blocks: 1,
    tail: groups,
    histogram: groups,
  };
}

/** The histogram for as many parents and children, most children first. */
export function scaled({ parents, children, histogram }: ChildrenRequest): readonly Class[] {
  const given = histogram.filter((one) => one.parents > 0).toSorted((a, b) => b.children - a.children);
  const all = given.reduce((sum, one) => sum + one.parents, 0);
  const sum = given.reduce((total, one) => total + one.parents * one.children, 0);
  if (all === 0 || sum === 0 || children === 0) return spreadEvenly(parents, children);
  const ratio = children / parents / (sum / all);
  const near = Math.abs(ratio - 1) < 0.05;
  const counts = new Map<number, number>();
  const add = (count: number, number: number): void => {
    if (number > 0) counts.set(count, (counts.get(count) ?? 0) + number);
  };
  const shares = sampled(
    given.map((one) => one.parents),
    parents,
  );
  given.forEach((one, i) => {
    if (near) return add(one.children, shares[i]!);
    const wanted = one.children * ratio;
    const upper = Math.round((wanted - Math.floor(wanted)) * shares[i]!);
    add(Math.floor(wanted) + 1, upper);
    add(Math.floor(wanted), shares[i]! - upper);
  });
  settle(counts, children);
  return [...counts]
    .map(([count, number]) => ({ children: count, parents: number }))
    .filter((one) => one.parents > 0)
    .toSorted((a, b) => b.children - a.children);
}

/** Whole numbers in the proportion of the weights: of many small ones, each takes its turn. */
function sampled(weights: readonly number[], total: number): readonly number[] {
  const sum = weights.reduce((all, one) => all + one, 0);
  let passed = 0;
  return weights.map((weight) => {
    const before = Math.round((passed / sum) * total);
    passed += weight;
    return Math.round((passed / sum) * total) - before;
  });
}

/** Parents that take up what a scaled histogram lacks or has too much. */
const mostSettled = 500;

/** Makes the sum right: the parents with most children grow or shrink together, single ones for the last few children. */
function settle(counts: Map<number, number>, children: number): void {
  const total = (): number => [...counts].reduce((sum, [count, number]) => sum + count * number, 0);
  const move = (from: number, to: number, number: number): void => {
    counts.set(from, counts.get(from)! - number);
    counts.set(to, (counts.get(to) ?? 0) + number);
  };
  const parents = [...counts.values()].reduce((sum, number) => sum + number, 0);
  const mean = children / Math.max(1, parents);
  const top: number[] = [];
  for (const [count, number] of [...counts].toSorted((a, b) => b[0] - a[0]))
    for (let i = 0; i < number && count > 2 * mean && top.length < mostSettled; i++) top.push(count);
  const sum = top.reduce((all, count) => all + count, 0);
  const factor = (sum + children - total()) / Math.max(1, sum);
  if (factor > 0.5 && factor < 2)
    for (const count of top) move(count, Math.max(1, Math.floor(count * factor)), 1);
  for (let missing = children - total(); missing !== 0; missing = children - total()) {
    const sign = Math.sign(missing);
    const present = [...counts].filter(([count, number]) => number > 0 && (count > 0 || sign > 0));
    const heaviest = present.reduce((most, [count]) => Math.max(most, count), 0);
    if (Math.abs(missing) * 20 < heaviest) {
      move(heaviest, heaviest + missing, 1);
      continue;
    }
    const [count, number] = present.toSorted((a, b) => b[0] * b[1] - a[0] * a[1] || b[0] - a[0])[0]!;
    move(count, count + sign, Math.min(number, Math.abs(missing)));
  }
}

/** Children dealt out to all parents alike. */
export function spreadEvenly(parents: number, children: number): readonly Class[] {
  const each = Math.floor(children / Math.max(1, parents));
  const more = children - each * parents;
  return [
    { children: each + 1, parents: more },
    { children: each, parents: parents - more },
  ].filter((one) => one.parents > 0);
}

/** Gives parents with a place of their own a number, and the place of their first child. */
export function placeHeavy(
  heavy: readonly number[],
  request: ChildrenRequest,
  laid: Pick<Children, 'block' | 'blocks' | 'tail' | 'parents'>,
): Children['heavy'] {
  const taken = new Set(request.known.slice(0, heavy.length));
  const next = seeded(request.seed + 2);
  const free = (): number => {
    for (;;) {
      const number = Math.floor(next() * request.parents);
      if (!taken.has(number) && taken.add(number)) return number;
    }
  };
  const chosen = heavy
    .map((children, i) => ({ children, parent: request.known[i] ?? free() }))
    .toSorted((a, b) => a.parent - b.parent);
  let before = 0;
  return chosen.map(({ children, parent }, i) => {
    const from = lightBefore(laid, parent - i) + before;
    before += children;
    return { parent, from, children };
  });
}

/** Children of the first so many parents without a place of their own. */
function lightBefore(
  { block, blocks, tail }: Pick<Children, 'block' | 'blocks' | 'tail'>,
  parents: number,
): number {
  const size = block.length - 1;
  const sum = block.at(-1)!;
  if (parents < size * blocks) return Math.floor(parents / size) * sum + block[parents % size]!;
  let left = parents - size * blocks;
  let children = sum * blocks;
  for (const one of tail) {
    const some = Math.min(left, one.parents);
    children += some * one.children;
    left -= some;
  }
  return children;
}
