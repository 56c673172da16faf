/** Asks every rule about a plan and ranks what they find by the time at stake. */
import type { Plan, PlanNode } from '../engine/plans/model.ts';
import type { Severity } from '../report/model.ts';
import { planRules } from './plan/all.ts';
import type { PlanContext, PlanFinding, PlanOffence, PlanRule } from './plan/model.ts';

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** What the rules find, most time at stake first. */
export function checkPlan(
  context: PlanContext,
  rules: readonly PlanRule[] = planRules,
): readonly PlanFinding[] {
  const found = rules.flatMap((rule) =>
    rule.check(context).map((offence) => ({ rule, finding: findingOf(rule, offence, context.plan) })),
  );
  return found
    .filter(
      ({ finding }) =>
        !found.some(
          (other) =>
            other.rule.replaces?.includes(finding.rule) === true && other.finding.path === finding.path,
        ),
    )
    .map(({ finding }) => finding)
    .toSorted((a, b) => b.share - a.share || weight[a.severity] - weight[b.severity]);
}

function findingOf(rule: PlanRule, offence: PlanOffence, plan: Plan): PlanFinding {
  const { node, message, evidence, fix } = offence;
  const total = plan.executionMs ?? plan.root.actual?.totalMs;
  const measured = plan.analyzed && total !== undefined && total > 0;
  const stakeMs = offence.stakeMs ?? node.actual?.ownMs ?? 0;
  const cost = offence.stakeCost ?? ownCost(node) / Math.max(plan.root.totalCost, 1e-9);
  const share = Math.min(1, Math.max(0, measured ? stakeMs / total : cost));
  const least = offence.severity ?? rule.severity;
  return {
    rule: rule.id,
    // What takes next to no time is worth knowing, and no more.
    severity: share < 0.1 && least !== 'info' ? (share < 0.01 ? 'info' : 'warning') : least,
    path: node.path,
    node: titleOf(node),
    message,
    evidence,
    share,
    basis: measured ? 'measured' : 'estimated',
    ...(measured ? { stakeMs } : {}),
    fix,
  };
}

function ownCost(node: PlanNode): number {
  return Math.max(0, node.totalCost - node.children.reduce((sum, child) => sum + child.totalCost, 0));
}

/** A node as EXPLAIN's text names it: `Index Scan using a_idx on a`. */
function titleOf({ type, index, relation, alias, source }: PlanNode): string {
  const on = relation?.name ?? source;
  return `${type}${index ? ` using ${index}` : ''}${on ? ` on ${on}${alias && alias !== on ? ` ${alias}` : ''}` : ''}`;
}
