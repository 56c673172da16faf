/** What catalog and statistics say of a plan's tables, where they are there. */
import type { Index, Name, Table } from '../../../catalog/model.ts';
import type { ColumnStatistics, RelationFigures } from '../../../engine/snapshot/model.ts';
import type { PlanNode } from '../../../engine/plans/model.ts';
import { readArray } from '../../../base/array-literal.ts';
import type { PlanContext } from '../model.ts';
import type { Condition } from './predicates.ts';

/** The table of a node; where the plan gives no schema, the catalog's only one of that name, or else the default schema. */
export function tableOf({ catalog }: PlanContext, { relation }: PlanNode): Name {
  const { schema, name } = relation!;
  if (schema !== '') return { schema, name };
  const found = [...(catalog?.tables ?? []), ...(catalog?.views ?? [])].filter((one) => one.name === name);
  const best = found.find((one) => one.schema === 'public') ?? found[0];
  return { schema: best?.schema ?? 'public', name };
}

/** The same as the catalog knows it. */
export function tableFacts(context: PlanContext, node: PlanNode): Table | undefined {
  if (!node.relation) return undefined;
  const { schema, name } = tableOf(context, node);
  return context.catalog?.tables.find((table) => table.schema === schema && table.name === name);
}

/** Indexes of a node's table that work; undefined without a catalog. */
export function indexesOf(context: PlanContext, node: PlanNode): readonly Index[] | undefined {
  return tableFacts(context, node)?.indexes.filter(({ valid }) => valid);
}

/** The index that a node uses. */
export function indexUsed(context: PlanContext, node: PlanNode): Index | undefined {
  return indexesOf(context, node)?.find(({ name }) => name === node.index);
}

/** Type of a column as the catalog prints it. */
export function typeOf(context: PlanContext, node: PlanNode, column: string): string | undefined {
  return tableFacts(context, node)?.columns.find(({ name }) => name === column)?.type;
}

/** Figures of a node's table. */
export function figuresOf(context: PlanContext, node: PlanNode): RelationFigures | undefined {
  if (!node.relation) return undefined;
  const { schema, name } = tableOf(context, node);
  return context.relations?.find((one) => one.schema === schema && one.name === name);
}

/** Rows of a node's table as the last ANALYZE left them. */
export function tableRows(context: PlanContext, node: PlanNode): number | undefined {
  const rows = figuresOf(context, node)?.rows;
  return rows === undefined || rows < 0 ? undefined : rows;
}

/** The planner's statistics of a column. */
export function statisticsOf(
  context: PlanContext,
  node: PlanNode,
  column: string,
): ColumnStatistics | undefined {
  if (!node.relation) return undefined;
  const { schema, name } = tableOf(context, node);
  return context.columns?.find(
    (one) => one.schema === schema && one.relation === name && one.column === column,
  );
}

/** Values of a statistics array in their order. */
export function valuesOf(literal: string | undefined): readonly string[] {
  return literal === undefined
    ? []
    : (readArray(literal) ?? []).map((value) => (typeof value === 'string' ? value : ''));
}

/** How many different values a column has. */
export function distinctOf({ distinct }: ColumnStatistics, rows: number): number {
  return distinct >= 0 ? distinct : -distinct * rows;
}

/** Share of the rows that an equality or NULL test keeps by the statistics of its column; undefined where they do not tell. */
export function shareKept(context: PlanContext, node: PlanNode, condition: Condition): number | undefined {
  const statistics =
    condition.column === undefined ? undefined : statisticsOf(context, node, condition.column);
  if (!statistics) return undefined;
  const { kind, operator, against } = condition;
  if (kind === 'null') return statistics.nullFraction;
  if (kind === 'not-null') return 1 - statistics.nullFraction;
  const value =
    kind === 'flag'
      ? operator === 'NOT'
        ? 'f'
        : 't'
      : against?.kind === 'constant'
        ? against.text
        : undefined;
  if (kind !== 'equal' && kind !== 'flag' && kind !== 'not-equal') return undefined;
  // A value that is known later has the share of a middling one.
  if (value === undefined)
    return kind === 'equal'
      ? (1 - statistics.nullFraction) / Math.max(1, distinctOf(statistics, tableRows(context, node) ?? 0))
      : undefined;
  const common = valuesOf(statistics.commonValues);
  const frequencies = statistics.commonFrequencies ?? [];
  const at = common.indexOf(value);
  const rest = 1 - statistics.nullFraction - frequencies.reduce((sum, one) => sum + one, 0);
  const others = Math.max(1, distinctOf(statistics, tableRows(context, node) ?? 0) - common.length);
  const equal = at >= 0 ? (frequencies[at] ?? 0) : Math.max(0, rest) / others;
  return kind === 'not-equal' ? Math.max(0, 1 - statistics.nullFraction - equal) : equal;
}
