import type { Column, Constraint, Index } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { checkOn, foreignKeyOn, foreignKeyTo, indexOn, mentions } from './columns-in.ts';
import { notNull } from './not-null.ts';
import { clearInvalid, quick, type Place } from './place.ts';
import { addForeignKey, incomingOf, partnerOf, type Partner } from './type-keys.ts';
import type { Names } from './type-names.ts';

/** Whether an index has the column among its keys, in an expression or in its condition. */
export const holds = ({ definition }: Index, { name }: Column): boolean =>
  mentions(definition.slice(definition.indexOf(' ON ')), name);

/** Constraints that come along with the column. */
export function constraintsOf({ table }: Place, column: Column): readonly Constraint[] {
  return table.constraints.filter(
    (constraint) =>
      constraint.kind !== 'exclude' &&
      (constraint.columns.includes(column.name) ||
        (constraint.kind === 'check' && mentions(constraint.definition, column.name))),
  );
}

/** Whether a constraint stands on an index of its own. */
export const isKey = ({ kind }: Constraint): boolean => kind === 'primary' || kind === 'unique';

/** The same index over the new column. */
export function build(place: Place, index: Index, column: Column, names: Names): StepDraft {
  const name = names.of(index.name);
  const qualified = quote.name({ schema: index.schema, name });
  return {
    sql: `${clearInvalid(qualified, place.context)};\n${indexOn(index.definition, name, column.name, names.column)}`,
    phase: 'backfill',
    transaction: false,
    undo: `DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`,
    undoOutside: true,
    statementTimeoutMs: 0,
    reason: `What ${index.name} is for the old column; built beside readers and writers`,
  };
}

/** Constraints of the new column: they hold for new rows at once, and are checked while everybody goes on. `value` is its value in old rows. */
export function promises(
  place: Place,
  column: Column,
  names: Names,
  value: string,
  partners: readonly Partner[] = [],
): readonly StepDraft[] {
  const { name: table } = place;
  const along = constraintsOf(place, column);
  const checks = along
    .filter(({ kind }) => kind === 'check')
    .flatMap((constraint): readonly StepDraft[] => {
      const name = quote.identifier(names.of(constraint.name));
      const definition = checkOn(constraint.definition, column.name, names.column);
      const add = `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition.replace(/\s+NOT\s+VALID\s*$/i, '')}`;
      if (!constraint.enforced) return [quick(add, 'Is not enforced, so nothing is read', '')];
      const sentence = `What ${constraint.name} is for the old column: holds for new rows at once, without reading the old ones`;
      const probe = offenders(place, constraint, definition, names, value);
      return [
        quick(`${add} NOT VALID`, sentence, ''),
        ...(constraint.validated
          ? [
              {
                ...quick(
                  `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`,
                  'Checks the old rows while readers and writers go on',
                  '',
                ),
                statementTimeoutMs: 0,
                ...(probe ? { probe } : {}),
              },
            ]
          : []),
      ];
    });
  const keys = along
    .filter((constraint) => constraint.kind === 'foreign' && !partnerOf(constraint, partners))
    .flatMap((constraint) => {
      const definition = foreignKeyOn(constraint.definition, column.name, names.column);
      const probe = offenders(place, constraint, definition, names, value);
      return addForeignKey(place.table, constraint, names.of(constraint.name), definition).map(
        (draft, index) => (index === 1 && probe ? { ...draft, probe } : draft),
      );
    });
  const named = along.find(({ kind }) => kind === 'not-null');
  const required = column.notNull
    ? notNull(place, names.column, named && names.of(named.name)).map((draft) => ({
        ...draft,
        ...(draft.probe ? { probe: `SELECT * FROM ${table} WHERE ${value} IS NULL LIMIT 1` } : {}),
      }))
    : [];
  return [...checks, ...keys, ...required].map((draft) => ({ ...draft, phase: 'backfill', undo: '' }));
}

/** Foreign keys that lead to the column, and those of its own whose other end is exchanged by the same change, between the new columns: made by the later of the two statements. */
export function joined(
  place: Place,
  column: Column,
  names: Names,
  partners: readonly Partner[],
): readonly StepDraft[] {
  const incoming = incomingOf(place, column, names, partners)
    .filter(({ partner }) => partner?.earlier !== false)
    .flatMap(({ from, constraint, definition, partner }) =>
      addForeignKey(from, constraint, (partner?.names ?? names).of(constraint.name), definition),
    );
  const outgoing = constraintsOf(place, column).flatMap((constraint) => {
    const partner = partnerOf(constraint, partners);
    if (constraint.kind !== 'foreign' || !partner?.earlier) return [];
    const own = foreignKeyOn(constraint.definition, column.name, names.column);
    const definition = foreignKeyTo(own, partner.column.name, partner.names.column);
    return addForeignKey(place.table, constraint, names.of(constraint.name), definition);
  });
  return [...incoming, ...outgoing].map((draft) => ({ ...draft, phase: 'backfill', undo: '' }));
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
