/** The tree of a plan for a terminal: figures on the left, steps on the right. */
import { formatCount, formatMs } from '../../base/units.ts';
import type { Plan, PlanNode } from '../../engine/model.ts';

/** Nodes that are drawn; the rest of a very large plan is counted. */
const most = 400;
/** Characters of a line of a condition. */
const widest = 160;
const bar = 8;

/** A node in a few words: `Index Scan using orders_pkey on orders o`. */
export function titleOf(node: PlanNode): string {
  const { type, join, strategy, partial, operation, index, relation, alias, source } = node;
  const on =
    relation?.name ?? source ?? (type === 'Subquery Scan' || type === 'Values Scan' ? alias : undefined);
  const name = [
    ...(partial === undefined ? [] : [partial]),
    ...(node.parallelAware ? ['Parallel'] : []),
    ...(strategy === undefined || strategy === 'Plain' || type === 'SetOp' ? [] : [strategy]),
    type === 'ModifyTable' ? (operation ?? type) : joined(type, join),
    ...(node.backward ? ['Backward'] : []),
    ...(index === undefined ? [] : [type === 'Bitmap Index Scan' ? `on ${index}` : `using ${index}`]),
    ...(on === undefined ? [] : [`on ${on}`]),
    ...(alias === undefined || alias === on || on === undefined ? [] : [alias]),
  ].join(' ');
  return node.subplan === undefined ? name : `${node.subplan}: ${name}`;
}

function joined(type: string, join: string | undefined): string {
  if (join === undefined || join === 'Inner') return type;
  return `${type.replace(/ Join$/, '')} ${join} Join`;
}

/** Share of the plan's time that a node takes alone, or of its cost where it was not run. */
export function shareOf(plan: Plan, node: PlanNode): number {
  if (timed(plan)) {
    const total = plan.nodes.reduce((sum, { actual }) => sum + (actual?.ownMs ?? 0), 0);
    return total === 0 ? 0 : (node.actual?.ownMs ?? 0) / total;
  }
  return plan.root.totalCost === 0 ? 0 : Math.min(1, ownCost(node) / plan.root.totalCost);
}

function timed(plan: Plan): boolean {
  return plan.root.actual?.totalMs !== undefined;
}

function ownCost(node: PlanNode): number {
  return Math.max(0, node.totalCost - node.children.reduce((sum, { totalCost }) => sum + totalCost, 0));
}

/** The drawn plan; `marks` puts a word behind nodes, by path. */
export function drawPlan(plan: Plan, marks: ReadonlyMap<string, string> = new Map()): string {
  const pages = plan.nodes.some(({ actual }) => actual?.buffers !== undefined);
  const heads = [
    timed(plan) ? 'own time' : 'cost',
    'share',
    plan.analyzed ? 'rows: estimated → actual' : 'rows',
    ...(pages ? ['pages'] : []),
    'step',
  ];
  const rows = plan.nodes.slice(0, most).map((node) => ({
    cells: [
      timed(plan)
        ? node.actual?.loops === 0
          ? 'never'
          : formatMs(node.actual?.ownMs ?? 0)
        : formatCount(Math.round(ownCost(node))),
      shareCell(shareOf(plan, node)),
      rowsCell(plan, node),
      ...(pages ? [pagesOf(node)] : []),
    ],
    node,
  }));
  const widths = heads
    .slice(0, -1)
    .map((head, i) => Math.max(head.length, ...rows.map(({ cells }) => cells[i]!.length)));
  const left = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  const blank = ' '.repeat(widths.reduce((sum, width) => sum + width, 0) + 2 * widths.length);
  const lines = [`${left(heads.slice(0, -1))}  ${heads.at(-1)}`];
  for (const { cells, node } of rows) {
    const { branch, below } = branchOf(plan, node);
    const mark = marks.get(node.path);
    lines.push(`${left(cells)}  ${branch}${titleOf(node)}${mark === undefined ? '' : `  ${mark}`}`);
    for (const detail of detailsOf(node)) lines.push(`${blank}${below}${short(detail)}`);
  }
  if (plan.nodes.length > most) lines.push(`… and ${plan.nodes.length - most} more nodes`);
  return lines.map((line) => line.trimEnd()).join('\n');
}

function shareCell(share: number): string {
  const filled = Math.round(share * bar);
  return `${`${Math.round(share * 100)} %`.padStart(5)} ${'█'.repeat(filled)}${'·'.repeat(bar - filled)}`;
}

