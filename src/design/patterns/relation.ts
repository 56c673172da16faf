import { fail } from '../../base/error.ts';
import { sameName } from '../../catalog/identity.ts';
import type { DeleteRule } from '../../catalog/model.ts';
import type { Relation } from '../../task/model.ts';
import {
  columnsOf,
  relationsFrom,
  support,
  tableOf,
  type ConstraintDraft,
  type Draft,
  type TableDraft,
} from '../draft.ts';
import { cased, columnOfKey, namesAlready, singularOf } from '../naming.ts';
import { columnsOfField } from '../types.ts';
import { refuseUnique } from './partition.ts';
import { uniqueAmong } from './among.ts';
import type { Pattern } from './pattern.ts';
import { isTemporal, period, periodReference } from './temporal.ts';

/** Relations to one row: a foreign key with the index it needs, unique when one to one; with several targets one foreign key each, of which exactly one is set. */
export const relation: Pattern = {
  name: 'relation',
  apply(draft) {
    // Existing tables come onto the board while relations are looked up.
    for (const table of draft.tables.slice())
      for (const each of relationsFrom(draft, table)) place(draft, each, []);
    for (const each of draft.task.requirements.relations) if (each.via === undefined) connect(draft, each);
  },
};

/** Puts the columns of a relation into its table; keys of targets come first. */
function place(draft: Draft, each: Relation, path: readonly Relation[]): void {
  const table = tableOf(draft, each.from);
  if (table.placed?.has(each.name) || table.columns.some(({ of }) => of === each.name)) return;
  if (path.includes(each))
    fail(
      'task.circular',
      `The key of ${table.of} needs the relation ${each.id}, which needs the key of ${table.of}.`,
    );
  const several = each.to.length > 1;
  const placed: string[] = [];
  for (const target of each.to) {
    const to = tableOf(draft, target);
    const prefix = several ? `${each.name}_${singularOf(to.name.name)}` : each.name;
    for (const { name, type } of keyOf(draft, to, [...path, each])) {
      const column = columnName(draft, prefix, name);
      placed.push(column);
      if (adopt(draft, table, column, type, each)) continue;
      table.columns.push({
        name: column,
        type,
        notNull: each.required && !several,
        of: each.name,
        rank: 1,
        claims: [each.id],
      });
    }
  }
  if (table.existing) (table.placed ??= new Map()).set(each.name, placed);
  table.claims.push(each.id);
}

/** Takes a column that the table has today for the relation, when its type is that of the key; refuses one of another type. */
function adopt(draft: Draft, table: TableDraft, name: string, type: string, each: Relation): boolean {
  const there = table.existing?.columns.find((column) => column.name === name);
  if (!there) return false;
  if (there.type !== type)
    fail(
      'task.refused',
      `${table.name.name}.${name} exists as ${there.type}, and ${each.id} refers to a key of type ${type}.`,
      { hint: 'Change the type of the column in a task of its own, or give the relation another name.' },
    );
  const { quote } = draft.engine;
  const [on, column] = [quote.name(table.name), quote.identifier(name)];
  if (each.required && each.to.length === 1 && !there.notNull)
    table.after.push({
      sql: `ALTER TABLE ${on} ALTER COLUMN ${column} SET NOT NULL`,
      claims: [each.id],
      reason: `Every row of ${table.name.name} has a ${name}`,
      undo: `ALTER TABLE ${on} ALTER COLUMN ${column} DROP NOT NULL`,
      probe: `SELECT * FROM ${on} WHERE ${column} IS NULL`,
    });
  draft.choose(
    `${table.name.name}.${name}`,
    'the column that is there',
    'its type is that of the key; what is added is what it lacks',
    [each.id],
  );
  return true;
}

function columnName(draft: Draft, prefix: string, keyColumn: string): string {
  const { habits } = draft;
  const base = cased(prefix, habits);
  if (base.endsWith(habits.keySuffix)) return base;
  if (/^(?:id|uuid)$/i.test(keyColumn)) return columnOfKey(base, habits);
  return namesAlready(base, keyColumn) ? keyColumn : cased(`${prefix}_${keyColumn}`, habits);
}

/** Names and types of the columns that a foreign key to this table refers to. */
export function keyOf(
  draft: Draft,
  table: TableDraft,
  path: readonly Relation[] = [],
): readonly { readonly name: string; readonly type: string }[] {
  if (table.existing) {
    const columns =
      (
        table.existing.constraints.find(({ kind }) => kind === 'primary') ??
        table.existing.constraints.find(({ kind }) => kind === 'unique')
      )?.columns ?? [];
    if (columns.length === 0)
      fail('task.refused', `The table ${table.name.name} has no key that a relation could refer to.`);
    return columns.map((name) => ({
      name,
      type: table.existing!.columns.find((column) => column.name === name)!.type,
    }));
  }
  const { entity } = table;
  const parted = entity?.partition && entity.fields.find(({ name }) => name === entity.partition!.by);
  const last = parted ? columnsOfField(draft, table, parted) : [];
  if (entity?.key.kind !== 'fields')
    return [
      ...table.columns
        .filter(({ rank }) => rank === 0)
        .map(({ name, type }) => ({ name, type: type === 'bigserial' ? 'bigint' : type })),
      ...last.map(({ name, type }) => ({ name, type })),
    ];
  return entity.key.names.flatMap((name) => {
    const own = relationsFrom(draft, table).find((candidate) => candidate.name === name);
    if (own) place(draft, own, path);
    const field = entity.fields.find((candidate) => candidate.name === name);
    const columns = field
      ? columnsOfField(draft, table, field)
      : table.columns.filter(({ of }) => of === name);
    return columns.map((column) => ({ name: column.name, type: column.type }));
  });
}

