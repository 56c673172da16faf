import type { Constraint } from 'libpg-query';
import type { StepDraft } from '../../../engine/model.ts';
import { primaryKey } from '../../../catalog/find.ts';
import { nameOf, words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { foreignByParts, keyByParts } from './constraint-parts.ts';
import { notNull } from './not-null.ts';
import { exchangeKey, replacedKey } from './replaced-key.ts';
import { clearInvalid, columnOf, defaultName, existing, quick, type Place } from './place.ts';

/** Forms of ADD CONSTRAINT: never checked or indexed while everybody waits. `definition` is the text after the name. */
export function addConstraint(
  place: Place,
  constraint: Constraint,
  definition: string,
): readonly StepDraft[] {
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
      return later(
        place,
        constraint.conname ?? defaultName(place, checkColumn(constraint), 'check'),
        definition,
        constraint,
        'ACCESS EXCLUSIVE',
      );
    case 'CONSTR_FOREIGN':
      return foreign(place, constraint, definition);
    case 'CONSTR_NOTNULL':
      return notNull(place, words(constraint.keys)[0] ?? '', constraint.conname);
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return constraint.indexname
        ? [plain(place, constraint, definition, 'The index exists already: a short lock only')]
        : indexed(place, constraint, definition);
    default:
      return [
        plain(
          place,
          constraint,
          definition,
          'There is no form of this constraint that lets writers through: it is checked while everybody waits',
        ),
      ];
  }
}

/** The only column of a check, as PostgreSQL puts it into the name. */
function checkColumn({ raw_expr: expression }: Constraint): readonly string[] {
  const columns = new Set(
    [
      ...JSON.stringify(expression ?? {}).matchAll(
        /"ColumnRef":\{"fields":\[\{"String":\{"sval":"((?:[^"\\]|\\.)*)"\}\}\]/g,
      ),
    ].map((match) => JSON.parse(`"${match[1]}"`) as string),
  );
  return columns.size === 1 ? [...columns] : [];
}

function foreign(place: Place, constraint: Constraint, definition: string): readonly StepDraft[] {
  const columns = words(constraint.fk_attrs);
  const name = constraint.conname ?? defaultName(place, columns, 'fkey');
  if (place.table.kind === 'partitioned' && place.context.serverVersion < 180_000) {
    return foreignByParts(
      place,
      definition.replace(/\s+NOT\s+VALID\s*$/i, ''),
      name,
      orphans(place, constraint),
    );
  }
  return later(place, name, definition, constraint, 'SHARE ROW EXCLUSIVE', orphans(place, constraint));
}

/** Rows whose foreign key would point at nothing. */
function orphans(
  { name, context }: Place,
  { fk_attrs: from, pk_attrs: to, pktable, fk_matchtype: match }: Constraint,
): string | undefined {
  const table = existing(nameOf(pktable), context);
  const written = words(to);
  const [columns, keys] = [words(from), written.length > 0 || !table ? written : primaryKey(table)];
  if (columns.length === 0 || keys.length !== columns.length || !pktable?.relname) return undefined;
  const parent = quote.name({ schema: pktable.schemaname ?? 'public', name: pktable.relname });
  const own = columns.map((column) => `child.${quote.identifier(column)}`);
  const set = own.map((column) => `${column} IS NOT NULL`).join(' AND ');
  const same = own
    .map((column, index) => `parent.${quote.identifier(keys[index]!)} = ${column}`)
    .join(' AND ');
  const alone = `${set} AND NOT EXISTS (SELECT FROM ${parent} AS parent WHERE ${same})`;
  // A full match takes all columns or none.
  const partly =
    match === 'f' && own.length > 1 ? `num_nulls(${own.join(', ')}) BETWEEN 1 AND ${own.length - 1} OR ` : '';
  return `SELECT * FROM ${name} AS child WHERE ${partly}${alone} LIMIT 1`;
}

/** NOT VALID first, checked afterwards while everybody goes on. */
function later(
  place: Place,
  constraintName: string,
  definition: string,
  { skip_validation: skips, pktable }: Constraint,
  lock: string,
  probe?: string,
): readonly StepDraft[] {
  const { name: table } = place;
  const parents = pktable?.relname ? [pktable.relname] : [];
  const name = quote.identifier(constraintName);
  const bareDefinition = definition.replace(/\s+NOT\s+VALID\s*$/i, '');
  const undo = `ALTER TABLE ${table} DROP CONSTRAINT ${name}`;
  const add = quick(
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${bareDefinition} NOT VALID`,
    `Holds for new rows at once, without reading the old ones: ${lock} on ${[...new Set([place.table.name, ...parents])].join(' and ')} for a moment`,
    undo,
  );
  if (skips) return [add];
  return [
    add,
    {
      sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`,
      phase: 'expand',
      transaction: true,
      undo: '',
      statementTimeoutMs: 0,
      reason: `Checks the old rows while readers and writers go on: SHARE UPDATE EXCLUSIVE${parents.length > 0 ? `, ROW SHARE on ${parents.join()}` : ''}`,
      ...(probe ? { probe } : {}),
    },
  ];
}

