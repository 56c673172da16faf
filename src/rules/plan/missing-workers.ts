import type { PlanRule } from './model.ts';
import { wholeShare } from './reading/tree.ts';

/** PostgreSQL's own max_parallel_workers. */
const usual = 8;

/** Workers that the plan counted on and did not get. */
export const missingWorkers: PlanRule = {
  id: 'missing-workers',
  group: 'work',
  severity: 'warning',
  finds: 'Parallel workers that were planned and not there',
  because: 'a plan for several processes is carried out by fewer, and may be worse than a plain one',
  instead: 'Raise max_parallel_workers and max_worker_processes, or let fewer statements run in parallel.',
  needs: ['ANALYZE'],
  check: ({ plan }) =>
    plan.nodes.flatMap((node) => {
      const { workersPlanned = 0, workersLaunched = 0 } = node.actual ?? {};
      if (!node.type.startsWith('Gather') || workersLaunched >= workersPlanned) return [];
      if (wholeShare(plan, node) < 0.1) return [];
      const missing = (workersPlanned - workersLaunched) / (workersPlanned + 1);
      return [
        {
          node,
          message: `${workersLaunched} of ${workersPlanned} planned workers were there.`,
          evidence: { planned: workersPlanned, launched: workersLaunched },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs * missing }),
          fix: {
            kind: 'setting',
            name: 'max_parallel_workers',
            value: String(2 * Number(plan.settings['max_parallel_workers'] ?? usual)),
            scope: 'server',
          },
        },
      ];
    }),
};
