/** Which tables of a statement its conditions connect, and the orders that follow the connections. */
import { quote } from '../quote.ts';
import { columnOf, conditionsIn, conditionsOf, sourcesIn } from './looking.ts';
import type { Place } from './place.ts';
import type { Range } from './text.ts';

/** A table of FROM with what joins it. */
export interface JoinedItem {
  /** With its alias. */
  readonly table: Range;
  readonly on?: Range;
  readonly using?: readonly string[];
}

export interface JoinGraph {
  readonly leaves: readonly string[];
  /** Per table those that a condition connects it with. */
  readonly near: readonly ReadonlySet<number>[];
  /** Conditions that USING stands for, as SQL. */
  readonly equal: readonly string[];
  /** The table that a column of USING is read from. */
  readonly owners: ReadonlyMap<string, string>;
}

/** Connections by conditions of ON, USING and WHERE; columns that equal the same column are equal to each other. */
export function graphOf(place: Place, items: readonly JoinedItem[], leaves: readonly string[]): JoinGraph {
  const near = leaves.map(() => new Set<number>());
  const connect = (tables: readonly number[]): void => {
    for (const one of tables)
      for (const other of tables) if (one !== other && one >= 0) near[one]!.add(other);
  };
  const classes: Set<string>[] = [];
  const same = (one: string, other: string): void => {
    const found = classes.filter((set) => set.has(one) || set.has(other));
    const merged = new Set([one, other, ...found.flatMap((set) => [...set])]);
    for (const set of found) classes.splice(classes.indexOf(set), 1);
    classes.push(merged);
  };
  const conditions = [
    ...items.flatMap(({ on }) => (on ? conditionsIn(place.sql, on) : [])),
    ...conditionsOf(place),
  ];
  for (const { node } of conditions) {
    const sources = sourcesIn(node, place);
    if (sources) connect([...sources].map(({ called }) => leaves.indexOf(called)).filter((at) => at >= 0));
    const pair = 'A_Expr' in node && node.A_Expr.kind === 'AEXPR_OP' ? node.A_Expr : undefined;
    if (JSON.stringify(pair?.name) !== '[{"String":{"sval":"="}}]' || !pair?.lexpr || !pair.rexpr) continue;
    const [left, right] = [pair.lexpr, pair.rexpr].map((side) =>
      columnOf({ sql: '', node: side, at: () => 0 }, place),
    );
    if (left && right) same(keyOf(left.source.called, left.name), keyOf(right.source.called, right.name));
  }
  const equal: string[] = [];
  const owners = new Map<string, string>();
  for (const [at, { using = [] }] of items.entries())
    for (const column of using) {
      const before = place.sight.sources.slice(0, at);
      const known = before.findIndex(({ columns }) => columns?.includes(column));
      const owner = leaves[Math.max(0, known >= 0 ? known : before.findIndex(({ columns }) => !columns))]!;
      owners.set(column, owners.get(column) ?? owner);
      equal.push(`${named(owner, column)} = ${named(leaves[at]!, column)}`);
      same(keyOf(owner, column), keyOf(leaves[at]!, column));
    }
  for (const set of classes)
    connect([...new Set([...set].map((key) => leaves.indexOf((JSON.parse(key) as string[])[0]!)))]);
  return { leaves, near, equal, owners };
}

function keyOf(table: string, column: string): string {
  return JSON.stringify([table, column]);
}

function named(table: string, column: string): string {
  return `${quote.identifier(table)}.${quote.identifier(column)}`;
}

/** Orders in which each table is connected with one before it, as far as there is one; small tables first, every table begins in its turn. */
export function leftDeep(
  { leaves, near }: JoinGraph,
  size: (table: string) => number,
  most: number,
): readonly (readonly number[])[] {
  const sizes = leaves.map(size);
  const bySize = (tables: readonly number[]): number[] =>
    tables.toSorted((a, b) => sizes[a]! - sizes[b]! || a - b);
  const all = leaves.map((_, at) => at);
  function* from(order: readonly number[]): Generator<readonly number[]> {
    const left = all.filter((at) => !order.includes(at));
    if (left.length === 0) yield order;
    const joined = left.filter((at) => order.some((one) => near[at]!.has(one)));
    for (const next of bySize(joined.length > 0 ? joined : left)) yield* from([...order, next]);
  }
  const seen = new Set<string>();
  // The first two are one join, whichever of them is named first.
  const fresh = (order: readonly number[]): boolean => {
    const key = [...order.slice(0, 2).toSorted((a, b) => a - b), ...order.slice(2)].join();
    return seen.has(key) ? false : Boolean(seen.add(key));
  };
  const found: (readonly number[])[] = [];
  let starts = bySize(all).map((at) => from([at]));
  while (starts.length > 0 && found.length < most)
    starts = starts.filter((start) => {
      let next = start.next();
      while (!next.done && !fresh(next.value)) next = start.next();
      if (!next.done && found.length < most) found.push(next.value);
      return !next.done;
    });
  return found;
}
