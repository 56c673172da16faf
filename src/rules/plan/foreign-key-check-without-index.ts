import type { PlanContext, PlanRule } from './model.ts';
import type { PlanTrigger } from '../../engine/plans/model.ts';
import { leadingIndex } from '../../catalog/find.ts';
import { formatMs } from '../../base/units.ts';
import type { PlanFix } from './model.ts';
import { count, names, percent } from './reading/words.ts';

/** Milliseconds of one check that only a scan takes: a lookup by an index stays far below. */
const perCall = 0.3;

/** A parent whose deletion looks through all children. */
export const foreignKeyCheckWithoutIndex: PlanRule = {
  id: 'foreign-key-check-without-index',
  group: 'writes',
  severity: 'error',
  finds: 'A foreign key that looks through all rows of its table',
  because:
    'deleting or renaming a parent looks for its children, without an index in all of them for each parent',
  instead: 'Build an index on the referencing columns.',
  needs: ['ANALYZE'],
  check: (context) => {
    const { plan } = context;
    const total = plan.executionMs ?? 0;
    if (
      !['Delete', 'Update', 'Merge'].includes(
        plan.root.operation ?? plan.nodes.find(({ type }) => type === 'ModifyTable')?.operation ?? '',
      )
    )
      return [];
    return plan.triggers.flatMap((trigger) => {
      const { constraint, ms, calls } = trigger;
      if (constraint === undefined || ms < total * 0.1 || calls === 0 || ms / calls < perCall) return [];
      const child = childOf(context, trigger);
      if (child?.indexed) return [];
      return [
        {
          node: plan.root,
          message: `Checking ${constraint} takes ${formatMs(ms)} of ${formatMs(total)} (${percent(ms / total)}): ${formatMs(ms / calls)} for each of ${count(calls)} rows${child ? `, since no index of ${child.table.name} leads to ${names(child.columns)}` : ''}.`,
          evidence: { ms, calls },
          stakeMs: ms,
          fix: child
            ? child.fix
            : ({
                kind: 'advice',
                advice: `Build an index on the referencing columns of ${constraint}.`,
              } as PlanFix),
        },
      ];
    });
  },
};

function childOf(
  { catalog, quote }: PlanContext,
  { constraint, relation }: PlanTrigger,
):
  | {
      readonly table: { readonly name: string };
      readonly columns: readonly string[];
      readonly indexed: boolean;
      readonly fix: PlanFix;
    }
  | undefined {
  const found = (catalog?.tables ?? [])
    .flatMap((table) => table.constraints.map((one) => ({ table, one })))
    .filter(({ one }) => one.kind === 'foreign' && one.name === constraint);
  const best = found.find(({ one }) => one.references?.name === relation) ?? found[0];
  if (!best) return undefined;
  const { table, one } = best;
  return {
    table,
    columns: one.columns,
    indexed: leadingIndex(table, one.columns) !== undefined,
    fix: {
      kind: 'index',
      table: { schema: table.schema, name: table.name },
      definition: `USING btree (${one.columns.map((column) => quote.identifier(column)).join(', ')})`,
    },
  };
}
