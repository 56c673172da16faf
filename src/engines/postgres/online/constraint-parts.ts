import type { Constraint } from 'libpg-query';
import { descendants } from '../../../catalog/find.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { clearInvalid, columnOf, defaultName, quick, type Place } from './place.ts';

/** PRIMARY KEY or UNIQUE of a partitioned table, built on each part beside its writers and then put together; undefined where the parts have parts, or a column may be empty. */
export function keyByParts(
  place: Place,
  constraint: Constraint,
  name: string,
): readonly StepDraft[] | undefined {
  const { table, context } = place;
  const columns = words(constraint.keys);
  const primary = constraint.contype === 'CONSTR_PRIMARY';
  const parts = context.before.tables.filter(
    ({ partitionOf }) => partitionOf && sameName(partitionOf, table),
  );
  if (parts.length === 0 || parts.some(({ kind }) => kind !== 'table')) return undefined;
  if (primary && columns.some((column) => columnOf(place, column)?.notNull !== true)) return undefined;
  const list = columns.map((column) => quote.identifier(column)).join(', ');
  const including = words(constraint.including).map((column) => quote.identifier(column));
  const tail = `${including.length > 0 ? ` INCLUDE (${including.join(', ')})` : ''}`;
  const nulls = constraint.nulls_not_distinct ? ' NULLS NOT DISTINCT' : '';
  const deferrable = `${constraint.deferrable ? ' DEFERRABLE' : ''}${constraint.initdeferred ? ' INITIALLY DEFERRED' : ''}`;
  const what = primary ? 'PRIMARY KEY' : 'UNIQUE';
  const own = quote.identifier(name);
  const whole = quote.name({ schema: table.schema, name });
  const built = parts.map((part) => {
    const index = defaultName({ ...place, table: part }, primary ? [] : columns, primary ? 'pkey' : 'key');
    return {
      part,
      index: quote.identifier(index),
      qualified: quote.name({ schema: part.schema, name: index }),
    };
  });
  return [
    ...built.flatMap(({ part, index, qualified }): StepDraft[] => [
      {
        sql: `${clearInvalid(qualified, context)};\nCREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${quote.name(part)} (${list})${tail}${nulls}`,
        phase: 'expand',
        transaction: false,
        undo: `DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`,
        undoOutside: true,
        statementTimeoutMs: 0,
        probe: `SELECT ${list} FROM ${quote.name(part)} WHERE ${columns.map((column) => `${quote.identifier(column)} IS NOT NULL`).join(' AND ')} GROUP BY ${list} HAVING count(*) > 1 LIMIT 1`,
        reason: `The part on ${part.name}, built beside its readers and writers: SHARE UPDATE EXCLUSIVE`,
      },
      quick(
        `ALTER TABLE ${quote.name(part)} ADD CONSTRAINT ${index} ${what} USING INDEX ${index}${deferrable}`,
        'Takes over the finished index: ACCESS EXCLUSIVE on the part for a moment',
        `ALTER TABLE ${quote.name(part)} DROP CONSTRAINT IF EXISTS ${index}`,
      ),
    ]),
    quick(
      [
        `ALTER TABLE ONLY ${place.name} ADD CONSTRAINT ${own} ${what}${nulls} (${list})${tail}${deferrable}`,
        ...built.map(({ qualified }) => `ALTER INDEX ${whole} ATTACH PARTITION ${qualified}`),
      ].join(';\n'),
      `The constraint of the whole takes over those of its parts, so nothing is built or read: ACCESS EXCLUSIVE on ${table.name} for a moment`,
      `ALTER TABLE ${place.name} DROP CONSTRAINT ${own}`,
    ),
  ];
}

/** Before PostgreSQL 18 a foreign key of a partitioned table has no NOT VALID: each part gets its own first, and the whole takes them over without reading. */
export function foreignByParts(
  place: Place,
  definition: string,
  name: string,
  probe: string | undefined,
): readonly StepDraft[] {
  const own = quote.identifier(name);
  const leaves = descendants(place.context.before, place.table).filter(({ kind }) => kind === 'table');
  return [
    ...leaves.flatMap((leaf): StepDraft[] => {
      const alter = `ALTER TABLE ${quote.name(leaf)}`;
      return [
        quick(
          `${alter} ADD CONSTRAINT ${own} ${definition} NOT VALID`,
          `Holds for new rows of the part at once, without reading the old ones: SHARE ROW EXCLUSIVE on ${leaf.name} and the table it leads to for a moment`,
          `${alter} DROP CONSTRAINT IF EXISTS ${own}`,
        ),
        {
          sql: `${alter} VALIDATE CONSTRAINT ${own}`,
          phase: 'expand',
          transaction: true,
          undo: '',
          statementTimeoutMs: 0,
          ...(probe ? { probe } : {}),
          reason: 'Checks the old rows while readers and writers go on: SHARE UPDATE EXCLUSIVE',
        },
      ];
    }),
    quick(
      `ALTER TABLE ${place.name} ADD CONSTRAINT ${own} ${definition}`,
      'The whole takes over the keys of its parts, so nothing is read: SHARE ROW EXCLUSIVE for a moment',
      `ALTER TABLE ${place.name} DROP CONSTRAINT ${own}`,
    ),
  ];
}
