/** What the rows of one filling rest on, one sentence each. */
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { TableVolume } from '../model.ts';
import { limitsOf, tell } from '../sampled/limits.ts';
import type { Known } from '../sampled/model.ts';

/** What {@link notesOf} looks at. */
export interface NotesOptions {
  readonly catalog: Catalog;
  readonly volumes: readonly TableVolume[];
  readonly known?: Known;
  /** Rows of other tables follow statistics: those that do not are named. */
  readonly besideKnown?: boolean;
}

/** Where the values of these tables come from, and whose volumes are assumed. */
export function notesOf(
  { catalog, volumes, known, besideKnown }: NotesOptions,
  tables: readonly Table[],
): readonly string[] {
  const own = new Set(tables.map(keyOf));
  const filled = volumes.filter(({ table }) => own.has(keyOf(table)));
  const assumed = volumes.filter(({ basis }) => basis === 'assumed').map(({ table }) => table.name);
  return [
    ...(known ? limitsOf(catalog, known, filled) : besideKnown ? named(tables) : [madeUp('Values are')]),
    ...(assumed.length > 0 ? [`Volumes are assumed for ${assumed.join(', ')}.`] : []),
  ];
}

function madeUp(begin: string): string {
  return `${begin} made up from names, types and examples; combinations of values within a row are independent.`;
}

function named(tables: readonly Table[]): readonly string[] {
  return tell(
    'No statistics are known of',
    tables.map(({ name }) => name),
    madeUp('values are'),
  );
}
