/** Rows that could be shorter, and pages that could be fuller. */
import { printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import { percent } from '../../rules/health/limits.ts';
import type { HealthSubject } from '../../rules/health/model.ts';
import type { StorageSaving } from './model.ts';

/** Bytes of a row from which on another order of columns is worth a rewrite. */
const leastPerRow = 8;

/** Gaps between columns, and room for updates in tables that are not updated. */
export function tableSavings({
  tables,
  laid,
  layout,
  activity,
  bytes,
  quote,
  rows,
}: HealthSubject): readonly StorageSaving[] {
  return tables.flatMap((table): StorageSaving[] => {
    const facts = laid(table);
    const [now, best] = [layout.rows(facts), layout.reordered(facts)];
    const gaps = now && best ? now.rowBytes - best.rowBytes : 0;
    const fill = Number(/^fillfactor=(\d+)$/m.exec(table.options.join('\n'))?.[1] ?? 100) / 100;
    const counted = activity(table);
    const unused = fill < 1 && counted !== undefined && counted.updated < rows(table) / 100;
    return [
      ...(gaps >= leastPerRow
        ? [
            {
              kind: 'column-order' as const,
              object: printName(table),
              relation: table,
              bytes: now!.bytes - best!.bytes,
              share: 1 - best!.bytes / now!.bytes,
              basis: 'derived' as const,
              because: `${gaps} bytes of each of ${formatCount(rows(table))} rows lie between columns; the order ${best!.columns.join(', ')} has none.`,
              caution: 'It takes writing the table anew: worth it when that happens for another reason.',
            },
          ]
        : []),
      ...(unused
        ? [
            {
              kind: 'room-for-updates' as const,
              object: printName(table),
              relation: table,
              bytes: Math.round(bytes(table) * (1 - fill)),
              share: 1 - fill,
              basis: 'derived' as const,
              because: `fillfactor ${fill * 100} keeps ${percent(1 - fill)} of each page for updates, and ${formatCount(counted.updated)} of ${formatCount(rows(table))} rows were updated.`,
              caution: 'It counts for pages that are written from then on.',
              sql: `ALTER TABLE ${quote.name(table)} RESET (fillfactor);`,
            },
          ]
        : []),
    ];
  });
}