function connect(draft: Draft, each: Relation): void {
  const table = tableOf(draft, each.from);
  const columns = columnsOf(table, each.name);
  const several = each.to.length > 1;
  let from = 0;
  for (const target of each.to) {
    const to = tableOf(draft, target);
    const width = keyOf(draft, to).length;
    reference(draft, table, columns.slice(from, from + width), to, each, several);
    from += width;
  }
  if (several) {
    const name = draft.take({
      schema: table.name.schema,
      name: `${table.name.name}_${cased(each.name, draft.habits)}_check`,
    });
    const definition = `CHECK (num_nonnulls(${draft.list(columns)}) ${each.required ? '=' : '<='} 1)`;
    table.constraints.push({
      name,
      kind: 'check',
      columns,
      definition,
      claims: [each.id],
      comment: `${each.id}: ${each.required ? 'exactly' : 'at most'} one of the columns is set`,
    });
    draft.choose(
      `${table.name.name}.${each.name}`,
      'one real foreign key per target',
      'a type column beside a bare number could point at rows that do not exist',
      [each.id],
    );
  }
}

/** Adds a foreign key with its index. */
export function reference(
  draft: Draft,
  table: TableDraft,
  columns: readonly string[],
  to: TableDraft,
  each: Relation,
  partial: boolean,
): void {
  const { habits, engine } = draft;
  const keys = keyOf(draft, to).map(({ name }) => name);
  const standing = table.existing?.constraints.find(
    (one) =>
      one.references &&
      sameName(one.references, to.name) &&
      one.columns.join('\0') === columns.join('\0') &&
      one.references.columns.join('\0') === keys.join('\0'),
  );
  if (standing && standing.references!.onDelete !== each.onDelete)
    fail(
      'task.refused',
      `${standing.name} of ${table.name.name} says on delete ${standing.references!.onDelete}, and ${each.id} asks for ${each.onDelete}.`,
      { hint: 'Say `on_delete` as it is, or replace the constraint by `schema:` SQL.' },
    );
  const name =
    standing?.name ??
    draft.take({
      schema: table.name.schema,
      name: habits.templates.foreign(table.name.name, columns),
    });
  const timed = isTemporal(to);
  if (timed) periodReference(draft, table, to, each);
  const [own, toColumns] = timed
    ? [
        [...columns, period],
        [...keys, period],
      ]
    : [columns, keys];
  const list = (names: readonly string[]): string =>
    `${draft.list(names)}${timed ? `, PERIOD ${period}` : ''}`;
  const add = (constraint: ConstraintDraft): void => {
    if (!standing) table.constraints.push(constraint);
  };
  add({
    name,
    kind: 'foreign',
    columns: own,
    to: to.name,
    claims: [each.id],
    definition: `FOREIGN KEY (${list(columns)}) REFERENCES ${engine.quote.name(to.name)} (${list(keys)})${onDelete(each.onDelete)}`,
    ...orphans(draft, table, columns, to, keys),
  });
  draft.relations.push({
    id: each.id,
    table: table.name,
    columns: own,
    to: to.name,
    toColumns,
    constraint: name,
  });
  if (each.one) {
    refuseUnique(draft, table, columns, each.id);
    const unique = draft.take({
      schema: table.name.schema,
      name: habits.templates.unique(table.name.name, columns),
    });
    uniqueAmong(draft, table, columns, { name: unique, claims: [each.id] });
    draft.choose(
      `${table.name.name}.${each.name}`,
      'unique foreign key',
      'one to one: at most one row refers to each target',
      [each.id],
    );
  }
  const suffix = partial
    ? ` WHERE ${columns.map((column) => `${engine.quote.identifier(column)} IS NOT NULL`).join(' AND ')}`
    : '';
  draft.choose(
    `${table.name.name}.${each.name}`,
    `${columns.join(', ')} → ${to.name.name}, on delete ${each.onDelete}`,
    `type and name follow the key of ${to.name.name}`,
    [each.id],
  );
  // A key of fields and relations is closed later, but whether it leads is known already.
  if (keyLeads(draft, table, columns)) return;
  support(draft, table, columns, {
    suffix,
    claims: [each.id],
    reason: `Without it, each delete in ${to.name.name} reads all of ${table.name.name}`,
  });
}

/** Rows of today whose columns lead nowhere stand in the way of a new foreign key over them. */
function orphans(
  draft: Draft,
  table: TableDraft,
  columns: readonly string[],
  to: TableDraft,
  keys: readonly string[],
): Pick<ConstraintDraft, 'probe'> {
  const { quote } = draft.engine;
  if (!columns.every((name) => table.existing?.columns.some((one) => one.name === name))) return {};
  const set = columns.map((name) => `child.${quote.identifier(name)} IS NOT NULL`);
  const same = columns.map(
    (name, i) => `parent.${quote.identifier(keys[i]!)} = child.${quote.identifier(name)}`,
  );
  return {
    probe: `SELECT * FROM ${quote.name(table.name)} AS child WHERE ${set.join(' AND ')} AND NOT EXISTS (SELECT FROM ${quote.name(to.name)} AS parent WHERE ${same.join(' AND ')})`,
  };
}

function keyLeads(draft: Draft, table: TableDraft, columns: readonly string[]): boolean {
  const names =
    table.entity?.key.kind === 'fields' && !table.existing ? keyOf(draft, table).map(({ name }) => name) : [];
  return (
    names.length >= columns.length &&
    columns.every((column) => names.slice(0, columns.length).includes(column))
  );
}

function onDelete(rule: DeleteRule): string {
  return rule === 'no action' ? '' : ` ON DELETE ${rule.toUpperCase()}`;
}
