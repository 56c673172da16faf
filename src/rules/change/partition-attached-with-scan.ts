import { measured } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** ATTACH PARTITION that reads the partition or the DEFAULT partition. */
export const partitionAttachedWithScan: ChangeRule = {
  id: 'partition-attached-with-scan',
  group: 'locks',
  severity: 'warning',
  finds: 'ATTACH PARTITION that reads the partition or the DEFAULT partition',
  because: 'every row is tried against the bound while they are closed',
  instead:
    'Add a check that says the same as the bound first, validate it, attach, and drop it; for the DEFAULT partition a check that leaves the bound out.',
  check: (at) =>
    measured(
      at,
      ['partition/attach', 'partition/attach-beside-default', 'partition/attach-index-built'],
      'The bound or an index is not proven before',
    ).filter(() => at.facts.scans.length > 0),
};
