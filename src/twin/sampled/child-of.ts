/** Which parent a child belongs to, as SQL over the child's place. */
import { writeArray } from '../../base/array-literal.ts';
import type { Children, Class } from './children.ts';
import type { Lets } from './lets.ts';

/** Where a child stands: in a parent of its own place, in a block of parents, or in a class of equal ones. */
export interface Child {
  /** Number of the parent, and of the child among its siblings, both from 0. */
  readonly parent: string;
  readonly sibling: string;
  /** Whether the parent has a place of its own, and which, from 1. */
  readonly heavy: { readonly is: string; readonly number: string } | undefined;
  /** Which parent of the block, from 1, in which turn of it, from 0. */
  readonly block: { readonly number: string; readonly turn: string } | undefined;
  /** Which class at the end, from 1, and which of its parents, from 0. */
  readonly tail: { readonly number: string; readonly turn: string } | undefined;
  /** Whether it is in a block rather than in a class. */
  readonly inBlock: string;
}

/** A parent's number and the child's number among its siblings, both from 0, from the child's place among all children. */
export function childOf(laid: Children, place: string, lets: Lets): Child {
  const { heavy, block, blocks, tail, pieces } = laid;
  const p = lets.bind(place);
  const own = (i: string) => ({
    from: `${numbers(heavy.map((one) => one.from))}[${i}]`,
    children: `${numbers(heavy.map((one) => one.children))}[${i}]`,
    parent: `${numbers(heavy.map((one) => one.parent))}[${i}]`,
  });
  let sum = 0;
  const before = [0, ...heavy.map((one) => (sum += one.children))];
  const i =
    heavy.length === 0 ? '0' : lets.bind(`width_bucket(${p}, ${numbers(heavy.map((one) => one.from))})`);
  const inHeavy =
    heavy.length === 0 ? undefined : lets.bind(`coalesce(${p} - ${own(i).from} < ${own(i).children}, false)`);
  const y = heavy.length === 0 ? p : lets.bind(`${p} - ${numbers(before)}[1 + ${i}]`);
  const size = block.length - 1;
  const total = block.at(-1)!;
  const body = total * blocks;
  const inner =
    total === 0
      ? undefined
      : blocks === 1
        ? { at: y, base: '0' }
        : { at: lets.bind(`(${y}) % ${total}`), base: `((${y}) / ${total}) * ${size}` };
  const j = inner && lets.bind(`width_bucket(${inner.at}, ${numbers(block)})`);
  const edges = startsOf(tail, body, size * blocks);
  const s =
    edges.length === 0
      ? undefined
      : lets.bind(`greatest(1, width_bucket(${y}, ${numbers(edges.map((one) => one.from))}))`);
  const at = (values: readonly number[]): string => `${numbers(values)}[${s}]`;
  const tailTurn =
    s && `((${y} - ${at(edges.map((one) => one.from))}) / ${at(edges.map((one) => one.children))})`;
  const tailParent = s && `${at(edges.map((one) => one.parent))} + ${tailTurn!}`;
  const tailSibling =
    s && `(${y} - ${at(edges.map((one) => one.from))}) % ${at(edges.map((one) => one.children))}`;
  const choose = (block_: string | undefined, tail_: string | undefined): string =>
    block_ === undefined
      ? (tail_ ?? '0')
      : tail_ === undefined
        ? block_
        : `CASE WHEN ${y} < ${body} THEN ${block_} ELSE ${tail_} END`;
  const light = choose(inner && `${inner.base} + ${j} - 1`, tailParent);
  const turned = pieces && lets.bind(inTurn(pieces, light, lets));
  // Parents with a place of their own stand between the others.
  const spots = heavy.map((one, k) => one.parent - k);
  const other =
    turned === undefined
      ? `${light} + ${i}`
      : heavy.length === 0
        ? turned
        : `${turned} + width_bucket(${turned}, ${numbers(spots)})`;
  const lightSibling = choose(inner && `${inner.at} - ${numbers(block)}[${j}]`, tailSibling);
  return {
    heavy: inHeavy === undefined ? undefined : { is: inHeavy, number: i },
    block: inner && { number: j!, turn: blocks === 1 ? '0' : lets.bind(`(${y}) / ${total}`) },
    tail: s === undefined ? undefined : { number: s, turn: tailTurn! },
    inBlock: `${y} < ${body}`,
    parent: lets.bind(
      inHeavy === undefined
        ? (turned ?? light)
        : `CASE WHEN ${inHeavy} THEN ${own(i).parent} ELSE ${other} END`,
    ),
    sibling: lets.bind(
      inHeavy === undefined
        ? lightSibling
        : `CASE WHEN ${inHeavy} THEN ${p} - ${own(i).from} ELSE ${lightSibling} END`,
    ),
  };
}

function numbers(values: readonly number[]): string {
  return `('${writeArray(values)}'::bigint[])`;
}

/** The parent whose turn it is, by its number among those without a place of their own. */
function inTurn(pieces: NonNullable<Children['pieces']>, light: string, lets: Lets): string {
  const x = lets.bind(light);
  const k = lets.bind(`width_bucket(${x}, ${numbers(pieces.map((one) => one.from))})`);
  const at = (values: readonly number[]): string => `${numbers(values)}[${k}]`;
  const from = at(pieces.map((one) => one.from));
  return `${from} + ((${x} - ${from}) * ${at(pieces.map((one) => one.step))} + ${at(pieces.map((one) => one.shift))}) % ${at(pieces.map((one) => one.size))}`;
}

function startsOf(
  tail: readonly Class[],
  children: number,
  parents: number,
): readonly { readonly from: number; readonly parent: number; readonly children: number }[] {
  let from = children;
  let parent = parents;
  return tail.flatMap((one) => {
    const start = { from, parent, children: one.children };
    from += one.children * one.parents;
    parent += one.parents;
    return one.children > 0 ? [start] : [];
  });
}
