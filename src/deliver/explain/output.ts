/** The result as data, for programs. */
import type { AlignedNode, Plan, PlanNode } from '../../engine/model.ts';
import { shareOf, titleOf } from './draw.ts';
import type { Explained, SeenPlan } from './model.ts';

/** Everything of `--json` and `--yaml`: plans as trees without the fields they were read from. */
export function outputOf(explained: Explained): Readonly<Record<string, unknown>> {
  const { plans, ran, compared, fixes, strategies, orders, findings, sql, from } = explained;
  return {
    ...(sql === undefined ? {} : { statement: sql }),
    from,
    plans: plans.map(seen),
    ...(ran === undefined ? {} : { run: seen(ran) }),
    planFindings: findings,
    fixes: fixes.map(({ aligned, ...fix }) => ({
      ...fix,
      ...(aligned === undefined ? {} : { aligned: aligned.map(line) }),
    })),
    strategies: strategies.map(({ says, settings, cost, steps, time, ratio, hint }) => ({
      says,
      settings,
      cost,
      steps,
      ...(time === undefined ? {} : { time }),
      ...(ratio === undefined ? {} : { ratio }),
      ...(hint === undefined ? {} : { hint }),
    })),
    ...(orders === undefined
      ? {}
      : { joinOrders: { ...orders, orders: orders.orders.map(({ plan: _plan, ...order }) => order) } }),
    ...(compared === undefined ? {} : { compared: compared.aligned.map(line) }),
  };
}

function seen({ kind, values, plan, sets }: SeenPlan): Readonly<Record<string, unknown>> {
  const { root, nodes: _nodes, fields: _fields, queryText: _text, ...rest } = plan;
  return { kind, values, ...(sets === undefined ? {} : { sets }), ...rest, root: node(plan, root) };
}

function node(plan: Plan, one: PlanNode): Readonly<Record<string, unknown>> {
  const { children, fields: _fields, ...rest } = one;
  return {
    title: titleOf(one),
    share: Math.round(shareOf(plan, one) * 1e4) / 1e4,
    ...rest,
    children: children.map((child) => node(plan, child)),
  };
}

function line({ kind, depth, before, after, differences }: AlignedNode): Readonly<Record<string, unknown>> {
  const short = (side: PlanNode | undefined): Readonly<Record<string, unknown>> | undefined =>
    side === undefined
      ? undefined
      : {
          path: side.path,
          title: titleOf(side),
          cost: side.totalCost,
          rows: side.actual?.totalRows ?? side.planRows,
          ...(side.actual?.ownMs === undefined ? {} : { ownMs: side.actual.ownMs }),
        };
  return { kind, depth, before: short(before), after: short(after), differences };
}
