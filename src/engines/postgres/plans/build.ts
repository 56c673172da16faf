/** A plan from what a reader found. */
import type { Plan, PlanNode, PlanTrigger } from '../../../engine/plans/model.ts';
import { given } from './actual.ts';
import { isRecord, numberOf, recordsOf, textOf, type PlanDocument, type RawNode } from './document.ts';
import { topFields } from './known.ts';
import { hasBuffers, nodeOf } from './node.ts';
import { timed } from './times.ts';

/** The plan of a document; undefined when it holds no node. */
export function planOf(document: PlanDocument): Plan | undefined {
  const { top } = document;
  const raw = top['Plan'];
  if (!isRecord(raw) || textOf(raw['Node Type']) === undefined) return undefined;
  const unknown = new Set<string>(document.unplaced);
  for (const field of Object.keys(top)) if (!topFields.has(field)) unknown.add(field);
  const root = timed(withDisabled(nodeOf(raw, '0', { buffers: hasBuffers(raw), unknown })));
  const { Plan: _tree, ...fields } = top;
  return {
    root,
    nodes: flat(root),
    format: document.format,
    analyzed: root.actual !== undefined,
    ...given('planningMs', numberOf(top['Planning Time'])),
    ...given('executionMs', numberOf(top['Execution Time'])),
    triggers: recordsOf(top['Triggers']).map(triggerOf),
    ...given('jit', jitOf(top['JIT'])),
    settings: isRecord(top['Settings'])
      ? Object.fromEntries(Object.entries(top['Settings']).map(([name, value]) => [name, String(value)]))
      : {},
    ...given('queryText', textOf(top['Query Text'])),
    fields,
    cut: document.cut,
    unknown: [...unknown].toSorted(),
  };
}

/** Nodes, each before its children. */
function flat(root: PlanNode): readonly PlanNode[] {
  const all: PlanNode[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    all.push(node);
    open.push(...node.children.toReversed());
  }
  return all;
}

function triggerOf(raw: RawNode): PlanTrigger {
  return {
    name: textOf(raw['Constraint Name']) ?? textOf(raw['Trigger Name']) ?? '?',
    ...given('constraint', textOf(raw['Constraint Name'])),
    ...given('relation', textOf(raw['Relation'])),
    ms: numberOf(raw['Time']) ?? 0,
    calls: numberOf(raw['Calls']) ?? 0,
  };
}

function jitOf(raw: unknown): Plan['jit'] {
  if (!isRecord(raw)) return undefined;
  const timing = raw['Timing'];
  return {
    functions: numberOf(raw['Functions']) ?? 0,
    ms: isRecord(timing) ? (numberOf(timing['Total']) ?? 0) : 0,
  };
}

/** What a planner switch forbids cost 10^10 more, to 17; from 18 it is a field of its own. */
const disableCost = 1e10;

function withDisabled(node: PlanNode): PlanNode {
  const children = node.children.map(withDisabled);
  const switched =
    node.fields['Disabled'] === undefined &&
    node.totalCost >= disableCost &&
    children.every((child) => child.totalCost < disableCost);
  return { ...node, children, disabled: node.disabled || switched };
}