function indexed(place: Place, constraint: Constraint, definition: string): readonly StepDraft[] {
  const { name: table } = place;
  const primary = constraint.contype === 'CONSTR_PRIMARY';
  const columns = words(constraint.keys);
  const taken = primary ? replacedKey(place) : undefined;
  const name =
    constraint.conname ??
    (taken && taken.name === `${place.table.name}_pkey`
      ? taken.name
      : defaultName(place, primary ? [] : columns, primary ? 'pkey' : 'key'));
  if (place.table.kind === 'partitioned' || constraint.without_overlaps) {
    const parts = constraint.without_overlaps ? undefined : keyByParts(place, constraint, name);
    if (parts) return parts;
    return [
      plain(
        place,
        { ...constraint, conname: name },
        definition,
        'This index cannot be built beside writers: they wait until it stands',
      ),
    ];
  }
  const list = columns.map((column) => quote.identifier(column)).join(', ');
  const including = words(constraint.including)
    .map((column) => quote.identifier(column))
    .join(', ');
  const nulls = constraint.nulls_not_distinct ? ' NULLS NOT DISTINCT' : '';
  const filled = primary
    ? columns
        .filter((column) => columnOf(place, column)?.notNull !== true)
        .flatMap((column) => notNull(place, column))
    : [];
  const index = quote.identifier(name);
  // While the old key stands, it has the name.
  const built = taken?.name === name ? defaultName(place, [], 'pkey_new') : name;
  const until = quote.identifier(built);
  const deferrable = `${constraint.deferrable ? ' DEFERRABLE' : ''}${constraint.initdeferred ? ' INITIALLY DEFERRED' : ''}`;
  const schema = place.table.schema === 'public' ? '' : `${quote.identifier(place.table.schema)}.`;
  return [
    ...filled.map((draft) => ({ ...draft, phase: 'expand' as const })),
    {
      sql: `${clearInvalid(`${schema}${until}`, place.context)};\nCREATE UNIQUE INDEX CONCURRENTLY ${until} ON ${table} (${list})${including && ` INCLUDE (${including})`}${nulls}`,
      phase: 'expand',
      transaction: false,
      undo: `DROP INDEX CONCURRENTLY IF EXISTS ${schema}${until}`,
      undoOutside: true,
      statementTimeoutMs: 0,
      reason:
        'Built beside readers and writers: SHARE UPDATE EXCLUSIVE; what a failed attempt left goes first, a valid index of this name does not',
      probe: `SELECT ${list} FROM ${table} WHERE ${columns.map((column) => `${quote.identifier(column)} IS NOT NULL`).join(' AND ')} GROUP BY ${list} HAVING count(*) > 1 LIMIT 1`,
    },
    taken
      ? exchangeKey(place, taken, { name, until: built, deferrable })
      : quick(
          `ALTER TABLE ${table} ADD CONSTRAINT ${index} ${primary ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${index}${deferrable}`,
          'Takes over the finished index: ACCESS EXCLUSIVE for a moment',
          `ALTER TABLE ${table} DROP CONSTRAINT ${index}`,
        ),
  ];
}

function plain(
  { name: table }: Place,
  { conname }: Constraint,
  definition: string,
  reason: string,
): StepDraft {
  const sql = `ALTER TABLE ${table} ADD ${conname ? `CONSTRAINT ${quote.identifier(conname)} ` : ''}${definition}`;
  return {
    ...quick(
      sql,
      reason,
      conname ? `ALTER TABLE ${table} DROP CONSTRAINT ${quote.identifier(conname)}` : undefined,
    ),
    statementTimeoutMs: 0,
  };
}
