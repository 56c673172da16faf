import { formatBytes } from '../../base/units.ts';
import type { HealthRule } from './model.ts';
import { gravity } from './limits.ts';
import { between } from './rates.ts';

/** Sorts and joins that do not fit into memory. */
export const temporaryFiles: HealthRule = {
  id: 'temporary-files',
  group: 'server',
  severity: 'warning',
  finds: 'Sorts and joins that do not fit into memory',
  because: 'they go through files, several times slower, and fill the disk',
  instead: 'Find the statements with log_temp_files, index what they sort, or give their role more work_mem.',
  threshold:
    'From 1 GB an hour on (error from 10 GB), within the window: single reports are not worth a setting.',
  needs: ['counters', 'rate'],
  find: (subject) => {
    const { seconds, by } = between(subject);
    const bytes = by('temporaryBytes');
    const severity = gravity((bytes / seconds) * 3600, subject.limits.temporary);
    return severity === undefined || bytes < 10 * 1024 ** 2
      ? []
      : [
          {
            object: 'server',
            severity,
            message: `${formatBytes(bytes)} went through ${by('temporaryFiles')} temporary files within ${Math.round(seconds)} s, ${formatBytes((bytes / seconds) * 3600)} an hour.`,
          },
        ];
  },
};
