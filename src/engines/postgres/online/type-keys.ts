import { foreignKeysTo } from '../../../catalog/find.ts';
import { keyOf } from '../../../catalog/identity.ts';
import type { Column, Constraint, Sequence, Table } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { foreignKeyOn, foreignKeyTo } from './columns-in.ts';
import { quick, type Place } from './place.ts';
import type { Names } from './type-names.ts';

/** Another column that the same change exchanges, with what it is called until its switch. */
export interface Partner {
  readonly table: Table;
  readonly column: Column;
  readonly names: Names;
  /** Its statement stands before. */
  readonly earlier: boolean;
}

/** A foreign key that points at the column. */
export interface Incoming {
  readonly from: Table;
  readonly constraint: Constraint;
  /** The same key to the new column, and from a partner's new column where its own is exchanged too. */
  readonly definition: string;
  readonly partner?: Partner;
}

/** Foreign keys of any table that point at the column. */
export function incomingOf(
  { table, context }: Place,
  column: Column,
  names: Names,
  partners: readonly Partner[] = [],
): readonly Incoming[] {
  return foreignKeysTo(context.before, table)
    .filter(({ references }) => references.columns.includes(column.name))
    .map(({ from, constraint }) => {
      const partner = partners.find(
        (other) => keyOf(other.table) === keyOf(from) && constraint.columns.includes(other.column.name),
      );
      const to = foreignKeyTo(constraint.definition, column.name, names.column);
      return {
        from,
        constraint,
        definition: partner ? foreignKeyOn(to, partner.column.name, partner.names.column) : to,
        ...(partner ? { partner } : {}),
      };
    });
}

/** The other end of a foreign key of the table, where the same change exchanges it too. */
export function partnerOf({ references }: Constraint, partners: readonly Partner[]): Partner | undefined {
  return (
    references &&
    partners.find(
      ({ table, column }) => keyOf(table) === keyOf(references) && references.columns.includes(column.name),
    )
  );
}

/** Adds a foreign key without reading rows under its lock; validated afterwards where it was before. */
export function addForeignKey(
  table: Table,
  { validated, enforced, name: known }: Constraint,
  name: string,
  definition: string,
): readonly StepDraft[] {
  const alter = `ALTER TABLE ${quote.name(table)}`;
  const quoted = quote.identifier(name);
  const bare = definition.replace(/\s+NOT\s+VALID\s*$/i, '');
  const add = `${alter} ADD CONSTRAINT ${quoted} ${bare}`;
  if (!enforced) return [quick(add, 'Is not enforced, so nothing is read', '')];
  const first = quick(
    `${add} NOT VALID`,
    `What ${known} is for the old column: holds for new rows at once, without reading the old ones`,
    '',
  );
  if (!validated) return [first];
  return [
    first,
    {
      ...quick(
        `${alter} VALIDATE CONSTRAINT ${quoted}`,
        'Checks the old rows while readers and writers go on',
        '',
      ),
      statementTimeoutMs: 0,
    },
  ];
}

/** The sequence behind an identity or serial column. */
export function sequenceOf({ table, context }: Place, column: Column): Sequence | undefined {
  const path = [table.schema, table.name, column.name].map((part) => quote.identifier(part)).join('.');
  return context.before.sequences.find(({ ownedBy }) => ownedBy === path);
}

const limits: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
};

/** Whether a column of the type can be an identity. */
export const numbers = (type: string): boolean => type in limits;

/** Type and limits of a sequence after its column got another type. */
export function retyped(sequence: Sequence, type: string): Pick<Sequence, 'type' | 'minimum' | 'maximum'> {
  const [low, high] = limits[sequence.type] ?? [];
  const [newLow, newHigh] = limits[type] ?? [sequence.minimum, sequence.maximum];
  return {
    type,
    minimum: sequence.minimum === low ? newLow : sequence.minimum,
    maximum: sequence.maximum === high ? newHigh : sequence.maximum,
  };
}

/** The identity moves to the new column: its sequence goes on where the old one stands, and nobody draws a number meanwhile, since the rename locks it. */
export function moveIdentity(
  place: Place,
  column: Column,
  names: Names,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const sequence = sequenceOf(place, column);
  if (!column.identity || !sequence) return { before: [], after: [] };
  const old = { schema: sequence.schema, name: names.of(sequence.name) };
  const [low, high] = limits[sequence.type] ?? [];
  const options = [
    `SEQUENCE NAME ${quote.full(sequence)}`,
    `START WITH ${sequence.start}`,
    `INCREMENT BY ${sequence.increment}`,
    // Limits that were those of the type become those of the new type, as the server does it.
    ...(sequence.minimum === low ? [] : [`MINVALUE ${sequence.minimum}`]),
    ...(sequence.maximum === high ? [] : [`MAXVALUE ${sequence.maximum}`]),
    `CACHE ${sequence.cache}`,
    ...(sequence.cycle ? ['CYCLE'] : []),
  ];
  const name = quote.name(sequence);
  return {
    before: [
      `ALTER SEQUENCE ${name} RENAME TO ${quote.identifier(old.name)}`,
      `ALTER TABLE ${place.name} ALTER COLUMN ${quote.identifier(names.column)} ADD GENERATED ${column.identity.toUpperCase()} AS IDENTITY (${options.join(' ')})`,
      `SELECT setval(${quote.literal(quote.full(sequence))}, last_value, is_called) FROM ${quote.name(old)}`,
    ],
    after: [
      ...(sequence.comment === undefined
        ? []
        : [`COMMENT ON SEQUENCE ${name} IS ${quote.literal(sequence.comment)}`]),
      ...sequence.grants.map(
        ({ privilege, to, grantable }) =>
          `GRANT ${privilege} ON SEQUENCE ${name} TO ${to === 'PUBLIC' ? to : quote.identifier(to)}${grantable ? ' WITH GRANT OPTION' : ''}`,
      ),
    ],
  };
}
