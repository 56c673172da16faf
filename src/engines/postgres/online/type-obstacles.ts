import type { Node } from 'libpg-query';
import { descendants, foreignKeysTo, periodOf, type ForeignKey } from '../../../catalog/find.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { Catalog, Column, Name, Table, Trigger } from '../../../catalog/model.ts';
import { nameFrom, walk, words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { loudTriggers, viewsOver } from './carried.ts';
import { mentions } from './columns-in.ts';
import type { Place } from './place.ts';
import { bare, treeOfText } from './text.ts';
import { plainType } from './stored-rows.ts';
import type { TypeChange } from './type-change.ts';
import { numbers, sequenceOf } from './type-keys.ts';

/** Why the column cannot be exchanged for a new one while everybody goes on; undefined when it can. */
export function obstacle(place: Place, change: TypeChange): string | undefined {
  return (
    ofColumn(place, change) ??
    ofTable(place, change.column) ??
    ofOthers(place, change) ??
    ofValues(place, change)
  );
}

function ofColumn({ table, context }: Place, { column, type }: TypeChange): string | undefined {
  const { name } = column;
  for (const constraint of table.constraints) {
    if (!uses(constraint, name)) continue;
    if (constraint.kind === 'exclude' || periodOf(constraint) !== undefined)
      return `it is part of ${constraint.name}, whose index cannot be built beside writers`;
  }
  for (const { constraint, from } of incoming(context.before, table, name)) {
    const { name: key } = constraint;
    if (periodOf(constraint) !== undefined) return `the foreign key ${key} leads to a time in it`;
    if (sameName(from, table) && constraint.columns.includes(name))
      return `the foreign key ${key} leads from it to itself`;
    if (from.kind === 'partitioned' && context.serverVersion < 180_000)
      return `the foreign key ${key} of the partitioned ${from.name} points at it, and cannot be added without a read before PostgreSQL 18`;
    if (from.partitionOf || from.kind === 'foreign')
      return `the foreign key ${key} of ${from.name} points at it`;
  }
  if (column.identity && (!numbers(plainType(type)) || !sequenceOf({ table, name, context }, column)))
    return 'it is an identity column, which only smallint, integer and bigint can be';
  if (column.generated) return 'it is a generated column';
  const generated = table.columns.find(
    (other) => other.generated && mentions(other.generated.expression, name),
  );
  if (generated) return `the generated column ${generated.name} is made from it`;
  const invalid = table.indexes.find((index) => !index.valid && mentions(index.definition, name));
  return invalid && `the index ${invalid.name} on it is not valid`;
}

const incoming = (before: Catalog, table: Table, column: string): readonly ForeignKey[] =>
  foreignKeysTo(before, table).filter(({ references }) => references.columns.includes(column));

/** Why no second column can be kept in step with one of the table's; undefined when it can. */
export function tableObstacle(place: Place, column: Column): string | undefined {
  const before = place.context.before.others ?? [];
  const publication = before.find(
    ({ kind, definition }) => kind === 'publication' && limits(definition, place.table),
  );
  const loud = place.table.triggers.flatMap(
    (trigger) => ofTrigger(trigger, place.context.serverVersion) ?? [],
  );
  return (
    ofTable(place, column) ??
    loud[0] ??
    (publication && `the publication ${publication.name} lists columns or rows of ${place.table.name}`)
  );
}

function uses(
  { columns, definition }: { readonly columns: readonly string[]; readonly definition: string },
  name: string,
): boolean {
  return columns.includes(name) || (columns.length === 0 && mentions(definition, name));
}

function ofTable({ table, context }: Place, column: Column): string | undefined {
  if (table.kind === 'partitioned') return `${table.name} is partitioned`;
  if (table.kind === 'foreign') return `${table.name} is a foreign table`;
  if (table.partitionOf) return `${table.name} is a partition of ${table.partitionOf.name}`;
  if (table.inherits.length > 0 || column.inherited) return `${table.name} inherits from another table`;
  const [child] = descendants(context.before, table);
  if (child) return `${child.name} inherits from ${table.name}`;
  if (!table.constraints.some(({ kind }) => kind === 'primary'))
    return `${table.name} has no primary key along which old rows could be filled`;
  if (table.rowSecurity === 'forced')
    return `row security is forced on ${table.name}, so that a backfill by its owner would miss rows`;
  return undefined;
}

function ofOthers({ table, context }: Place, { column }: TypeChange): string | undefined {
  const { before } = context;
  const { name } = column;
  const meets = (sql: string): boolean => mentions(sql, table.name) && mentions(sql, name);
  const dropped = new Set((context.earlier ?? []).flatMap(droppedViews));
  const standing = { ...before, views: before.views.filter(({ name: other }) => !dropped.has(other)) };
  const views = viewsOver({ ...context, before: standing }, table, column);
  for (const view of views) {
    if (view.materialized)
      return `PostgreSQL changes no type that the materialized view ${view.name} reads: drop it before, and create it again after`;
    const bound = boundTo(before, view.name);
    if (bound) return `${bound} is bound to the view ${view.name}, which reads it`;
  }
  for (const other of before.tables)
    if (!sameName(other, table))
      for (const { name: policy, using = '', check = '' } of other.policies)
        if (meets(`${using} ${check}`)) return `the policy ${policy} of ${other.name} reads it`;
  for (const trigger of table.triggers) {
    const reason = ofTrigger(trigger, context.serverVersion);
    if (reason) return reason;
  }
  const routine = before.routines.find(
    // A body in a string is bound when it runs; one without is bound to the column itself.
    ({ kind, definition }) => kind !== 'aggregate' && !/^\s*AS [$']/m.test(definition) && meets(definition),
  );
  if (routine) return `the body of ${routine.name} is bound to it`;
  for (const { kind, name: other, definition } of before.others ?? []) {
    if (kind === 'rule' && meets(definition)) return `the rule ${other} reads it`;
    if (kind === 'publication' && limits(definition, table))
      return `the publication ${other} lists columns or rows of ${table.name}`;
  }
  const row = rowTypeUser(before, table);
  return row && `${row} holds whole rows of ${table.name}`;
}

function droppedViews(sql: string): readonly string[] {
  if (bare(sql) === '') return [];
  const tree = treeOfText(bare(sql));
  if (!('DropStmt' in tree) || !/^OBJECT_(?:MAT)?VIEW$/.test(tree.DropStmt.removeType ?? '')) return [];
  return (tree.DropStmt.objects ?? []).map(
    (object) => nameFrom('List' in object ? object.List.items : [object]).name,
  );
}

/** A routine without a string for its body, or a rule, that needs the view. */
function boundTo({ routines, others = [] }: Catalog, view: string): string | undefined {
  return (
    routines.find(
      ({ kind, definition }) =>
        kind !== 'aggregate' && !/^\s*AS [$']/m.test(definition) && mentions(definition, view),
    )?.name ?? others.find(({ kind, definition }) => kind === 'rule' && mentions(definition, view))?.name
  );
}

function ofTrigger(trigger: Trigger, serverVersion: number): string | undefined {
  if (loudTriggers({ triggers: [trigger] }).length === 0) return undefined;
  if (trigger.definition.startsWith('CREATE CONSTRAINT') || serverVersion < 140_000)
    return `the trigger ${trigger.name} fires on every UPDATE, so that a backfill would set it off for each row`;
  return undefined;
}

/** Column numbers or a row filter behind the table's name. */
function limits(definition: string, table: Name): boolean {
  const name = `${quote.identifier(table.schema)}.${quote.identifier(table.name)}`;
  const at = definition.indexOf(`${name} `);
  return at >= 0 && /^[\d(]/.test(definition.slice(at + name.length + 1));
}

function rowTypeUser({ tables }: Catalog, table: Name): string | undefined {
  const names = [
    quote.identifier(table.name),
    `${quote.identifier(table.schema)}.${quote.identifier(table.name)}`,
  ];
  const types = new Set(names.flatMap((name) => [name, `${name}[]`]));
  return tables.find(({ columns }) => columns.some(({ type }) => types.has(type)))?.name;
}

/** Built-in functions that give another value each time. */
const volatileNames: ReadonlySet<string> = new Set(
  'random random_normal gen_random_uuid uuidv4 uuidv7 uuid_generate_v1 uuid_generate_v4 clock_timestamp timeofday nextval currval lastval setval now statement_timestamp transaction_timestamp'.split(
    ' ',
  ),
);

function ofValues({ table, context }: Place, { using, expression }: TypeChange): string | undefined {
  if (using === undefined) return undefined;
  const generated = table.columns.find((column) => column.generated && mentions(using, column.name));
  if (generated)
    return `its USING reads the generated column ${generated.name}, which a trigger does not see`;
  let changing: string | undefined;
  walk([expression], (kind, node) => {
    if (kind === 'SQLValueFunction') changing = 'the current time or user';
    if (kind !== 'FuncCall') return;
    const name = words(node['funcname'] as Node[]).at(-1) ?? '';
    const own = context.before.routines.filter((routine) => routine.name === name);
    if (volatileNames.has(name) || own.some(({ definition }) => !/\b(?:IMMUTABLE|STABLE)\b/.test(definition)))
      changing = `${name}()`;
  });
  return changing && `its USING calls ${changing}, which may give another value each time`;
}
