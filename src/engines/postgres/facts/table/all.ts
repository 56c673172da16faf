import type { FactRow } from '../model.ts';
import { addColumnRows } from './add-column.ts';
import { alterRows } from './alter.ts';
import { typeRows } from './change-type.ts';
import { constraintRows } from './constraints.ts';
import { indexRows } from './indexes.ts';
import { otherRows } from './others.ts';
import { partitionRows } from './partitions.ts';
import { rowRows } from './rows.ts';
import { tableRows } from './tables.ts';

/** Every row of the table. */
export const factRows: readonly FactRow[] = [
  ...addColumnRows,
  ...alterRows,
  ...typeRows,
  ...constraintRows,
  ...indexRows,
  ...partitionRows,
  ...tableRows,
  ...rowRows,
  ...otherRows,
];
