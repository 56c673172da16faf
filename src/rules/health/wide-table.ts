import { printName } from '../../catalog/identity.ts';
import { formatBytes } from '../../base/units.ts';
import type { HealthRule } from './model.ts';

/** A table too wide for its rows. */
export const wideTable: HealthRule = {
  id: 'wide-table',
  group: 'tables',
  severity: 'info',
  finds: 'A table with very many columns or very long rows',
  because:
    'a page holds few rows, so that each question reads many pages, and each update writes the whole row anew',
  instead: 'Put columns that are rarely read, or rarely set, into a table of their own.',
  threshold:
    'From 100 columns, or from 2 kB a row in 10,000 rows on: at that length the server begins to move values out.',
  needs: [],
  find: ({ structure: { tables }, laid, layout, rows, limits }) =>
    tables.flatMap((table) => {
      const row = table.kind === 'table' ? layout.rows(laid(table))?.rowBytes : undefined;
      const long = row !== undefined && row >= 2048 && rows(table) >= limits.smallRows;
      return table.columns.length >= 100 || long
        ? [
            {
              object: printName(table),
              message: `${table.name} has ${table.columns.length} columns${row === undefined ? '' : ` and rows of ${formatBytes(row)}`}.`,
            },
          ]
        : [];
    }),
};
