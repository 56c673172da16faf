import type { PlanRule } from './model.ts';
import { calledRoutines, isParallelSafe } from './reading/routines.ts';
import { isScan, ownShare, rowsRead } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** Rows from which a second process pays for its start. */
const manyRows = 50_000;

/** A long scan by one process, since a function of the statement is not marked as parallel safe. */
export const parallelNotConsidered: PlanRule = {
  id: 'parallel-not-considered',
  group: 'work',
  severity: 'warning',
  finds: 'A function that keeps a long scan in one process',
  because:
    'functions count as unsafe for workers unless they are marked, and one of them makes the whole plan serial',
  instead: 'Mark the function PARALLEL SAFE if it writes nothing and keeps no state.',
  needs: ['ANALYZE', 'catalog'],
  check: (context) => {
    const { plan } = context;
    if (
      plan.nodes.some(({ type }) => type.startsWith('Gather')) ||
      plan.settings['max_parallel_workers_per_gather'] === '0'
    )
      return [];
    const scan = plan.nodes.find(
      (node) =>
        node.type === 'Seq Scan' &&
        isScan(node) &&
        (rowsRead(node) ?? 0) >= manyRows &&
        ownShare(plan, node) >= 0.3,
    );
    if (!scan) return [];
    const unsafe = calledRoutines(context, plan.nodes).filter((routine) => !isParallelSafe(routine));
    const [first] = unsafe;
    if (!first) return [];
    return [
      {
        node: scan,
        message: `${names(unsafe.map(({ name }) => name))} is not marked as parallel safe, so that one process reads ${count(rowsRead(scan)!)} rows.`,
        evidence: { 'rows read': rowsRead(scan)! },
        fix: {
          kind: 'statement',
          sql: `ALTER FUNCTION ${context.quote.name(first)}(${first.arguments}) PARALLEL SAFE`,
        },
      },
    ];
  },
};
