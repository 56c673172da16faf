import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** VACUUM FULL, CLUSTER, SET LOGGED, SET TABLESPACE or SET ACCESS METHOD. */
export const tableWrittenAnew: ChangeRule = {
  id: 'table-written-anew',
  group: 'locks',
  severity: 'error',
  finds: 'VACUUM FULL, CLUSTER, SET LOGGED, SET TABLESPACE or SET ACCESS METHOD',
  because: 'the table is written anew while it is closed, and needs its size once more on disk',
  instead: 'Use a tool that copies beside writers, such as pg_repack or pg_squeeze.',
  check: (at) =>
    measured(
      at,
      [
        'table/vacuum-full',
        'table/cluster',
        'alter-table/set-logged',
        'alter-table/set-unlogged',
        'alter-table/set-tablespace',
        'alter-table/set-access-method',
        'alter-table/set-expression',
      ],
      'The table is written anew',
    ),
};
