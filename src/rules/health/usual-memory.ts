import { formatBytes } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** A server that was never told how much memory it has. */
export const usualMemory: HealthRule = {
  id: 'usual-memory',
  group: 'server',
  severity: 'info',
  finds: 'A server that was never told how much memory it has',
  because: 'its default is meant to start on any machine',
  instead: 'Begin with a quarter of the machine’s memory, and let `dbd tune` try it.',
  threshold: 'shared_buffers at 128 MB or less under a database of more than 1 GB.',
  needs: ['settings'],
  find: ({ server, snapshot, limits }) => {
    const buffers = server!.settings.find(({ name }) => name === 'shared_buffers')?.number ?? 0;
    const size = snapshot.activity.database['bytes'] ?? 0;
    return buffers > 0 && buffers <= 128 * 1024 ** 2 && size > 10 * limits.largeBytes
      ? [
          {
            object: 'setting shared_buffers',
            message: `shared_buffers is ${formatBytes(buffers)}, and the database has ${formatBytes(size)}.`,
          },
        ]
      : [];
  },
};
