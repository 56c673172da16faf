import { rewritesOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** WITH … AS MATERIALIZED. */
export const materialisedWith: QueryRule = {
  id: 'materialised-with',
  group: 'work',
  severity: 'info',
  finds: 'WITH … AS MATERIALIZED',
  because: 'conditions of the query around it do not reach it',
  instead: 'Say NOT MATERIALIZED.',
  confirmedBy: ['cte-fence'],
  check: (at) => rewritesOf(at, 'cte-without-fence'),
};
