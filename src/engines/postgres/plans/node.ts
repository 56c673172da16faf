/** Nodes of the tree, from the fields that EXPLAIN prints. */
import type { PlanConditions, PlanNode } from '../../../engine/plans/model.ts';
import { actualOf, given } from './actual.ts';
import { numberOf, recordsOf, textOf, textsOf, type RawNode } from './document.ts';
import { counterFields, nodeFields } from './known.ts';

/** What all nodes of a plan have in common. */
export interface NodeContext {
  /** BUFFERS was asked for, so that no figure means none. */
  readonly buffers: boolean;
  readonly unknown: Set<string>;
}

const conditionFields = {
  index: 'Index Cond',
  order: 'Order By',
  recheck: 'Recheck Cond',
  filter: 'Filter',
  join: 'Join Filter',
  hash: 'Hash Cond',
  merge: 'Merge Cond',
  oneTime: 'One-Time Filter',
  tid: 'TID Cond',
  run: 'Run Condition',
} as const satisfies Record<keyof PlanConditions, string>;

const sources = ['CTE Name', 'Function Name', 'Table Function Name', 'Tuplestore Name'];

/** A node with its children; times are added when the whole tree is there. */
export function nodeOf(raw: RawNode, path: string, context: NodeContext): PlanNode {
  for (const field of Object.keys(raw)) if (!nodeFields.has(field)) context.unknown.add(field);
  const relation = textOf(raw['Relation Name']);
  const partial = textOf(raw['Partial Mode']);
  const source = sources.map((field) => textOf(raw[field])).find((one) => one !== undefined);
  const { Plans: _children, ...fields } = raw;
  return {
    path,
    type: textOf(raw['Node Type']) ?? '?',
    ...given('join', textOf(raw['Join Type'])),
    ...given('strategy', textOf(raw['Strategy'])),
    ...(partial === 'Partial' || partial === 'Finalize' ? { partial } : {}),
    ...given('operation', textOf(raw['Operation']) ?? textOf(raw['Command'])),
    ...given('under', textOf(raw['Parent Relationship'])),
    ...given('subplan', textOf(raw['Subplan Name'])),
    ...(relation === undefined ? {} : { relation: { schema: textOf(raw['Schema']) ?? '', name: relation } }),
    ...given('alias', textOf(raw['Alias'])),
    ...given('index', textOf(raw['Index Name'])),
    ...given('source', source),
    backward: raw['Scan Direction'] === 'Backward',
    parallelAware: raw['Parallel Aware'] === true,
    disabled: raw['Disabled'] === true,
    startupCost: numberOf(raw['Startup Cost']) ?? 0,
    totalCost: numberOf(raw['Total Cost']) ?? 0,
    planRows: numberOf(raw['Plan Rows']) ?? 0,
    planWidth: numberOf(raw['Plan Width']) ?? 0,
    ...given('actual', actualOf(raw, context.buffers)),
    conditions: conditionsOf(raw),
    sortKeys: textsOf(raw['Sort Key']),
    presortedKeys: textsOf(raw['Presorted Key']),
    groupKeys: groupKeysOf(raw),
    output: textsOf(raw['Output']),
    children: recordsOf(raw['Plans'])
      .filter((child) => textOf(child['Node Type']) !== undefined)
      .map((child, i) => nodeOf(child, `${path}.${i}`, context)),
    fields,
  };
}

function conditionsOf(raw: RawNode): PlanConditions {
  return Object.fromEntries(
    Object.entries(conditionFields).flatMap(([key, field]) => {
      const texts = textsOf(raw[field]);
      return texts.length === 0 ? [] : [[key, texts.join(' AND ')]];
    }),
  );
}

/** Keys of all grouping sets, each once. */
function groupKeysOf(raw: RawNode): readonly string[] {
  const plain = textsOf(raw['Group Key']);
  if (plain.length > 0) return plain;
  const keys = recordsOf(raw['Grouping Sets']).flatMap((set) =>
    [set['Group Keys'], set['Hash Keys']].flatMap((lists) =>
      Array.isArray(lists) ? lists.flatMap((list) => textsOf(list)) : [],
    ),
  );
  return [...new Set(keys)];
}

/** Whether the root counts any page: text leaves out what is zero, and the other formats tell it. */
export function hasBuffers(raw: RawNode): boolean {
  return (
    Object.entries(raw).some(
      ([field, value]) => field.endsWith(' Blocks') && counterFields.has(field) && value !== 0,
    ) || recordsOf(raw['Plans']).some(hasBuffers)
  );
}
