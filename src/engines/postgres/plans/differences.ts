/** What differs between two nodes about the same thing, in words. */
import { formatCount, formatMs } from '../../../base/units.ts';
import type { PlanConditions, PlanNode } from '../../../engine/plans/model.ts';

/** Ratio of estimates, rows and times below which a difference is not worth a word. */
const worthSaying = 2;
/** Milliseconds of own time below which times are noise. */
const leastMs = 1;

/** `way`: how it is done differs; `figures`: the same is done, and costs or counts differ much. */
export function differencesOf(
  before: PlanNode,
  after: PlanNode,
): { readonly way: readonly string[]; readonly figures: readonly string[] } {
  const way = [
    ...arrow(stepOf(before), stepOf(after)),
    ...arrow(before.backward ? 'backward' : 'forward', after.backward ? 'backward' : 'forward'),
    ...moved(before, after),
    ...keys('sorted by', before.sortKeys, after.sortKeys),
    ...keys('presorted by', before.presortedKeys, after.presortedKeys),
    ...keys('grouped by', before.groupKeys, after.groupKeys),
  ];
  const figures = [
    ...ratio('estimated rows', before.planRows, after.planRows, formatCount),
    ...ratio('rows', before.actual?.totalRows, after.actual?.totalRows, formatCount),
    ...ratio('loops', before.actual?.loops, after.actual?.loops, formatCount),
    ...ratio('rows thrown away', removed(before), removed(after), formatCount),
    ...ratio('pages', pages(before), pages(after), formatCount),
    ...times(before, after),
    ...spills(before, after),
    ...cost(before, after),
  ];
  return { way, figures };
}

/** The step in short: `Index Scan using orders_pkey`, `Hash Left Join`, `Partial Hashed Aggregate`. */
export function stepOf(node: PlanNode): string {
  const { type, join, strategy, partial, operation, index } = node;
  const words = [
    ...(partial === undefined ? [] : [partial]),
    ...(node.parallelAware ? ['Parallel'] : []),
    ...(strategy === undefined || strategy === 'Plain' ? [] : [strategy]),
    join === undefined || join === 'Inner' ? type : type.replace(/( Join)?$/, ` ${join} Join`),
    ...(operation === undefined || operation === 'Select' ? [] : [operation]),
    ...(index === undefined ? [] : [`using ${index}`]),
  ];
  return words.join(' ');
}

function arrow(before: string, after: string): readonly string[] {
  return before === after ? [] : [`${before} → ${after}`];
}

const places: Readonly<Record<keyof PlanConditions, string>> = {
  index: 'index',
  order: 'index order',
  recheck: 'recheck',
  filter: 'filter',
  join: 'join filter',
  hash: 'hash condition',
  merge: 'merge condition',
  oneTime: 'one-time filter',
  tid: 'row address',
  run: 'end of the window',
};

/** Conditions by where they are checked. */
function moved(before: PlanNode, after: PlanNode): readonly string[] {
  const [one, other] = [placed(before), placed(after)];
  const said: string[] = [];
  for (const [key, { text, place }] of other) {
    const was = one.get(key);
    if (was === undefined) said.push(`${text} checked in ${places[place]}`);
    else if (was.place !== place) said.push(`${text} moved from ${places[was.place]} to ${places[place]}`);
  }
  for (const [key, { text, place }] of one)
    if (!other.has(key)) said.push(`${text} no longer in ${places[place]}`);
  return said;
}

interface Placed {
  readonly text: string;
  readonly place: keyof PlanConditions;
}

/** The recheck of a bitmap tells what the index was asked; elsewhere it only repeats that. */
function placed({ conditions, type }: PlanNode): ReadonlyMap<string, Placed> {
  const found = new Map<string, Placed>();
  for (const [place, text] of Object.entries(conditions) as [keyof PlanConditions, string][]) {
    if (place === 'recheck' && type !== 'Bitmap Heap Scan') continue;
    for (const part of conjuncts(text))
      found.set(sided(part), { text: part, place: place === 'recheck' ? 'index' : place });
  }
  return found;
}

/** Parts of `((a = 1) AND (b = 2))`. */
function conjuncts(text: string): readonly string[] {
  const bare = unwrapped(text);
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  let quote = '';
  for (let at = 0; at < bare.length; at += 1) {
    const sign = bare[at]!;
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    else if (depth === 0 && bare.startsWith(' AND ', at)) {
      parts.push(bare.slice(from, at));
      from = at + ' AND '.length;
    }
  }
  return [...parts, bare.slice(from)].map((part) => unwrapped(part.trim()));
}

/** An equation is the same from both sides, and without the qualifiers that come and go with other tables. */
function sided(text: string): string {
  const plain = text.replaceAll(/\b[\w$]+\.(?=[a-z_"])/g, '');
  const [, left, right] = /^([^'"()=<>]+) = ([^'"()=<>]+)$/.exec(plain) ?? [];
  return left === undefined || right === undefined || left <= right ? plain : `${right} = ${left}`;
}

/** Without the brackets around the whole. */
function unwrapped(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at += 1) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    if (depth === 0) return text;
  }
  return unwrapped(text.slice(1, -1));
}

function keys(what: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const told = (list: readonly string[]): string => (list.length === 0 ? 'nothing' : list.join(', '));
  return told(before) === told(after) ? [] : [`${what} ${told(before)} → ${told(after)}`];
}

function ratio(
  what: string,
  before: number | undefined,
  after: number | undefined,
  print: (value: number) => string,
): readonly string[] {
  if (before === undefined || after === undefined) return [];
  const larger = Math.max(before, after);
  const smaller = Math.max(1, Math.min(before, after));
  return larger / smaller < worthSaying ? [] : [`${what} ${print(before)} → ${print(after)}`];
}

function removed({ actual }: PlanNode): number | undefined {
  if (actual === undefined) return undefined;
  return (actual.removedByFilter ?? 0) + (actual.removedByJoinFilter ?? 0) + (actual.removedByRecheck ?? 0);
}

function pages({ actual }: PlanNode): number | undefined {
  return actual?.buffers === undefined ? undefined : actual.buffers.hit + actual.buffers.read;
}

function times(before: PlanNode, after: PlanNode): readonly string[] {
  const [one, other] = [before.actual?.ownMs, after.actual?.ownMs];
  if (one === undefined || other === undefined || Math.max(one, other) < leastMs) return [];
  return ratio('own time', one, other, formatMs);
}

function spills(before: PlanNode, after: PlanNode): readonly string[] {
  const place = (node: PlanNode): string | undefined =>
    node.actual?.sort?.kind ??
    node.actual?.storage?.kind ??
    ((node.actual?.hash ?? node.actual?.aggregate) ? (batches(node) > 1 ? 'Disk' : 'Memory') : undefined);
  const [one, other] = [place(before), place(after)];
  return one === undefined || other === undefined || one === other
    ? []
    : [`on ${one.toLowerCase()} → ${other === 'Disk' ? 'on disk' : 'in memory'}`];
}

function batches({ actual }: PlanNode): number {
  return actual?.hash?.batches ?? actual?.aggregate?.batches ?? 1;
}

function cost(before: PlanNode, after: PlanNode): readonly string[] {
  return ratio('cost', before.totalCost, after.totalCost, (value) => formatCount(Math.round(value)));
}
