import { sameName } from '../../../../catalog/identity.ts';
import type { Sequence } from '../../../../catalog/model.ts';
import { full, id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Piece, Sides } from '../model.ts';
import { aroundChange, aroundNew } from './around.ts';
import { identitySql, notNullOf, usualOptions } from './column-sql.ts';
import type { OfColumn } from './defaults.ts';
import { recounted } from './recount.ts';
import { calledSequence, renameRelation } from './table-names.ts';
import { tablesOf } from './table-facts.ts';

/** What ends before a column's type and not-null may change. */
export function identityBefore(before: OfColumn, after: OfColumn, sides: Sides): readonly Piece[] {
  const { table, column } = after;
  if (!before.column.identity || column.identity || !tablesOf(sides.from).owned(table, column.name))
    return [];
  const notNull = notNullOf(before.table, column.name);
  return [
    {
      sql: `ALTER TABLE ${full(table)} ALTER COLUMN ${id(column.name)} DROP IDENTITY`,
      because: 'it gets no values of its own any longer',
      ...(notNull ? { frees: [keys.constraint(table, notNull.name)] } : {}),
    },
  ];
}

/** What follows when a column's type and not-null are as wanted. */
export function identityAfter(before: OfColumn | undefined, after: OfColumn, sides: Sides): readonly Piece[] {
  const { table, column } = after;
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const sequence = column.identity && to.owned(table, column.name);
  if (!sequence) return [];
  const fact = to.sequenceFact(sequence);
  const alter = `ALTER TABLE ${full(table)} ALTER COLUMN ${id(column.name)}`;
  const old = before?.column.identity ? from.owned(table, column.name) : undefined;
  const named = calledSequence(sequence);
  if (!before) return fact ? aroundNew({ ...fact, owner: null }, named, sides) : [];
  if (!old) {
    const notNull = notNullOf(table, column.name);
    return [
      {
        sql: `${alter} ADD ${identitySql(table, column, sequence, sides)}`,
        because: 'it gets values of its own',
        ...(notNull ? { needs: [keys.constraint(table, notNull.name)] } : {}),
        after: [keys.sequence(sequence), keys.default(table, column.name)],
      },
      carryOn(sequence, after),
      ...(fact ? aroundNew({ ...fact, owner: null }, named, sides) : []),
    ];
  }
  const oldFact = from.sequenceFact(old);
  // A new type of the column is one of the sequence too, with the ends of that type where it had those of the old one.
  const retyped =
    old.type === sequence.type ? old : { ...old, type: sequence.type, ...ends(old, sequence.type) };
  return [
    ...moved(old, sequence),
    ...(before.column.identity === column.identity
      ? []
      : [
          {
            sql: `${alter} SET GENERATED ${column.identity!.toUpperCase()}`,
            because: 'whether values may be given changes',
          },
        ]),
    ...recounted(retyped, sequence).map((sql) => ({ sql, because: 'its values are counted in another way' })),
    ...(fact && oldFact
      ? aroundChange({ ...oldFact, owner: null }, { ...fact, owner: null }, named, sides)
      : []),
  ];
}

/** The counter of a column that has rows goes on behind them. */
export function carryOn(sequence: Sequence, { table, column }: OfColumn): Piece {
  const down = sequence.increment.startsWith('-');
  const last = `${down ? 'min' : 'max'}(${id(column.name)})`;
  return {
    sql: `SELECT pg_catalog.setval(${text(full(sequence))}, coalesce(${last}, ${sequence.start}), ${last} IS NOT NULL) FROM ${full(table)}`,
    because: 'its values go on behind those that are there',
  };
}

/** Statements that give a sequence another name or schema. */
export function moved(before: Sequence, after: Sequence): readonly Piece[] {
  if (sameName(before, after)) return [];
  return renameRelation('SEQUENCE', before, after).map((sql) => ({ sql, because: 'another name' }));
}

/** Ends of a type's range, where a sequence had those of its type before. */
function ends(before: Sequence, type: string): Partial<Sequence> {
  const end = (of: string): string => / MAXVALUE (\d+)/.exec(usualOptions(of))![1]!;
  return {
    ...(before.maximum === end(before.type) ? { maximum: end(type) } : {}),
    ...(before.minimum === `-${BigInt(end(before.type)) + 1n}`
      ? { minimum: `-${BigInt(end(type)) + 1n}` }
      : {}),
  };
}
