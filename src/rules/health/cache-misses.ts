import { formatCount } from '../../base/units.ts';
import type { HealthRule } from './model.ts';
import { span } from './limits.ts';
import { between } from './rates.ts';

/** Pages that are not found in memory. */
export const cacheMisses: HealthRule = {
  id: 'cache-misses',
  group: 'server',
  severity: 'warning',
  finds: 'Many pages that are not found in memory',
  because: 'each of them is asked from the operating system or the disk',
  instead: 'Look for queries that read whole tables (`dbd tune`) before memory is added.',
  threshold:
    'Below 95 % found of at least 1,000 misses, and 1,000 a second (a note below 99 %): a quiet database that reads a table once has no trouble.',
  needs: ['counters', 'rate'],
  find: (subject) => {
    const { seconds, by } = between(subject);
    const [hit, read] = [by('hit'), by('read')];
    const share = hit / Math.max(1, hit + read);
    // A moment of a fresh server, which reads its catalog for the first time, is no rate.
    return read < 1000 || read / seconds < 1000 || share >= 0.99
      ? []
      : [
          {
            object: 'server',
            severity: share < 0.95 ? ('warning' as const) : ('info' as const),
            message: `${(share * 100).toFixed(1)} % of ${formatCount(hit + read)} pages were found in memory in ${span(seconds)}.`,
          },
        ];
  },
};
