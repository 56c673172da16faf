import type { Column } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { updateInBatches } from './batches.ts';
import { carryStatistics, loudTriggers, quieted, quietBatch } from './carried.ts';
import { quick, type Place } from './place.ts';
import { holdsAll, isComparable, isDated } from './stored-rows.ts';
import { build, holds, joined, promises } from './type-along.ts';
import type { TypeChange } from './type-change.ts';
import { incomingOf, retyped, sequenceOf, type Partner } from './type-keys.ts';
import { functionName, namesFor, type Names } from './type-names.ts';
import { exchange } from './type-switch.ts';

/** A new column beside the old one, kept in step by a trigger, filled along the key, given the same indexes and constraints, and switched in one short transaction. `partners` are other columns that the same change exchanges. */
export function swapped(
  place: Place,
  change: TypeChange,
  partners: readonly Partner[] = [],
): readonly StepDraft[] {
  const { column } = change;
  const lossless = change.using === undefined && holdsAll(column.type, change.type);
  const drafts = forward(place, change, namesFor(place, column, 'new'), partners);
  const end = drafts.findIndex(({ phase }) => phase === 'contract');
  return drafts.map((draft, index) =>
    index === end
      ? {
          ...draft,
          undo: wayBack(place, change, lossless),
          undoOutside: true,
          ...(lossless
            ? {
                reason: `${draft.reason}. The way back does the same in reverse, and stops at values that ${column.type} cannot hold`,
              }
            : {
                destructive: `The values of ${place.table.name}.${column.name} stay in their new form only; the way back casts them to ${column.type}, which need not give the old values`,
              }),
        }
      : draft,
  );
}

/** The same in reverse, as statements that stand outside transactions; it begins by clearing what a stopped attempt left. */
function wayBack(place: Place, change: TypeChange, lossless: boolean): string {
  const { column } = change;
  const back: Column = { ...column, type: change.type };
  const columns = place.table.columns.map((each) => (each === column ? back : each));
  const sequence = column.identity && sequenceOf(place, column);
  const { before } = place.context;
  const sequences = before.sequences.map((each) =>
    each === sequence ? { ...each, ...retyped(each, change.type) } : each,
  );
  const [first, ...rest] = forward(
    {
      ...place,
      table: { ...place.table, columns },
      context: { ...place.context, before: { ...before, sequences } },
    },
    {
      column: back,
      type: column.type,
      collate: column.collation === undefined ? '' : `COLLATE ${column.collation}`,
      ...(lossless ? {} : { using: `${quote.identifier(column.name)}::${column.type}` }),
    },
    namesFor(place, column, 'old'),
    [],
  ) as [StepDraft, ...StepDraft[]];
  return [
    atomic(`${first.undo};\n${first.sql}`, place),
    ...rest.map(({ sql, transaction }) =>
      transaction && /^(?:ALTER|DROP|LOCK)\b/.test(sql) ? atomic(sql, place) : sql,
    ),
  ].join(';\n');
}

function forward(
  place: Place,
  change: TypeChange,
  names: Names,
  partners: readonly Partner[],
): readonly StepDraft[] {
  const { column } = change;
  const statistics = carryStatistics(place, column).after.length > 0;
  return [
    expand(place, change, names, partners),
    fill(place, change, names),
    ...place.table.indexes
      .filter((index) => holds(index, column))
      .map((index) => build(place, index, column, names)),
    ...promises(place, column, names, `${valueOf(change)}::${change.type}`, partners),
    ...joined(place, column, names, partners),
    analyze(place, column, names),
    compare(place, change, names),
    exchange(place, change, names, partners),
    ...(statistics
      ? [
          {
            sql: `ANALYZE ${place.name}`,
            phase: 'contract' as const,
            transaction: true,
            undo: '',
            reason: 'Extended statistics came back empty with the switch; beside readers and writers',
          },
        ]
      : []),
  ];
}

