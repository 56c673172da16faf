/** What the text form leaves out because it is zero or goes without saying, and what a plan that ends early lacks. */
import { recordsOf } from './document.ts';

type Fields = Record<string, unknown>;

const members = new Set(['Append', 'Merge Append', 'BitmapAnd', 'BitmapOr']);
const twofold = new Set(['Nested Loop', 'Hash Join', 'Merge Join', 'Recursive Union']);
const onefold = new Set([
  'Aggregate',
  'Gather',
  'Gather Merge',
  'Group',
  'Hash',
  'Incremental Sort',
  'Limit',
  'LockRows',
  'Materialize',
  'Memoize',
  'Merge Append',
  'Append',
  'BitmapAnd',
  'BitmapOr',
  'Bitmap Heap Scan',
  'ProjectSet',
  'SetOp',
  'Sort',
  'Subquery Scan',
  'Unique',
  'WindowAgg',
]);

/** Completes the nodes of a document; true when the tree lacks something that a whole plan has. */
export function completed(top: Fields): boolean {
  const root = top['Plan'] as Fields | undefined;
  if (root === undefined) return true;
  const cut = completeNode(root, Object.keys(root));
  if (hasTimes(root)) giveTimes(root);
  relateTriggers(root, recordsOf(top['Triggers']));
  return cut;
}

function hasTimes(node: Readonly<Record<string, unknown>>): boolean {
  return node['Actual Total Time'] !== undefined || recordsOf(node['Plans']).some(hasTimes);
}

/** What was never executed has no time in text, and zero elsewhere. */
function giveTimes(node: Fields): void {
  if (node['Actual Loops'] === 0) {
    node['Actual Startup Time'] ??= 0;
    node['Actual Total Time'] ??= 0;
  }
  for (const child of recordsOf(node['Plans'])) giveTimes(child as Fields);
}

/** A trigger names its table only where several are written. */
function relateTriggers(root: Readonly<Record<string, unknown>>, triggers: readonly Fields[]): void {
  const written = writtenBy(root);
  if (new Set(written).size !== 1) return;
  for (const trigger of triggers) trigger['Relation'] ??= written[0];
}

function writtenBy(node: Readonly<Record<string, unknown>>): readonly unknown[] {
  const own = node['Node Type'] === 'ModifyTable' ? [node['Relation Name']] : [];
  return [...own, ...recordsOf(node['Plans']).flatMap(writtenBy)];
}

/** Whether the tree of a document lacks children or figures that a whole plan has. */
export function lacks(root: Readonly<Record<string, unknown>>): boolean {
  return lacksAny(root, root);
}

function completeNode(node: Fields, wanted: readonly string[]): boolean {
  const children = node['Plans'] as Fields[];
  if (children.length === 0) delete node['Plans'];
  relate(node, children);
  if (node['Actual Loops'] !== undefined) zeros(node);
  let cut = lacksOne(node, wanted);
  for (const child of children) if (completeNode(child, wanted)) cut = true;
  return cut;
}

const costs = ['Startup Cost', 'Total Cost', 'Plan Rows', 'Plan Width'];

function lacksAny(node: Readonly<Record<string, unknown>>, root: Readonly<Record<string, unknown>>): boolean {
  const told = costs.filter((field) => node[field] !== undefined).length;
  return (
    (told > 0 && told < costs.length) ||
    lacksOne(node, Object.keys(root)) ||
    recordsOf(node['Plans']).some((child) => lacksAny(child, root))
  );
}

const everywhere = ['Startup Cost', 'Total Cost', 'Plan Rows', 'Plan Width', 'Actual Rows', 'Actual Loops'];

function lacksOne(node: Readonly<Record<string, unknown>>, wanted: readonly string[]): boolean {
  const type = String(node['Node Type']);
  const inside = recordsOf(node['Plans']).filter(
    ({ 'Parent Relationship': under }) => under !== 'InitPlan' && under !== 'SubPlan',
  ).length;
  if (twofold.has(type) && inside < 2) return true;
  if (onefold.has(type) && inside < 1 && node['Subplans Removed'] === undefined) return true;
  return everywhere.some((field) => wanted.includes(field) && node[field] === undefined);
}

/** JSON says of each child what it is to its parent. */
function relate(node: Fields, children: readonly Fields[]): void {
  const type = String(node['Node Type']);
  const inside = children.filter((child) => child['Parent Relationship'] === undefined);
  for (const [i, child] of inside.entries())
    child['Parent Relationship'] = members.has(type)
      ? 'Member'
      : type === 'Subquery Scan'
        ? 'Subquery'
        : i === 0
          ? 'Outer'
          : 'Inner';
}

function zeros(node: Fields): void {
  const zero = (field: string): void => {
    node[field] ??= 0;
  };
  if (node['Filter'] !== undefined) zero('Rows Removed by Filter');
  if (node['Join Filter'] !== undefined) zero('Rows Removed by Join Filter');
  if (node['Node Type'] === 'Bitmap Heap Scan') {
    zero('Rows Removed by Index Recheck');
    zero('Exact Heap Blocks');
    zero('Lossy Heap Blocks');
  }
  const scansIndex = node['Node Type'] === 'Index Scan' || node['Node Type'] === 'Index Only Scan';
  if (scansIndex && (node['Index Cond'] !== undefined || node['Order By'] !== undefined))
    zero('Rows Removed by Index Recheck');
}
