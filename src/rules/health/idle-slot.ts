import { formatBytes } from '../../base/units.ts';
import { gravity } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A slot that nobody reads. */
export const idleSlot: HealthRule = {
  id: 'idle-slot',
  group: 'replication',
  severity: 'warning',
  finds: 'A replication slot that keeps log for nobody',
  because: 'the log that it keeps fills the disk, and then the server stops',
  instead: 'Start its reader again, or drop it; max_slot_wal_keep_size keeps it from filling the disk.',
  threshold:
    'From 1 GB kept on (error from 10 GB) while nobody reads it, and from the same on for one whose reader is behind.',
  needs: ['slots'],
  find: ({ server, limits, sql }) =>
    server!.slots.flatMap(({ name, active, retainedBytes, walStatus }) => {
      const severity = walStatus === 'lost' ? undefined : gravity(retainedBytes, limits.slotBytes);
      return severity === undefined
        ? []
        : [
            {
              object: `slot ${name}`,
              severity,
              message: `${name} keeps ${formatBytes(retainedBytes)} of log, and ${active ? 'its reader is behind' : 'nobody reads it'}.`,
              ...(active ? {} : { fix: sql.dropSlot(name) }),
            },
          ];
    }),
};
