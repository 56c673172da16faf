import { sameName } from '../../../catalog/identity.ts';
import type { Column } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { inBatches } from './batches.ts';
import { quick, type Place } from './place.ts';
import { holdsAll, isComparable, isDated } from './stored-rows.ts';
import { build, constraintsOf, holds, promises } from './type-along.ts';
import type { TypeChange } from './type-change.ts';
import { functionName, namesFor, type Names } from './type-names.ts';

/** A new column beside the old one, kept in step by a trigger, filled along the key, given the same indexes and constraints, and switched in one short transaction. */
export function swapped(place: Place, change: TypeChange): readonly StepDraft[] {
  const { column } = change;
  const lossless = change.using === undefined && holdsAll(column.type, change.type);
  const drafts = forward(place, change, namesFor(place, column, 'new'));
  const last = drafts.at(-1)!;
  return [
    ...drafts.slice(0, -1),
    {
      ...last,
      undo: wayBack(place, change, lossless),
      undoOutside: true,
      ...(lossless
        ? {
            reason: `${last.reason}. The way back does the same in reverse, and stops at values that ${column.type} cannot hold`,
          }
        : {
            destructive: `The values of ${place.table.name}.${column.name} stay in their new form only; the way back casts them to ${column.type}, which need not give the old values`,
          }),
    },
  ];
}

/** The same in reverse, as statements that stand outside transactions; it begins by clearing what a stopped attempt left. */
function wayBack(place: Place, change: TypeChange, lossless: boolean): string {
  const { column } = change;
  const back: Column = { ...column, type: change.type };
  const columns = place.table.columns.map((each) => (each === column ? back : each));
  const [first, ...rest] = forward(
    { ...place, table: { ...place.table, columns } },
    {
      column: back,
      type: column.type,
      collate: column.collation === undefined ? '' : `COLLATE ${column.collation}`,
      ...(lossless ? {} : { using: `${quote.identifier(column.name)}::${column.type}` }),
    },
    namesFor(place, column, 'old'),
  ) as [StepDraft, ...StepDraft[]];
  return [
    atomic(`${first.undo};\n${first.sql}`, place),
    ...rest.map(({ sql, transaction }) =>
      transaction && /^(?:ALTER|DROP)\b/.test(sql) ? atomic(sql, place) : sql,
    ),
  ].join(';\n');
}

function forward(place: Place, change: TypeChange, names: Names): readonly StepDraft[] {
  return [
    expand(place, change, names),
    fill(place, change, names),
    ...place.table.indexes
      .filter((index) => holds(index, change.column))
      .map((index) => build(index, change.column, names)),
    ...promises(place, change.column, names, `${valueOf(change)}::${change.type}`),
    analyze(place, change.column, names),
    compare(place, change, names),
    exchange(place, change, names),
  ];
}

function expand(place: Place, change: TypeChange, names: Names): StepDraft {
  const { name: table } = place;
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
ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger}`,
    `A new column beside the old one, and a trigger that keeps it in step for every row written from now on, by replication as well: ACCESS EXCLUSIVE for a moment. The type is not changed in place because that writes all of ${place.table.name} and its indexes anew while everybody waits`,
    `DROP TRIGGER IF EXISTS ${trigger} ON ${table};
DROP FUNCTION IF EXISTS ${fun}();
ALTER TABLE ${table} DROP COLUMN IF EXISTS ${helper}`,
  );
}

function fill(place: Place, change: TypeChange, names: Names): StepDraft {
  const helper = quote.identifier(names.column);
  const value = valueOf(change);
  return {
    sql: inBatches(
      place.table,
      place.name,
      (range) =>
        `UPDATE ${place.name} SET ${helper} = ${value}\nWHERE ${range} AND ${outOfStep(change, names)}`,
    )!,
    phase: 'backfill',
    transaction: false,
    undo: '',
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
    probe: unconverted(place, change),
    reason: 'Compares both columns row by row before the switch; reads only',
  };
}

function exchange(place: Place, { column }: TypeChange, names: Names): StepDraft {
  const { name: table, context } = place;
  const alter = `ALTER TABLE ${table}`;
  const [helper, own] = [quote.identifier(names.column), quote.identifier(column.name)];
  const path = [place.table.schema, place.table.name, column.name]
    .map((part) => quote.identifier(part))
    .join('.');
  const constraints = constraintsOf(place, column);
  const indexes = place.table.indexes.filter((index) => holds(index, column));
  const comment = (what: string, text: string | undefined): readonly string[] =>
    text === undefined ? [] : [`COMMENT ON ${what} IS ${quote.literal(text)}`];
  const statements = [
    `DROP TRIGGER ${quote.identifier(names.trigger)} ON ${table}`,
    `DROP FUNCTION ${functionName(place, names)}()`,
    ...context.before.sequences
      .filter(({ ownedBy }) => ownedBy === path)
      .map((sequence) => `ALTER SEQUENCE ${quote.name(sequence)} OWNED BY ${table}.${helper}`),
    `${alter} DROP COLUMN ${own}`,
    `${alter} RENAME COLUMN ${helper} TO ${own}`,
    ...(column.default === undefined ? [] : [`${alter} ALTER COLUMN ${own} SET DEFAULT ${column.default}`]),
    ...(column.statistics === undefined
      ? []
      : [`${alter} ALTER COLUMN ${own} SET STATISTICS ${column.statistics}`]),
    ...(column.options && column.options.length > 0
      ? [`${alter} ALTER COLUMN ${own} SET (${column.options.join(', ')})`]
      : []),
    ...comment(`COLUMN ${table}.${own}`, column.comment),
    ...column.grants.map(
      ({ privilege, to, grantable }) =>
        `GRANT ${privilege} (${own}) ON ${table} TO ${to === 'PUBLIC' ? to : quote.identifier(to)}${grantable ? ' WITH GRANT OPTION' : ''}`,
    ),
    ...constraints.flatMap((constraint) => [
      `${alter} RENAME CONSTRAINT ${quote.identifier(names.of(constraint.name))} TO ${quote.identifier(constraint.name)}`,
      ...comment(`CONSTRAINT ${quote.identifier(constraint.name)} ON ${table}`, constraint.comment),
    ]),
    ...indexes.flatMap((index) => [
      `ALTER INDEX ${quote.name({ schema: index.schema, name: names.of(index.name) })} RENAME TO ${quote.identifier(index.name)}`,
      ...comment(`INDEX ${quote.name(index)}`, index.comment),
      ...(index.definition.endsWith('/* clustered */')
        ? [`${alter} CLUSTER ON ${quote.identifier(index.name)}`]
        : []),
    ]),
  ];
  const parents = constraints.flatMap(({ references }) =>
    references && !sameName(references, place.table) ? [references.name] : [],
  );
  return {
    sql: statements.join(';\n'),
    phase: 'contract',
    transaction: true,
    concerns: [column.name, ...[...constraints, ...indexes].map(({ name }) => name)],
    reason: [
      `The switch: ACCESS EXCLUSIVE on ${[...new Set([place.table.name, ...parents])].join(' and ')} for a moment, no row is read or written.`,
      `Statements prepared before that return ${column.name} have to be prepared anew`,
      ...(column === place.table.columns.at(-1)
        ? []
        : [
            `; ${column.name} stands last from now on, so SELECT * and INSERT without column names meet another order`,
          ]),
    ]
      .join(' ')
      .replace(' ;', ';'),
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
    .map((line) => `  ${line}`)
    .join('\n');
  return `DO $switch$\nBEGIN\n  SET LOCAL lock_timeout = '${context.lockTimeoutMs}ms';\n${body};\nEND\n$switch$`;
}
