/** The other ways the planner could have gone: without a strategy it chose, and with the joins in the order as written. */
import { SqlError } from '../../base/error.ts';
import type { Plan, PlanNode } from '../../engine/model.ts';
import { titleOf } from './draw.ts';
import type { Strategy } from './model.ts';

/** A way to plan, and why it is worth a look. */
export interface Way {
  readonly says: string;
  readonly settings: Readonly<Record<string, string>>;
}

const switches: readonly {
  readonly is: (node: PlanNode) => boolean;
  readonly setting: string;
  readonly says: string;
}[] = [
  { is: ({ type }) => type === 'Nested Loop', setting: 'enable_nestloop', says: 'without nested loops' },
  { is: ({ type }) => type === 'Hash Join', setting: 'enable_hashjoin', says: 'without hash joins' },
  { is: ({ type }) => type === 'Merge Join', setting: 'enable_mergejoin', says: 'without merge joins' },
  { is: ({ type }) => type === 'Seq Scan', setting: 'enable_seqscan', says: 'without sequential scans' },
  { is: ({ type }) => type === 'Bitmap Heap Scan', setting: 'enable_bitmapscan', says: 'without bitmaps' },
  { is: ({ type }) => type === 'Index Scan', setting: 'enable_indexscan', says: 'without plain index scans' },
  { is: ({ type }) => type === 'Memoize', setting: 'enable_memoize', says: 'without Memoize' },
  {
    is: ({ type, strategy }) => type === 'Aggregate' && strategy === 'Hashed',
    setting: 'enable_hashagg',
    says: 'without hashed aggregates',
  },
  {
    is: ({ type }) => type.startsWith('Gather'),
    setting: 'max_parallel_workers_per_gather',
    says: 'without workers',
  },
];

/** Share of the cost below which another way is the same to a reader. */
const worthSaying = 0.01;

const joins = new Set(['Nested Loop', 'Hash Join', 'Merge Join']);

/** Ways that differ from a plan: worth a look where something is joined, or where a whole table is read. */
export function waysOf(plan: Plan): readonly Way[] {
  const found: Way[] = switches
    .filter(({ is }) => plan.nodes.some(is))
    .map(({ setting, says }) => ({
      says,
      settings: { [setting]: setting.startsWith('max_') ? '0' : 'off' },
    }));
  const joined = plan.nodes.filter(({ type }) => joins.has(type)).length;
  if (joined >= 2)
    found.push({
      says: 'joined in the order as written',
      settings: { join_collapse_limit: '1', from_collapse_limit: '1' },
    });
  return found;
}

/** Plans every way; ways that end in the same steps as one before are left out. */
export async function strategiesOf(
  plan: Plan,
  price: (settings: Readonly<Record<string, string>>) => Promise<Plan>,
  hints: boolean,
): Promise<readonly (Strategy & { readonly plan: Plan })[]> {
  const seen = new Set([stepsOf(plan)]);
  const found: (Strategy & { readonly plan: Plan })[] = [];
  for (const { says, settings } of waysOf(plan)) {
    const other = await price(settings).catch((error: unknown) => {
      if (error instanceof SqlError) return undefined;
      throw error;
    });
    if (other === undefined) continue;
    const steps = stepsOf(other);
    // A switch that is off only makes a step dear: where nothing else is possible the plan stays.
    if (seen.has(steps) || other.nodes.some(({ disabled }) => disabled)) continue;
    seen.add(steps);
    found.push({
      says,
      settings,
      cost: other.root.totalCost,
      steps,
      plan: other,
      ...(hints ? { hint: hintOf(other) } : {}),
    });
  }
  return found
    .filter(({ cost }) => Math.abs(cost / Math.max(plan.root.totalCost, 1e-9) - 1) >= worthSaying)
    .toSorted((a, b) => a.cost - b.cost);
}

/** Joins and scans of a plan in one line: `Hash Join (Seq Scan on a, Index Scan using b_pkey on b)`. */
export function stepsOf(plan: Plan): string {
  return inner(plan.root);
}

const told = new Set([
  'Nested Loop',
  'Hash Join',
  'Merge Join',
  'Aggregate',
  'Sort',
  'Incremental Sort',
  'Memoize',
]);

function inner(node: PlanNode): string {
  const children = node.children.filter(({ type }) => type !== 'Bitmap Index Scan').map(inner);
  const own = told.has(node.type) || node.relation !== undefined || node.source !== undefined;
  const name = titleOf(node);
  if (!own) return children.join(', ') || name;
  return children.length === 0 ? name : `${name} (${children.join(', ')})`;
}

/** A hint comment that asks `pg_hint_plan` for the joins and scans of a plan. */
export function hintOf(plan: Plan): string {
  const scans: Readonly<Record<string, string>> = {
    'Seq Scan': 'SeqScan',
    'Index Scan': 'IndexScan',
    'Index Only Scan': 'IndexOnlyScan',
    'Bitmap Heap Scan': 'BitmapScan',
    'Tid Scan': 'TidScan',
  };
  const methods: Readonly<Record<string, string>> = {
    'Nested Loop': 'NestLoop',
    'Hash Join': 'HashJoin',
    'Merge Join': 'MergeJoin',
  };
  const words: string[] = [];
  const order = orderOf(plan.root);
  if (order.includes(' ')) words.push(`Leading(${order})`);
  for (const node of plan.nodes) {
    const method = methods[node.type];
    const scan = scans[node.type];
    if (method !== undefined) words.push(`${method}(${aliasesOf(node).join(' ')})`);
    if (scan !== undefined && node.alias !== undefined)
      words.push(
        `${scan}(${[hinted(node.alias), ...(node.index === undefined ? [] : [hinted(node.index)])].join(' ')})`,
      );
  }
  return `/*+ ${words.join(' ')} */`;
}

/** Order of a plan's joins in brackets: `((a b) c)`. */
export function leadingOf({ root }: Plan): string {
  return orderOf(root);
}

function orderOf(node: PlanNode): string {
  const inside = node.children
    .filter(({ under }) => under !== 'InitPlan' && under !== 'SubPlan')
    .map(orderOf);
  const named = inside.filter((one) => one !== '');
  if (joins.has(node.type) && named.length === 2) return `(${named.join(' ')})`;
  if (node.alias !== undefined && node.relation !== undefined && node.type !== 'ModifyTable')
    return hinted(node.alias);
  return named[0] ?? '';
}

function aliasesOf(node: PlanNode): readonly string[] {
  if (node.alias !== undefined && node.relation !== undefined) return [hinted(node.alias)];
  return node.children.flatMap(aliasesOf);
}

/** Inside a hint a name with other signs stands in quotes, and nothing may end the comment. */
function hinted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""').replaceAll('*/', '* /')}"`;
}
