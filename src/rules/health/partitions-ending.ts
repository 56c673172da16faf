import { printName } from '../../catalog/identity.ts';
import { span } from './limits.ts';
import type { HealthRule } from './model.ts';
import { rangePartitioned } from './partition-bounds.ts';

const day = 86_400_000;

/** Partitions that end soon. */
export const partitionsEnding: HealthRule = {
  id: 'partitions-ending',
  group: 'partitions',
  severity: 'warning',
  finds: 'A table whose last partition ends soon, or has ended',
  because:
    'rows of the day after are refused, or pile up in the default partition, out of which no partition can be made without a lock',
  instead: 'Make partitions ahead, by a job that is watched.',
  threshold:
    'Fewer than two whole partitions ahead of today are a warning; none is an error: two leave one missed run of the job.',
  needs: [],
  find: ({ snapshot, structure, quote, now }) =>
    rangePartitioned(snapshot.catalog, structure.tables).flatMap((parted) => {
      const last = parted.partitions.at(-1);
      if (!parted.times || !last || !Number.isFinite(last.end) || !Number.isFinite(last.start)) return [];
      const width = last.end - last.start;
      const ahead = parted.partitions.filter(({ start }) => start > now).length;
      // Tables of years past that nobody writes any more are an archive.
      if (ahead >= 2 || now - last.end > 3 * Math.max(width, 30 * day)) return [];
      const left = last.end - now;
      const next = new Date(last.end + width);
      const upper = /^'\d{4}-\d\d-\d\d'$/.test(last.to)
        ? next.toISOString().slice(0, 10)
        : next.toISOString().replace('T', ' ').replace('.000Z', '+00');
      const name = `${parted.table.name}_from_${last.to.replaceAll(/[^0-9]/g, '').slice(0, 8)}`;
      return [
        {
          object: printName(parted.table),
          severity: left <= 0 ? ('error' as const) : ('warning' as const),
          message:
            left <= 0
              ? `The last partition of ${parted.table.name} ended ${span(-left / 1000)} ago, at ${last.to}.`
              : `The last partition of ${parted.table.name} ends in ${span(left / 1000)}, at ${last.to}; ${ahead} lie ahead.`,
          fix: `CREATE TABLE ${quote.name({ schema: parted.table.schema, name })} PARTITION OF ${quote.name(parted.table)} FOR VALUES FROM (${last.to}) TO ('${upper}')`,
        },
      ];
    }),
};
