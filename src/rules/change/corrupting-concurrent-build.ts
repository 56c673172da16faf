import { known } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A concurrent build on PostgreSQL 14.0 to 14.3. */
export const corruptingConcurrentBuild: ChangeRule = {
  id: 'corrupting-concurrent-build',
  group: 'data',
  severity: 'error',
  finds: 'A concurrent build on PostgreSQL 14.0 to 14.3',
  because: 'these versions may leave index entries out',
  instead: 'Update the server to 14.4 or later first.',
  check: (at) =>
    at.serverVersion >= 140_000 &&
    at.serverVersion < 140_004 &&
    at.serverVersion % 100 > 0 &&
    known(at, 'index/create-concurrently', 'index/reindex-concurrently', 'index/reindex-table-concurrently')
      ? [{ message: 'This version may leave entries out of the index.' }]
      : [],
};
