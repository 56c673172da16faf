import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** SET NOT NULL that reads the table while everybody waits. */
export const notNullWithScan: ChangeRule = {
  id: 'not-null-with-scan',
  group: 'locks',
  severity: 'error',
  finds: 'SET NOT NULL that reads the table while everybody waits',
  because: 'the server looks for nulls while the table is closed',
  instead:
    'Prove it first beside readers and writers: a check NOT VALID and validated, or from 18 on a not-null constraint NOT VALID and validated.',
  check: (at) =>
    measured(at, ['alter-table/set-not-null', 'alter-table/add-not-null'], 'Nulls are looked for', 'forms'),
};
