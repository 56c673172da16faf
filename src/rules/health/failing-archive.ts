import { formatMs } from '../../base/units.ts';
import { gravity } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Log that does not reach the archive. */
export const failingArchive: HealthRule = {
  id: 'failing-archive',
  group: 'replication',
  severity: 'error',
  finds: 'Log that does not reach the archive',
  because: 'what is not archived cannot be restored, and it fills the disk meanwhile',
  instead: 'Run archive_command by hand, and look at its space and its rights.',
  threshold:
    'When the last try failed, or from 10 waiting files on (error from 100): one or two wait at any time.',
  needs: ['archive'],
  find: ({ server, limits }) => {
    const { archive } = server!;
    const waiting = archive?.waiting ?? 0;
    const severity = archive?.failing ? 'error' : gravity(waiting, limits.archiveQueue);
    return severity === undefined
      ? []
      : [
          {
            object: 'archive',
            severity,
            message: archive?.failing
              ? `The last try to archive failed ${formatMs(archive.lastFailedMs ?? 0)} ago; ${waiting} files wait.`
              : `${waiting} files of log wait to be archived.`,
          },
        ];
  },
};
