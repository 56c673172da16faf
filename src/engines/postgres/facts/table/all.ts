import type { FactRow } from '../model.ts';
import { addColumnRows } from './add-column.ts';
import { alterRows } from './alter.ts';
import { typeRows } from './change-type.ts';
import { constraintRows } from './constraints.ts';
import { keyRows } from './keys.ts';
import { settingRows } from './settings.ts';
import { viewRows } from './views.ts';
import { indexRows } from './indexes.ts';
import { otherRows } from './others.ts';
import { partitionRows } from './partitions.ts';
import { rowRows } from './rows.ts';
import { tableRows } from './tables.ts';

/** Every row of the table. */
export const factRows: readonly FactRow[] = [
  ...addColumnRows,
  ...alterRows,
  ...settingRows,
  ...typeRows,
  ...constraintRows,
  ...keyRows,
  ...indexRows,
  ...partitionRows,
  ...tableRows,
  ...rowRows,
  ...viewRows,
  ...otherRows,
];