/** Rows of all loops; a wrong estimate says how wrong. */
function rowsCell(plan: Plan, node: PlanNode): string {
  if (!plan.analyzed) return formatCount(node.planRows);
  const { actual } = node;
  if (actual === undefined || actual.loops === 0) return `${formatCount(node.planRows)} → never`;
  const estimated = node.planRows * actual.loops;
  const factor = Math.max(estimated, 1) / Math.max(actual.totalRows, 1);
  const wrong = Math.max(factor, 1 / factor);
  const said = wrong < 2 ? '' : ` ${factor > 1 ? '÷' : '×'}${formatCount(Math.round(wrong))}`;
  return `${formatCount(Math.round(estimated))} → ${formatCount(actual.totalRows)}${said}`;
}

function pagesOf({ actual }: PlanNode): string {
  return actual?.buffers === undefined ? '' : formatCount(actual.buffers.hit + actual.buffers.read);
}

/** Line art before a node, and what its details get. */
function branchOf(plan: Plan, node: PlanNode): { readonly branch: string; readonly below: string } {
  const steps = node.path.split('.');
  let above = '';
  let parent: PlanNode = plan.root;
  for (const [depth, step] of steps.entries()) {
    if (depth === 0) continue;
    const index = Number(step);
    const last = index === parent.children.length - 1;
    if (depth === steps.length - 1) {
      const child = node.children.length > 0 ? '│ ' : '  ';
      return {
        branch: `${above}${last ? '└─ ' : '├─ '}`,
        below: `${above}${last ? '   ' : '│  '}${child}  `,
      };
    }
    above += last ? '   ' : '│  ';
    parent = parent.children[index]!;
  }
  return { branch: '', below: node.children.length > 0 ? '│   ' : '    ' };
}

function detailsOf(node: PlanNode): readonly string[] {
  const { conditions, actual, sortKeys, groupKeys } = node;
  const removed = (rows: number | undefined): string =>
    rows === undefined || rows === 0 ? '' : ` — ${formatCount(rows)} rows thrown away`;
  const told: (string | undefined)[] = [
    conditions.index && `index: ${conditions.index}`,
    conditions.order && `nearest first: ${conditions.order}`,
    conditions.hash && `equal: ${conditions.hash}`,
    conditions.merge && `equal: ${conditions.merge}`,
    conditions.join && `join filter: ${conditions.join}${removed(actual?.removedByJoinFilter)}`,
    conditions.filter && `filter: ${conditions.filter}${removed(actual?.removedByFilter)}`,
    conditions.oneTime && `once: ${conditions.oneTime}`,
    conditions.run && `until: ${conditions.run}`,
    actual?.removedByRecheck
      ? `recheck: ${conditions.recheck ?? ''}${removed(actual.removedByRecheck)}`
      : undefined,
    sortKeys.length > 0 ? `by ${sortKeys.join(', ')}${sortWords(node)}` : undefined,
    groupKeys.length > 0 ? `per ${groupKeys.join(', ')}` : undefined,
    actual?.loops !== undefined && actual.loops > 1 ? `run ${formatCount(actual.loops)} times` : undefined,
    actual?.hash && actual.hash.batches > 1 ? `${actual.hash.batches} batches on disk` : undefined,
    actual?.aggregate && actual.aggregate.batches > 1
      ? `${actual.aggregate.batches} batches, ${formatCount(actual.aggregate.diskKilobytes)} kB on disk`
      : undefined,
    actual?.heapFetches ? `${formatCount(actual.heapFetches)} rows looked up in the table` : undefined,
    actual?.lossyBlocks ? `${formatCount(actual.lossyBlocks)} pages without exact rows` : undefined,
    actual?.workersPlanned === undefined
      ? undefined
      : `${actual.workersLaunched ?? 0} of ${actual.workersPlanned} workers`,
    node.disabled ? 'switched off by a setting, and nothing else was possible' : undefined,
  ];
  return told.filter((one): one is string => one !== undefined && one !== '');
}

function sortWords({ actual, presortedKeys }: PlanNode): string {
  const sorted = presortedKeys.length > 0 ? `, ${presortedKeys.join(', ')} is sorted already` : '';
  const sort = actual?.sort;
  if (sort === undefined) return sorted;
  return `${sorted} — ${sort.method}, ${formatCount(sort.kilobytes)} kB ${sort.kind === 'Disk' ? 'on disk' : 'in memory'}`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
}
