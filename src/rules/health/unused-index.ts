import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

const dayMs = 86_400_000;

/** An index that no node has used. */
export const unusedIndex: HealthRule = {
  id: 'unused-index',
  group: 'indexes',
  severity: 'info',
  finds: 'An index that nobody uses',
  because: 'it costs every write and takes space, and no query on a node that was asked has read it',
  instead:
    'Ask every replica with --replica, then drop it; its definition stands in the snapshot if it is missed.',
  threshold:
    'From 10 MB and 35 days without a scan on: a month and its last days lie between two runs of a monthly report.',
  needs: ['since'],
  find: ({ tables, quote, limits, bytes, uses, now }) =>
    tables.flatMap((table) =>
      table.indexes.flatMap((index) => {
        const size = bytes(index);
        const use = uses(index);
        const held =
          index.unique ||
          index.constraint !== undefined ||
          index.partOf !== undefined ||
          !index.valid ||
          table.replicaIdentity.includes(index.name);
        if (held || size < limits.smallBytes || use.days === undefined || use.days < limits.quietDays)
          return [];
        const quiet = use.lastScan === undefined ? undefined : (now - use.lastScan) / dayMs;
        // A server that dates its scans forgives old ones; others count only.
        if (quiet === undefined ? use.scans > 0 : quiet < limits.quietDays) return [];
        return [
          {
            object: `${printName(table)} index ${index.name}`,
            message: `${index.name} (${formatBytes(size)}) was ${quiet === undefined ? `not used in ${Math.floor(use.days)} days` : `last used ${Math.floor(quiet)} days ago`} on ${use.nodes === 1 ? 'this node' : `${use.nodes} nodes`}.`,
            fix: `DROP INDEX CONCURRENTLY ${quote.name(index)}`,
          },
        ];
      }),
    ),
};
