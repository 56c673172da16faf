import { findTable } from '../../catalog/find.ts';
import type { Rule } from '../model.ts';
import type { HealthGroup, HealthRule } from './model.ts';

/** A rule of `dbd check` asked about a database that runs. */
export function ofStructure(rule: Rule, group: HealthGroup, small?: 'less where small'): HealthRule {
  const { id, severity, finds, because, instead } = rule;
  return {
    id,
    group,
    severity,
    finds,
    because,
    instead,
    threshold: small
      ? 'A note only where the table has fewer than 10,000 rows, which are read in a moment.'
      : 'The structure alone decides.',
    needs: [],
    find: (subject) =>
      rule.find(subject.structure).map((offence) => {
        const table =
          small === undefined
            ? undefined
            : findTable(subject.structure.catalog, offence.object.split(' ')[0]!);
        return table && table.kind === 'table' && subject.rows(table) < subject.limits.smallRows
          ? { ...offence, severity: 'info' as const }
          : offence;
      }),
  };
}
