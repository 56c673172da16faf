import { slug } from '../../base/text.ts';
import { foreignKeysFrom, primaryKey } from '../../catalog/find.ts';
import type { Catalog, Column, Table } from '../../catalog/model.ts';
import type { Quote } from '../../engine/model.ts';
import type { Joins } from './joins.ts';
import type { Filter, Intent } from './model.ts';
import { timeColumn } from './words.ts';

/** What cannot be written for want of a key or a column; its message continues a sentence. */
export class Unwritable extends Error {}

/** What a query is written from. */
export interface Writing {
  readonly catalog: Catalog;
  readonly quote: Quote;
  readonly intent: Intent;
  readonly joins: Joins;
}

/** Columns of the primary key; throws {@link Unwritable}. */
export function keyOf(table: Table): readonly string[] {
  const key = primaryKey(table);
  if (key.length === 0) throw new Unwritable(`${table.name} has no primary key`);
  return key;
}

/** The column that says when; throws {@link Unwritable}. */
export function timeOf(table: Table): Column {
  const column = timeColumn(table);
  if (!column) throw new Unwritable(`${table.name} has no column that says when`);
  return column;
}

/** The WHERE clause; empty without filters. */
export function conditions(writing: Writing): string {
  const all = writing.intent.filters.flatMap((filter) => condition(writing, filter));
  return all.length === 0 ? '' : `WHERE ${[...new Set(all)].join('\n  AND ')}`;
}

function condition(writing: Writing, filter: Filter): readonly string[] {
  const { intent, joins, quote, catalog } = writing;
  const { subject } = intent;
  const column = (table: Table, { name }: Column): string =>
    `${joins.alias(table)}.${quote.identifier(name)}`;
  switch (filter.kind) {
    case 'given': {
      if (filter.column)
        return [`${column(filter.table, filter.column)} = :${parameterName(filter.column.name)}`];
      const direct = foreignKeysFrom(catalog, subject).find(({ to }) => to === filter.table);
      const alias = direct ? joins.alias(subject) : joins.alias(filter.table);
      const word = rowWord(filter.table);
      return (direct?.constraint.columns ?? keyOf(filter.table)).map(
        (name) =>
          `${alias}.${quote.identifier(name)} = :${parameterName(direct ? name : name === 'id' ? `${word}_id` : name)}`,
      );
    }
    case 'value': {
      const name = column(filter.table, filter.column);
      if (typeof filter.value === 'boolean') return [filter.value === filter.negated ? `NOT ${name}` : name];
      const literals = filter.value.map((value) => quote.literal(value));
      return [
        literals.length === 1
          ? `${name} ${filter.negated ? '<>' : '='} ${literals[0]}`
          : `${name} ${filter.negated ? 'NOT IN' : 'IN'} (${literals.join(', ')})`,
      ];
    }
    case 'than':
      return [`${column(filter.table, filter.column)} ${filter.operator} ${filter.number}`];
    case 'empty':
      return [`${column(filter.table, filter.column)} IS ${filter.empty ? '' : 'NOT '}NULL`];
    case 'time':
      return [`${column(subject, timeOf(subject))} ${filter.operator} ${filter.moment}`];
    case 'without': {
      const key = foreignKeysFrom(catalog, filter.table).find(({ to }) => to === filter.of)!;
      const on = key.constraint.columns.map(
        (name, index) =>
          `x.${quote.identifier(name)} = ${joins.alias(filter.of)}.${quote.identifier(key.references.columns[index]!)}`,
      );
      return [`NOT EXISTS (SELECT FROM ${quote.name(filter.table)} x WHERE ${on.join(' AND ')})`];
    }
  }
}

/** A name of a parameter made of a column's. */
export function parameterName(column: string): string {
  const name = slug(column).replaceAll(/[^a-z0-9_]/g, '');
  return /^[a-z]/.test(name) ? name : `p_${name}`;
}

/** What one row of a table is called: `order`. */
export function rowWord(table: Table): string {
  return slug(table.name).replace(/ies$/, 'y').replace(/s$/, '');
}
