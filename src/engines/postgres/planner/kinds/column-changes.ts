import type { Table } from '../../../../catalog/model.ts';
import { full, id, says } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Altered, Piece, Sides, Thing } from '../model.ts';
import { conversion, narrowing } from './casts.ts';
import { optionChanges, parameterChanges } from './column-sql.ts';
import type { OfColumn } from './defaults.ts';
import { identityAfter, identityBefore } from './identity.ts';
import { becomesOwn } from './parents.ts';
import { alterTable } from './table-names.ts';
import { descendants, parentsOf, staysChild, tablesOf } from './table-facts.ts';

/** A column of a table that is made of a type: it follows the type. */
export function typed({ table }: OfColumn, sides: Sides): boolean {
  const type = tablesOf(sides.to).fact(table)?.type;
  return type != null && tablesOf(sides.from).fact(table)?.type === type;
}

/** What leads from one column to another of its name. */
export function alteredColumn(before: OfColumn, after: OfColumn, sides: Sides): Altered {
  const { table, column } = after;
  const was = before.column;
  const generated = generation(before, after, sides);
  if (generated === 'replace') return 'replace';
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const [old, next] = [from.columnFact(table, column.name), to.columnFact(table, column.name)];
  if (
    old &&
    next &&
    old.ancestors > 0 &&
    next.ancestors > 0 &&
    old.local !== next.local &&
    !ownAgain(table, sides)
  )
    return { refused: "whether an inherited column is the table's own too cannot be changed for one column" };
  const retyped = was.type !== column.type || was.collation !== column.collation;
  const only = (how: string, because: string): Piece => ({
    sql: `${alterTable(table, true)} ALTER COLUMN ${id(column.name)} ${how}`,
    because,
  });
  const storage = retyped ? undefined : was.storage;
  const compression = retyped ? undefined : was.compression;
  return [
    ...identityBefore(before, after, sides),
    ...generated,
    ...(retyped ? typeChange(before, after, sides) : []),
    ...(storage === column.storage
      ? []
      : [
          only(
            `SET STORAGE ${column.storage ?? (sides.to.version >= 160_000 ? 'DEFAULT' : (old?.usual ?? 'extended'))}`,
            'its values are stored in another way',
          ),
        ]),
    ...(compression === column.compression
      ? []
      : [
          only(
            `SET COMPRESSION ${column.compression ?? 'default'}`,
            'its values are compressed in another way',
          ),
        ]),
    ...(was.statistics === column.statistics
      ? []
      : [only(`SET STATISTICS ${column.statistics ?? -1}`, 'another statistics target')]),
    ...parameterChanges(old?.options ?? [], next?.options ?? []).map((how) => only(how, 'other options')),
    ...optionChanges(old?.foreign ?? [], next?.foreign ?? []).map((how) => only(how, 'other options')),
    ...nullability(before, after, sides),
    ...identityAfter(before, after, sides),
    ...(was.comment === column.comment
      ? []
      : [
          {
            sql: `COMMENT ON COLUMN ${full(table)}.${id(column.name)} IS NULL`,
            because: 'its comment changes',
            ...(column.comment === undefined
              ? {}
              : { sql: says('', `COLUMN ${full(table)}.${id(column.name)}`, column.comment)[0]!.sql }),
          },
        ]),
  ];
}

/** Whether the table leaves its parents and comes back, which makes all columns its own. */
function ownAgain(table: Table, sides: Sides): boolean {
  return table.inherits.some((parent) => becomesOwn({ child: table, parent }, sides));
}

/** Whether a parent's change reaches the column of this child. */
function follows({ table, column }: OfColumn, sides: Sides): boolean {
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  return (
    (to.columnFact(table, column.name)?.ancestors ?? 0) > 0 &&
    parentsOf(table).some((parent) => staysChild(from, table, parent) && from.column(parent, column.name))
  );
}

