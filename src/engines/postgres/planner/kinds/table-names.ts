import type { Name, Table } from '../../../../catalog/model.ts';
import { full, id } from '../../structure/making.ts';
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

/** Statements that give a relation another name, schema or both. */
export function renameRelation(word: string, before: Name, to: Name): readonly string[] {
  return [
    ...(before.name === to.name ? [] : [`ALTER ${word} ${full(before)} RENAME TO ${id(to.name)}`]),
    ...(before.schema === to.schema
      ? []
      : [`ALTER ${word} ${full({ schema: before.schema, name: to.name })} SET SCHEMA ${id(to.schema)}`]),
  ];
}

/** How an ALTER of a table begins. */
export function alterTable(table: Table, only = false): string {
  return `ALTER ${table.kind === 'foreign' ? 'FOREIGN ' : ''}TABLE ${only ? 'ONLY ' : ''}${full(table)}`;
}
