/** Pairs of two foreign keys, one of which has few parents: exact for both, and no pair twice. */
import { apportion, shuffled } from './apportion.ts';
import { writeArray } from '../../base/array-literal.ts';
import type { Child } from './child-of.ts';
import type { Children } from './children.ts';
import type { Lets } from './lets.ts';

/** Numbers that a statement may hold for it. */
const mostNumbers = 30_000;

/** Parents of the first key with equally many children. */
interface Group {
  readonly children: number;
  readonly parents: number;
  /** Place of its first child among all. */
  readonly from: number;
}

/**
 * SQL of the second parent's number for a child of the first. Within a group of parents with equally many children, the k-th child of the i-th parent takes place `i + k * parents` of the group's list of second
 * parents; the runs of one of them are never longer than the group, so that they meet each first parent once at most. Undefined when the lists are too long or there are none (the condition of Gale and Ryser).
 */
export function cross(
  first: Children,
  second: Children,
  seed: number,
): ((child: Child, lets: Lets) => string) | undefined {
  const groups = groupsOf(first);
  if (groups.length * second.parents > mostNumbers) return undefined;
  const lists = dealOut(groups, kidsOf(second));
  if (!lists) return undefined;
  const runs = groups.flatMap((group, g) => {
    let from = group.from;
    const present = lists[g]!.flatMap((rows, parent) => (rows > 0 ? [{ rows, parent }] : []));
    return shuffled(present, seed + g).map(({ rows, parent }) => {
      const run = { from, parent };
      from += rows;
      return run;
    });
  });
  const starts = numbers(runs.map((run) => run.from));
  const parents = numbers(runs.map((run) => run.parent));
  return (child, lets) => {
    const place = lets.bind(placeOf(first, groups, child));
    return lets.bind(`${parents}[${lets.bind(`width_bucket(${place}, ${starts})`)}]`);
  };
}

function numbers(values: readonly number[]): string {
  return `('${writeArray(values)}'::bigint[])`;
}

function groupsOf({ histogram }: Children): readonly Group[] {
  let from = 0;
  return histogram
    .filter((one) => one.children > 0 && one.parents > 0)
    .toSorted((a, b) => b.children - a.children)
    .map((one) => {
      const group = { ...one, from };
      from += one.children * one.parents;
      return group;
    });
}

/** Children of each parent, by its number. */
function kidsOf({ parents, heavy, block, blocks, tail }: Children): readonly number[] {
  const each = inBlock(block);
  const light = [
    ...Array.from({ length: blocks }, () => each).flat(),
    ...tail.flatMap((one) => Array.from({ length: one.parents }, () => one.children)),
  ];
  const own = new Map(heavy.map((one) => [one.parent, one.children]));
  let next = 0;
  return Array.from({ length: parents }, (_, number) => own.get(number) ?? light[next++] ?? 0);
}

function inBlock(block: readonly number[]): readonly number[] {
  return block.slice(1).map((sum, i) => sum - block[i]!);
}

/** For each group, how often each second parent stands in its list: at most once per first parent, and never so seldom that later groups could not take the rest. */
function dealOut(
  groups: readonly Group[],
  kids: readonly number[],
): readonly (readonly number[])[] | undefined {
  const left = [...kids];
  let later = groups.reduce((sum, one) => sum + one.parents, 0);
  const lists: number[][] = [];
  for (const { children, parents } of groups) {
    later -= parents;
    const list = within(
      left.map((one) => Math.max(0, one - later)),
      left.map((one) => Math.min(one, parents)),
      left,
      children * parents,
    );
    if (!list) return undefined;
    list.forEach((rows, i) => (left[i]! -= rows));
    lists.push(list);
  }
  return lists;
}

/** Whole numbers between two bounds whose sum is `total`, near the proportion of the weights. */
function within(
  least: readonly number[],
  most: readonly number[],
  weights: readonly number[],
  total: number,
): number[] | undefined {
  if (least.some((one, i) => one > most[i]!)) return undefined;
  const list = [...least];
  for (;;) {
    const missing = total - list.reduce((sum, one) => sum + one, 0);
    if (missing <= 0) return missing === 0 ? list : undefined;
    const more = apportion(
      list.map((one, i) => (one < most[i]! ? weights[i]! : 0)),
      missing,
    );
    if (more.every((one) => one === 0)) return undefined;
    more.forEach((one, i) => (list[i] = Math.min(most[i]!, list[i]! + one)));
  }
}

/** Place of a child in its group's list. */
function placeOf({ heavy, block, blocks, tail }: Children, groups: readonly Group[], child: Child): string {
  const byChildren = new Map(groups.map((one) => [one.children, one]));
  const from = (children: number): number => byChildren.get(children)?.from ?? 0;
  const step = (children: number): number => byChildren.get(children)?.parents ?? 1;
  const each = inBlock(block);
  const perBlock = (children: number): number => each.filter((one) => one === children).length;
  const earlier = (list: readonly number[], i: number): number =>
    list.slice(0, i).filter((one) => one === list[i]).length;
  const place = (first: readonly number[], steps: readonly number[], number: string, turn: string): string =>
    `${numbers(first)}[${number}] + ${turn} + ${child.sibling} * ${numbers(steps)}[${number}]`;
  const lines: string[] = [];
  if (child.heavy) {
    const own = heavy.map((one) => one.children);
    const light = (children: number): number =>
      blocks * perBlock(children) +
      tail.reduce((sum, one) => (one.children === children ? sum + one.parents : sum), 0);
    const first = own.map((children, i) => from(children) + light(children) + earlier(own, i));
    lines.push(`WHEN ${child.heavy.is} THEN ${place(first, own.map(step), child.heavy.number, '0')}`);
  }
  if (child.block) {
    const { number, turn } = child.block;
    const first = each.map((children, i) => from(children) + earlier(each, i));
    const turned = `${turn} * ${numbers(each.map(perBlock))}[${number}]`;
    lines.push(`WHEN ${child.inBlock} THEN ${place(first, each.map(step), number, turned)}`);
  }
  if (child.tail) {
    const some = tail.filter((one) => one.children > 0);
    const passed = new Map<number, number>();
    const first = some.map(({ children, parents }) => {
      const before = passed.get(children) ?? 0;
      passed.set(children, before + parents);
      return from(children) + blocks * perBlock(children) + before;
    });
    const steps = some.map((one) => step(one.children));
    lines.push(`ELSE ${place(first, steps, child.tail.number, child.tail.turn)}`);
  }
  return lines.length === 1 && lines[0]!.startsWith('ELSE ')
    ? lines[0]!.slice('ELSE '.length)
    : `CASE ${lines.join(' ')} END`;
}