function typeChange(before: OfColumn, after: OfColumn, sides: Sides): readonly Piece[] {
  const { table, column } = after;
  if (follows(after, sides) || typed(after, sides)) return [];
  const using = conversion(id(column.name), before.column.type, column.type, sides);
  const loses = narrowing(before.column.type, column.type, sides);
  return [
    {
      sql: `${alterTable(table)} ALTER COLUMN ${id(column.name)} TYPE ${column.type}${
        column.collation === undefined ? '' : ` COLLATE ${column.collation}`
      }${using === undefined || before.column.generated || table.kind === 'foreign' ? '' : ` USING ${using}`}`,
      because: before.column.type === column.type ? 'another collation' : 'another type',
      frees: ['*'],
      clears: reached(table, column.name, sides),
      ...(loses === undefined ? {} : { loses }),
    },
  ];
}

function reached(table: Table, column: string, sides: Sides): readonly string[] {
  return [table, ...descendants(tablesOf(sides.from), table)].map((of) => keys.column(of, column));
}

function generation(before: OfColumn, after: OfColumn, sides: Sides): readonly Piece[] | 'replace' {
  const { table, column } = after;
  const [was, is] = [before.column.generated, column.generated];
  if (was?.expression === is?.expression && was?.kind === is?.kind) return [];
  if (was && is && was.kind === is.kind && sides.to.version >= 170_000)
    return follows(after, sides) && sameAbove(after, sides)
      ? []
      : [
          {
            sql: `${alterTable(table)} ALTER COLUMN ${id(column.name)} SET EXPRESSION AS (${is.expression})`,
            because: 'another expression',
            frees: ['*'],
          },
        ];
  if (was?.kind === 'stored' && !is)
    return follows(after, sides)
      ? []
      : [
          {
            sql: `${alterTable(table)} ALTER COLUMN ${id(column.name)} DROP EXPRESSION`,
            because: 'no longer generated',
            frees: ['*'],
          },
        ];
  return 'replace';
}

function sameAbove({ table, column }: OfColumn, sides: Sides): boolean {
  const to = tablesOf(sides.to);
  return parentsOf(table).some(
    (parent) => to.column(parent, column.name)?.generated?.expression === column.generated?.expression,
  );
}

/** Before 18 not-null is a property of the column; later it is a constraint. */
function nullability(before: OfColumn, after: OfColumn, sides: Sides): readonly Piece[] {
  const { table, column } = after;
  if (sides.to.version >= 180_000 || before.column.notNull === column.notNull) return [];
  const to = tablesOf(sides.to);
  if (
    follows(after, sides) &&
    parentsOf(table).some((parent) => {
      const above = to.column(parent, column.name);
      return (
        above?.notNull === column.notNull &&
        tablesOf(sides.from).column(parent, column.name)?.notNull !== above.notNull
      );
    })
  )
    return [];
  const alike = descendants(to, table).every(
    (child) => to.column(child, column.name)?.notNull === column.notNull,
  );
  return [
    {
      sql: `${alterTable(table, !alike && !column.notNull)} ALTER COLUMN ${id(column.name)} ${column.notNull ? 'SET' : 'DROP'} NOT NULL`,
      because: column.notNull ? 'every row has a value' : 'rows may have no value',
    },
  ];
}

/** Types and collations that go and come again are replaced by text meanwhile; what a column is generated from takes it along. */
export function withoutNeeds(
  before: Thing<OfColumn>,
  after: Thing<OfColumn>,
  gone: readonly string[],
  sides: Sides,
): Altered {
  const { table, column } = after.object;
  const change = alteredColumn(before.object, after.object, sides);
  if (change === 'replace' || 'refused' in change) return change;
  const left = gone.filter((key) => !/^(?:constraint|sequence) /.test(key));
  if (left.length === 0) return change;
  if (before.object.column.generated) return 'replace';
  if (follows(after.object, sides)) return change;
  const rest = change.filter(({ because }) => because !== 'another type' && because !== 'another collation');
  const name = id(column.name);
  const value = before.object.column.type.startsWith('text') ? name : `${name}::text`;
  return [
    {
      sql: `${alterTable(table)} ALTER COLUMN ${name} TYPE text USING ${value}`,
      because: 'as text while its type is made again',
      frees: left,
      clears: reached(table, column.name, sides),
    },
    {
      sql: `${alterTable(table)} ALTER COLUMN ${name} TYPE ${column.type}${column.collation === undefined ? '' : ` COLLATE ${column.collation}`} USING ${name}::${column.type}`,
      because: 'its type is there again',
      needs: [...(sides.to.needs.get(after.key) ?? [])],
    },
    ...rest,
  ];
}
