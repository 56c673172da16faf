import { formatBytes, formatMs } from '../../base/units.ts';
import { gravity } from './limits.ts';
import type { HealthRule } from './model.ts';

/** A standby that is behind. */
export const laggingStandby: HealthRule = {
  id: 'lagging-standby',
  group: 'replication',
  severity: 'warning',
  finds: 'A standby that is behind',
  because: 'it answers with old rows, and what it lacks is lost when it must take over',
  instead: 'Look at its disk, at queries that hold its replay up, and at the network.',
  threshold:
    'From 50 MB or 10 seconds on (error from 500 MB or a minute); a moment after a bulk load is no trouble.',
  needs: ['replication'],
  find: ({ server, limits }) =>
    server!.standbys.flatMap(({ name, lagBytes, lagMs }) => {
      const grave = [
        gravity(lagBytes, limits.replicaLag),
        // A quiet leader tells the lag of the last thing that it sent.
        lagBytes > 0 ? gravity(lagMs ?? 0, limits.replicaDelay) : undefined,
      ];
      const severity = grave.includes('error') ? 'error' : grave.includes('warning') ? 'warning' : undefined;
      return severity === undefined
        ? []
        : [
            {
              object: `standby ${name}`,
              severity,
              message: `${name} is ${formatBytes(lagBytes)}${lagMs === undefined ? '' : ` and ${formatMs(lagMs)}`} behind.`,
            },
          ];
    }),
};
