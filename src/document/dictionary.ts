import { code, prose, table as grid } from './markdown.ts';
import { findTable, foreignKeysTo } from '../catalog/find.ts';
import { keyOf, printName } from '../catalog/identity.ts';
import type { Catalog, Column, Constraint, Name, Table } from '../catalog/model.ts';

/** A data dictionary of some tables as Markdown: columns, keys, constraints, indexes and who refers to them. `purposes` explains tables by `schema.name` where the database has no comment. */
export function dictionary(
  catalog: Catalog,
  tables: readonly Name[],
  purposes: Readonly<Record<string, string>> = {},
): string {
  const sections = tables.flatMap((name) => {
    const table = findTable(catalog, name);
    return table ? [section(catalog, table, purposes[keyOf(table)])] : [];
  });
  return sections.length === 0 ? '' : `${sections.join('\n\n')}\n`;
}

function section(catalog: Catalog, table: Table, purpose: string | undefined): string {
  const says = table.comment ?? purpose;
  const grants = [...new Set(table.grants.map(({ to }) => to))].map(
    (role) =>
      `${role}: ${table.grants
        .filter(({ to }) => to === role)
        .map(({ privilege }) => privilege)
        .join(', ')}`,
  );
  return [
    `## ${prose(table.schema === 'public' ? table.name : printName(table))}`,
    ...(says === undefined ? [] : [prose(says)]),
    ...kindOf(table),
    grid(
      ['Column', 'Type', 'Null', 'Default', 'Key', 'Description'],
      table.columns.map((column) => columnRow(table, column)),
    ),
    ...list(
      'Keys and rules',
      table.constraints.filter(({ kind }) => kind !== 'not-null').map(constraintLine),
    ),
    ...list(
      'Indexes',
      table.indexes.map(
        (index) =>
          `${code(index.name)} ${code(index.definition.replace(/^CREATE /, '').replace(/^(UNIQUE )?INDEX .*? USING /, '$1'))}${index.valid ? '' : ' — **not valid**'}${index.comment === undefined ? '' : ` — ${prose(index.comment)}`}`,
      ),
    ),
    ...list(
      'Referenced by',
      foreignKeysTo(catalog, table).map(
        ({ from, constraint, references }) =>
          `${code(printName(from))} (${constraint.columns.map(code).join(', ')}), on delete ${references.onDelete}`,
      ),
    ),
    ...list(
      'Triggers',
      table.triggers.map(
        (trigger) =>
          `${code(trigger.name)} ${code(trigger.definition.replace(/^CREATE (CONSTRAINT )?TRIGGER .*? (?=BEFORE|AFTER|INSTEAD)/, ''))}${trigger.enabled === 'enabled' ? '' : `, ${trigger.enabled}`}`,
      ),
    ),
    ...list(
      'Row security',
      table.policies.map(
        (policy) =>
          `${code(policy.name)} for ${policy.command} to ${policy.roles.map(code).join(', ')}${policy.using === undefined ? '' : ` using ${code(policy.using)}`}${policy.check === undefined ? '' : ` with check ${code(policy.check)}`}`,
      ),
    ),
    ...list('Grants', grants.map(prose)),
  ].join('\n\n');
}

function kindOf(table: Table): readonly string[] {
  if (table.partitionKey !== undefined) return [`Partitioned by ${code(table.partitionKey)}.`];
  if (table.partitionOf)
    return [`Partition of ${code(printName(table.partitionOf))}, ${code(table.partitionOf.bound)}.`];
  return table.inherits.length > 0
    ? [`Inherits from ${table.inherits.map((parent) => code(printName(parent))).join(', ')}.`]
    : [];
}

function columnRow(table: Table, column: Column): readonly string[] {
  const value = column.generated
    ? `${column.generated.kind} ${code(column.generated.expression)}`
    : column.identity
      ? `identity, ${column.identity}`
      : column.default === undefined
        ? ''
        : code(column.default);
  return [
    code(column.name),
    code(column.type),
    column.notNull ? 'no' : 'yes',
    value,
    keysOf(table, column.name),
    column.comment === undefined ? '' : prose(column.comment),
  ];
}

function keysOf(table: Table, column: string): string {
  const words: Readonly<Partial<Record<Constraint['kind'], string>>> = {
    primary: 'PK',
    foreign: 'FK',
    unique: 'unique',
  };
  const marks = table.constraints
    .filter(({ columns }) => columns.includes(column))
    .flatMap(({ kind }) => words[kind] ?? []);
  return [...new Set(marks)].join(', ');
}

function constraintLine(constraint: Constraint): string {
  const state = [
    ...(constraint.validated ? [] : ['not validated']),
    ...(constraint.enforced ? [] : ['not enforced']),
  ];
  return `${code(constraint.name)} ${code(constraint.definition)}${state.length > 0 ? ` — **${state.join(', ')}**` : ''}${constraint.comment === undefined ? '' : ` — ${prose(constraint.comment)}`}`;
}

function list(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`**${title}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`];
}
