import type { Name, Table } from '../../../../catalog/model.ts';
import { full } from '../../structure/making.ts';
import type { Called } from './around.ts';

/** How statements about a table call it. */
export function calledTable(table: Table): Called {
  const foreign = table.kind === 'foreign' ? 'FOREIGN ' : '';
  return {
    what: `${foreign}TABLE ${full(table)}`,
    grant: `TABLE ${full(table)}`,
    letter: 'r',
    schema: table.schema,
  };
}

/** How statements about a sequence call it. */
export function calledSequence(sequence: Name): Called {
  return { what: `SEQUENCE ${full(sequence)}`, letter: 'S', schema: sequence.schema };
}
