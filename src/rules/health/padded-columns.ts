import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** Columns in an order that leaves gaps. */
export const paddedColumns: HealthRule = {
  id: 'padded-columns',
  group: 'tables',
  severity: 'info',
  finds: 'Columns in an order that leaves gaps in each row',
  because:
    'wide values begin at multiples of their width, and what lies before them is written, cached and backed up',
  instead: 'Order columns by their width when the table is written anew for another reason.',
  threshold: 'From 8 bytes a row and 100 MB over all rows on: less is not worth a rewrite.',
  needs: ['statistics'],
  find: ({ tables, laid, layout, limits }) =>
    tables.flatMap((table) => {
      const facts = laid(table);
      const [now, best] = [layout.rows(facts), layout.reordered(facts)];
      if (!now || !best) return [];
      const saved = now.bytes - best.bytes;
      return now.rowBytes - best.rowBytes >= 8 && saved >= limits.largeBytes
        ? [
            {
              object: printName(table),
              message: `Rows of ${table.name} would take ${best.rowBytes} bytes instead of ${now.rowBytes}, ${formatBytes(saved)} in all (derived), in the order ${best.columns.join(', ')}.`,
            },
          ]
        : [];
    }),
};
