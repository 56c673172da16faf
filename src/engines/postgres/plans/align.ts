/** Two plans side by side: the same tables, joins and steps are found again, whatever stands around them. */
import type { AlignedNode, Plan, PlanNode } from '../../../engine/plans/model.ts';
import { differencesOf } from './differences.ts';

/** Share of tables that two steps over tables must have in common to be one. */
const alike = 0.5;

/** Nodes in the order of the second plan; what went stands behind what it followed in the first. */
export function align(before: Plan, after: Plan): readonly AlignedNode[] {
  const pairs = matched(sketches(before), sketches(after));
  const partner = new Map(pairs.map(([one, other]) => [other.path, one]));
  const kept = new Set(pairs.map(([one]) => one.path));
  const lines: AlignedNode[] = after.nodes.map((node) => {
    const one = partner.get(node.path);
    return one === undefined ? alone(undefined, node) : both(one, node);
  });
  for (const [i, node] of before.nodes.entries()) {
    if (kept.has(node.path)) continue;
    const previous = before.nodes[i - 1];
    const at = lines.findIndex((line) => line.before !== undefined && line.before === previous);
    lines.splice(at + 1, 0, alone(node, undefined));
  }
  return lines;
}

function both(before: PlanNode, after: PlanNode): AlignedNode {
  const { way, figures } = differencesOf(before, after);
  return {
    depth: depthOf(after),
    before,
    after,
    kind: way.length === 0 ? 'same' : 'changed',
    differences: [...way, ...figures],
  };
}

function alone(before: PlanNode | undefined, after: PlanNode | undefined): AlignedNode {
  const node = (before ?? after)!;
  return {
    depth: depthOf(node),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    kind: before === undefined ? 'came' : 'went',
    differences: [],
  };
}

function depthOf(node: PlanNode): number {
  return node.path.split('.').length - 1;
}

/** What a node is about, however it is done. */
interface Sketch {
  readonly node: PlanNode;
  /** `scan`, `join`, `sort`, `aggregate` … */
  readonly kind: string;
  /** What is read below it, sorted. */
  readonly reads: readonly string[];
}

const kinds: Readonly<Record<string, string>> = {
  'Nested Loop': 'join',
  'Hash Join': 'join',
  'Merge Join': 'join',
  Sort: 'sort',
  'Incremental Sort': 'sort',
  Aggregate: 'aggregate',
  Group: 'aggregate',
  Gather: 'gather',
  'Gather Merge': 'gather',
  Append: 'append',
  'Merge Append': 'append',
  BitmapAnd: 'bitmap',
  BitmapOr: 'bitmap',
  'Bitmap Index Scan': 'bitmap',
};

function sketches(plan: Plan): readonly Sketch[] {
  return plan.nodes.map((node) => {
    const own = readOf(node);
    const kind = own === undefined ? (kinds[node.type] ?? node.type) : 'scan';
    return {
      node,
      kind: node.partial === 'Partial' ? `partial ${kind}` : kind,
      reads: own === undefined ? readsBelow(node) : [own],
    };
  });
}

/** A table or another source with its alias; undefined for what works on rows of others. */
function readOf(node: PlanNode): string | undefined {
  if (node.type === 'ModifyTable' || node.type === 'Bitmap Index Scan') return undefined;
  const name = node.relation?.name ?? node.source;
  if (name === undefined && node.type !== 'Subquery Scan' && node.type !== 'Values Scan') return undefined;
  // The planner numbers aliases that repeat: `orders_1`.
  const alias = (node.alias ?? name ?? '').replace(/_\d+$/, '');
  return `${name ?? ''} ${alias}`;
}

function readsBelow(node: PlanNode): readonly string[] {
  return node.children
    .flatMap((child) => {
      const own = readOf(child);
      return own === undefined ? readsBelow(child) : [own, ...readsBelow(child)];
    })
    .toSorted();
}

/** Pairs of nodes: equal ones first, then those of one kind that are about mostly the same tables. */
function matched(
  before: readonly Sketch[],
  after: readonly Sketch[],
): readonly (readonly [PlanNode, PlanNode])[] {
  const pairs: (readonly [PlanNode, PlanNode])[] = [];
  const free = new Set(before);
  const open = new Set(after);
  const pair = (one: Sketch, other: Sketch): void => {
    pairs.push([one.node, other.node]);
    free.delete(one);
    open.delete(other);
  };
  const tests: readonly ((one: Sketch, other: Sketch) => boolean)[] = [
    (one, other) =>
      same(one, other) && one.node.type === other.node.type && one.node.path === other.node.path,
    (one, other) =>
      same(one, other) && one.node.type === other.node.type && one.node.index === other.node.index,
    (one, other) => same(one, other),
  ];
  for (const test of tests)
    for (const other of after)
      if (open.has(other)) {
        const one = before.find((candidate) => free.has(candidate) && test(candidate, other));
        if (one !== undefined) pair(one, other);
      }
  for (const other of after) {
    if (!open.has(other) || other.kind === 'scan') continue;
    const [best] = [...free]
      .filter((one) => one.kind === other.kind)
      .map((one) => ({ one, share: inCommon(one.reads, other.reads) }))
      .filter(({ share }) => share >= alike)
      .toSorted((a, b) => b.share - a.share);
    if (best !== undefined) pair(best.one, other);
  }
  return pairs;
}

function same(one: Sketch, other: Sketch): boolean {
  return one.kind === other.kind && one.reads.join('\n') === other.reads.join('\n');
}

function inCommon(one: readonly string[], other: readonly string[]): number {
  const all = new Set([...one, ...other]);
  if (all.size === 0) return 1;
  return [...all].filter((name) => one.includes(name) && other.includes(name)).length / all.size;
}
