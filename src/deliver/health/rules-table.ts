import { plural } from '../../base/text.ts';
import { column, report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { healthRules } from '../../rules/health/all.ts';

/** The list of rules, without looking at any database. */
export function listHealthRules(): Report {
  return report({
    command: 'health',
    title: 'Rules',
    started: performance.now(),
    verdict: 'proven',
    headline: `${plural(healthRules.length, 'rule')}; \`standards: { rules: … }\` in dbd.config.yaml switches them off or makes them graver.`,
    blocks: [
      {
        id: 'rules',
        title: 'Rules',
        kind: 'table',
        columns: [column('Rule', 'code'), column('Group'), column('Severity'), column('Finds')],
        rows: healthRules.map(({ id, group, severity, finds }) => [id, group, severity, finds]),
      },
    ],
  });
}
