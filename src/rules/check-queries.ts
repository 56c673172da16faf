/** Asks every rule about statements; what their plans show confirms it. */
import { SqlError } from '../base/error.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Severity } from '../report/model.ts';
import type { PlanFinding } from './plan/model.ts';
import { queryRules } from './query/all.ts';
import type { QueryAt, QueryFinding, QueryOffence, QueryRule, QueryToCheck } from './query/model.ts';

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
const trust: Readonly<Record<QueryFinding['confidence'], number>> = { plan: 0, catalog: 1, text: 2 };

/** Findings of all statements, what was seen in a plan first, then the gravest; texts that do not parse have none. */
export function checkQueries(
  queries: readonly QueryToCheck[],
  {
    engine,
    catalog,
    rules = queryRules,
  }: { readonly engine: Engine; readonly catalog?: Catalog; readonly rules?: readonly QueryRule[] },
): readonly QueryFinding[] {
  return queries
    .flatMap((query) => {
      const at = atOf(query.sql, engine, catalog);
      return at
        ? rules.flatMap((rule) => rule.check(at).map((offence) => findingOf(rule, offence, query)))
        : [];
    })
    .toSorted(
      (a, b) =>
        trust[a.confidence] - trust[b.confidence] ||
        weight[a.severity] - weight[b.severity] ||
        (b.share ?? 0) - (a.share ?? 0),
    );
}

function atOf(sql: string, engine: Engine, catalog: Catalog | undefined): QueryAt | undefined {
  try {
    return {
      engine,
      sql,
      traits: engine.rewrites.traits(sql, catalog),
      rewrites: catalog ? engine.rewrites.of(sql, catalog) : [],
      ...(catalog ? { catalog } : {}),
    };
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function findingOf(rule: QueryRule, offence: QueryOffence, query: QueryToCheck): QueryFinding {
  const seen = confirming(rule, offence, query.planFindings ?? []);
  const { message, table, column, fix, rests } = offence;
  return {
    rule: rule.id,
    query: query.name,
    severity: rule.severity,
    confidence: seen ? 'plan' : rests,
    message,
    why: `${rule.because.charAt(0).toUpperCase()}${rule.because.slice(1)}.`,
    instead: rule.instead,
    ...(table ? { table } : {}),
    ...(column === undefined ? {} : { column }),
    ...(fix === undefined ? {} : { fix }),
    ...(seen ? { confirmed: `${seen.node}: ${seen.message}`, share: seen.share } : {}),
  };
}

/** A finding in the plan that sees the same happen; one about a table has to name it. */
function confirming(
  { confirmedBy = [] }: QueryRule,
  { table }: QueryOffence,
  found: readonly PlanFinding[],
): PlanFinding | undefined {
  return found.find(
    (one) =>
      confirmedBy.includes(one.rule) &&
      (table === undefined ||
        one.node.includes(table.name) ||
        one.message.includes(keyOf(table)) ||
        !/ on /.test(one.node)),
  );
}
