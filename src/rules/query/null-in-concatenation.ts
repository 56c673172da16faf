import { traitsOf } from './looking.ts';
import type { QueryRule } from './model.ts';

/** || with a column that may be null. */
export const nullInConcatenation: QueryRule = {
  id: 'null-in-concatenation',
  group: 'mistakes',
  severity: 'warning',
  finds: '|| with a column that may be null',
  because: 'the whole text is null then',
  instead: 'Use concat(), or coalesce().',
  check: (at) => traitsOf(at, 'null in concatenation'),
};
