import { formatBytes, formatCount } from '../../base/units.ts';
import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Checkpoints that come before their time. */
export const requestedCheckpoints: HealthRule = {
  id: 'requested-checkpoints',
  group: 'server',
  severity: 'warning',
  finds: 'Checkpoints that come before their time',
  because:
    'the log is full before the time is up; after each checkpoint every page is written to the log whole, so that there is more log still',
  instead: 'Raise max_wal_size until they come by time.',
  threshold:
    'From 30 % of at least 20 checkpoints on (graver from 60 %); each backup and each bulk load asks for some.',
  needs: ['counters', 'settings'],
  find: ({ server, limits, sql }) => {
    const { timedCheckpoints: timed = 0, requestedCheckpoints: requested = 0 } = server!.counters;
    const share = requested / Math.max(1, timed + requested);
    const severity = timed + requested < 20 ? undefined : gravity(share, limits.requestedCheckpoints);
    const now = server!.settings.find(({ name }) => name === 'max_wal_size')?.number ?? 1024 ** 3;
    const more = Math.min(now * 4, 64 * 1024 ** 3);
    return severity === undefined
      ? []
      : [
          {
            object: 'setting max_wal_size',
            severity: severity === 'error' ? ('warning' as const) : ('info' as const),
            message: `${percent(share)} of ${formatCount(timed + requested)} checkpoints came before their time; max_wal_size is ${formatBytes(now)}.`,
            fix: sql.setting('max_wal_size', `${Math.round(more / 1024 ** 2)}MB`),
          },
        ];
  },
};
