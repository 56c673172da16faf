import type { Column, Constraint, Index } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { checkOn, foreignKeyOn, indexOn, mentions } from './columns-in.ts';
import { notNull } from './not-null.ts';
import { clearInvalid, quick, type Place } from './place.ts';
import type { Names } from './type-names.ts';

/** Whether an index has the column among its keys, in an expression or in its condition. */
export const holds = ({ definition }: Index, { name }: Column): boolean =>
  mentions(definition.slice(definition.indexOf(' ON ')), name);

/** Constraints that come along with the column. */
export function constraintsOf({ table }: Place, column: Column): readonly Constraint[] {
  return table.constraints.filter(
    (constraint) =>
      (constraint.kind === 'foreign' || constraint.kind === 'check' || constraint.kind === 'not-null') &&
      (constraint.columns.includes(column.name) ||
        (constraint.kind === 'check' && mentions(constraint.definition, column.name))),
  );
}

/** The same index over the new column. */
export function build(index: Index, column: Column, names: Names): StepDraft {
  const name = names.of(index.name);
  const qualified = quote.name({ schema: index.schema, name });
  return {
    sql: `${clearInvalid(qualified)};\n${indexOn(index.definition, name, column.name, names.column)}`,
    phase: 'backfill',
    transaction: false,
    undo: `DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`,
    undoOutside: true,
    reason: `What ${index.name} is for the old column; built beside readers and writers`,
  };
}

/** Constraints of the new column: they hold for new rows at once, and are checked while everybody goes on. `value` is its value in old rows. */
export function promises(place: Place, column: Column, names: Names, value: string): readonly StepDraft[] {
  const { name: table } = place;
  const along = constraintsOf(place, column);
  const drafts = along.flatMap((constraint): readonly StepDraft[] => {
    if (constraint.kind === 'not-null') return [];
    const name = quote.identifier(names.of(constraint.name));
    const on = constraint.kind === 'check' ? checkOn : foreignKeyOn;
    const definition = on(constraint.definition, column.name, names.column);
    const add = `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`;
    if (!constraint.enforced) return [quick(add, 'Is not enforced, so nothing is read', '')];
    const probe = offenders(place, constraint, definition, names, value);
    const sentence = `What ${constraint.name} is for the old column: holds for new rows at once, without reading the old ones`;
    return [
      quick(`${add} NOT VALID`, sentence, ''),
      {
        ...quick(
          `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`,
          'Checks the old rows while readers and writers go on',
          '',
        ),
        ...(probe ? { probe } : {}),
      },
    ];
  });
  const named = along.find(({ kind }) => kind === 'not-null');
  const required = column.notNull
    ? notNull(place, names.column, named && names.of(named.name)).map((draft) => ({
        ...draft,
        ...(draft.probe ? { probe: `SELECT * FROM ${table} WHERE ${value} IS NULL LIMIT 1` } : {}),
      }))
    : [];
  return [...drafts, ...required].map((draft) => ({ ...draft, phase: 'backfill', undo: '' }));
}

/** Old rows whose converted value the constraint would reject, asked before the new column is there. */
function offenders(
  { name: table }: Place,
  { kind, references }: Constraint,
  definition: string,
  names: Names,
  value: string,
): string | undefined {
  const converted = `(SELECT *, ${value} AS ${quote.identifier(names.column)} FROM ${table}) AS converted`;
  if (kind === 'check')
    return `SELECT * FROM ${converted} WHERE NOT ${definition.slice(definition.indexOf('('), definition.lastIndexOf(')') + 1)} LIMIT 1`;
  if (references?.columns.length !== 1) return undefined;
  const own = `converted.${quote.identifier(names.column)}`;
  return `SELECT * FROM ${converted} WHERE ${own} IS NOT NULL AND NOT EXISTS (SELECT FROM ${quote.name(references)} AS parent WHERE parent.${quote.identifier(references.columns[0]!)} = ${own}) LIMIT 1`;
}