function expand(place: Place, change: TypeChange, names: Names, partners: readonly Partner[]): StepDraft {
  const { name: table } = place;
  const quiet = quieted(place);
  // What leads to the new column's index would hold it back.
  const leading = incomingOf(place, change.column, names, partners).map(
    ({ from, constraint, partner }) =>
      `ALTER TABLE ${quote.name(from)} DROP CONSTRAINT IF EXISTS ${quote.identifier((partner?.names ?? names).of(constraint.name))};\n`,
  );
  const [helper, trigger] = [quote.identifier(names.column), quote.identifier(names.trigger)];
  const fun = functionName(place, names);
  const own = quote.identifier(change.column.name);
  // What a conversion reads of the session is fixed to what the change itself runs with.
  const settings =
    change.using !== undefined || isDated(change.type) || isDated(change.column.type)
      ? ' SET search_path FROM CURRENT SET timezone FROM CURRENT SET datestyle FROM CURRENT'
      : '';
  const convert =
    change.using === undefined
      ? `NEW.${helper} := NEW.${own};`
      : `NEW.${helper} := (SELECT ${change.using} FROM (SELECT NEW.*) AS ${quote.identifier(place.table.name)});`;
  return quick(
    `CREATE FUNCTION ${fun}() RETURNS trigger LANGUAGE plpgsql${settings} AS $sync$
${change.using === undefined ? '' : '#variable_conflict use_column\n'}BEGIN
  ${convert}
  RETURN NEW;
END
$sync$;
ALTER TABLE ${table} ADD COLUMN ${helper} ${change.type}${change.collate && ` ${change.collate}`};
CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${fun}();
ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger}${quiet.before.map((each) => `;\n${each}`).join('')}`,
    `A new column beside the old one, and a trigger that keeps it in step for every row written from now on, by replication as well: ACCESS EXCLUSIVE for a moment. The type is not changed in place because that writes all of ${place.table.name} and its indexes anew while everybody waits${quiet.before.length > 0 ? '. Triggers of the table stay quiet for the batches that fill it' : ''}`,
    `${leading.join('')}${quiet.after.map((each) => `${each};\n`).join('')}DROP TRIGGER IF EXISTS ${trigger} ON ${table};
DROP FUNCTION IF EXISTS ${fun}();
ALTER TABLE ${table} DROP COLUMN IF EXISTS ${helper}`,
  );
}

function fill(place: Place, change: TypeChange, names: Names): StepDraft {
  const helper = quote.identifier(names.column);
  const local = loudTriggers(place.table).length > 0 ? quietBatch : [];
  return {
    ...updateInBatches(place, `${helper} = ${valueOf(change)}`, outOfStep(change, names), local)!,
    phase: 'backfill',
    undo: '',
    statementTimeoutMs: 0,
    probe: unconverted(place, change),
    reason: 'Old rows get the converted value batch by batch; it can be stopped and run again',
  };
}

function analyze({ name: table, table: { indexes } }: Place, column: Column, names: Names): StepDraft {
  // Only a look at the whole table counts the values of expressions.
  const whole = indexes.some(
    (index) => holds(index, column) && index.keys.some((key) => /[^\p{L}\p{N}_]/u.test(key)),
  );
  return {
    sql: `ANALYZE ${table}${whole ? '' : ` (${quote.identifier(names.column)})`}`,
    phase: 'backfill',
    transaction: true,
    undo: '',
    reason: 'The planner knows the new column before any query meets it',
  };
}

function compare(place: Place, change: TypeChange, names: Names): StepDraft {
  const message = `${place.table.name}.${names.column} is not in step with ${change.column.name}`;
  return {
    sql: `DO $check$
BEGIN
  IF EXISTS (SELECT FROM ${place.name} WHERE ${outOfStep(change, names)}) THEN
    RAISE EXCEPTION ${quote.literal(message.replaceAll('%', '%%'))};
  END IF;
END
$check$`,
    phase: 'backfill',
    transaction: true,
    undo: '',
    statementTimeoutMs: 0,
    probe: unconverted(place, change),
    reason: 'Compares both columns row by row before the switch; reads only',
  };
}

function valueOf({ column, using }: TypeChange): string {
  return using === undefined ? quote.identifier(column.name) : `(${using})`;
}

/** Rows that have a value but none in the new type; the server converts every row to find them. */
function unconverted({ name }: Place, change: TypeChange): string {
  return `SELECT * FROM ${name} WHERE ${quote.identifier(change.column.name)} IS NOT NULL AND ${valueOf(change)}::${change.type} IS NULL LIMIT 1`;
}

/** Rows that neither the trigger nor a backfill has reached. */
function outOfStep(change: TypeChange, names: Names): string {
  const helper = quote.identifier(names.column);
  const value = valueOf(change);
  if (!isComparable(change.type)) return `${helper} IS NULL AND ${value} IS NOT NULL`;
  return `${helper} IS DISTINCT FROM ${value}::${change.type}`;
}

/** Several statements that take effect together, outside a transaction of the runner. */
function atomic(sql: string, { context }: Place): string {
  const body = sql
    .split('\n')
    .map((line) => `  ${line.replace(/^SELECT setval\(/, 'PERFORM setval(')}`)
    .join('\n');
  return `DO $switch$\nBEGIN\n  SET LOCAL lock_timeout = '${context.lockTimeoutMs}ms';\n${body};\nEND\n$switch$`;
}
