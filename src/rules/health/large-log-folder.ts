import { formatBytes } from '../../base/units.ts';
import { gravity } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A log's folder that grows. */
export const largeLogFolder: HealthRule = {
  id: 'large-log-folder',
  group: 'replication',
  severity: 'warning',
  finds: 'A folder of log far above its limit',
  because: 'something keeps it from being recycled, and it ends when the disk is full',
  instead: 'Look for idle slots, a failing archive and wal_keep_size.',
  threshold: 'From twice max_wal_size on (error from four times): checkpoints let it go a little above.',
  needs: ['wal', 'settings'],
  find: ({ server, limits }) => {
    const most = server!.settings.find(({ name }) => name === 'max_wal_size')?.number;
    const size = server!.walBytes;
    const severity =
      most === undefined || size === undefined ? undefined : gravity(size / most, limits.walFolder);
    return severity === undefined
      ? []
      : [
          {
            object: 'log',
            severity,
            message: `The folder of the log holds ${formatBytes(size!)}; max_wal_size is ${formatBytes(most!)}.`,
          },
        ];
  },
};
