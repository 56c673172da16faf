import { plural } from '../../base/text.ts';
import type { HealthRule } from './model.ts';

/** Damaged pages. */
export const damagedPages: HealthRule = {
  id: 'damaged-pages',
  group: 'server',
  severity: 'error',
  finds: 'Pages whose checksum is wrong',
  because: 'the disk, its controller or its memory gives back something else than was written',
  instead: 'Stop writing, take a copy of the files, look at the hardware, and restore.',
  threshold: 'Any, since the counters began.',
  needs: ['counters'],
  find: ({ server }) => {
    const count = server!.counters.checksumFailures ?? 0;
    return count === 0
      ? []
      : [{ object: 'server', message: `${plural(count, 'page')} of this database had a wrong checksum.` }];
  },
};
