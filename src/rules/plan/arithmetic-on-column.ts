import type { Expression } from './reading/expression.ts';
import { columnsIn } from './reading/expression.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';

const arithmetic = new Set(['+', '-', '*', '/', '%', '||']);

/** Arithmetic with the column of a condition. */
export const arithmeticOnColumn: PlanRule = {
  id: 'arithmetic-on-column',
  group: 'predicates',
  severity: 'error',
  finds: 'A condition that computes with the column',
  because: 'the index holds the column, not the result',
  instead:
    'Move the arithmetic to the other side: column < now() - interval instead of column + interval < now().',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, key }) => ['equal', 'range'].includes(kind) && computes(key),
      ({ key }) => ({
        why: `each row computes with ${columnsIn(key!)[0]!.name}`,
        fix: {
          kind: 'rewrite',
          rule: 'arithmetic-to-constant',
          advice: `Leave ${columnsIn(key!)[0]!.name} alone on its side, and compute with the value.`,
        },
      }),
    ),
};

function computes(key: Expression | undefined): boolean {
  if (key?.kind === 'cast') return computes(key.part);
  if (key?.kind === 'call') return false;
  return key?.kind === 'operation' && arithmetic.has(key.operator) && columnsIn(key).length === 1;
}
