import type { Table } from '../catalog/model.ts';
import type { FillFacts, Quote } from '../engine/model.ts';

/** Something each row of a table must satisfy. */
export interface Condition {
  /** Constraint, or the domain's or partition's name for a message. */
  readonly name: string;
  /** SQL over the table's columns. */
  readonly predicate: string;
  readonly columns: readonly string[];
}

/** Ends of a partition on one column, as literals; lists have equal ends. */
export interface Bound {
  readonly from: string;
  readonly to: string;
}

/** Check constraints, domains' checks and partition bounds of a table, as predicates. */
export function conditionsOf(
  table: Table,
  facts: FillFacts,
  bounds: ReadonlyMap<string, readonly Bound[]>,
  quote: Quote,
): readonly Condition[] {
  const names = facts.columns.map((column) => column.name);
  const checks = table.constraints
    .filter((constraint) => constraint.kind === 'check' && constraint.enforced)
    .flatMap((constraint): readonly Condition[] => {
      const predicate = /^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?(?: NOT ENFORCED)?$/s.exec(
        constraint.definition,
      )?.[1];
      return predicate === undefined
        ? []
        : [{ name: constraint.name, predicate, columns: mentioned(predicate, names, quote) }];
    });
  const domains = facts.columns.flatMap((column) =>
    column.checks.map((check) => ({
      name: `domain ${column.type} of column ${column.name}`,
      predicate: outsideQuotes(check, (text) =>
        text.replaceAll(/\bVALUE\b/g, () => quote.identifier(column.name)),
      ),
      columns: [column.name],
    })),
  );
  const partitions = [...bounds].map(([column, list]) => ({
    name: `partition bounds of column ${column}`,
    predicate: list.map((bound) => within(quote.identifier(column), bound)).join(' OR '),
    columns: [column],
  }));
  return [...checks, ...domains, ...partitions];
}

function within(column: string, bound: Bound): string {
  return bound.from === bound.to
    ? `${column} = ${bound.from}`
    : `(${column} >= ${bound.from} AND ${column} < ${bound.to})`;
}

/** Names among `columns` that a piece of SQL mentions, quoted or plain. */
export function mentioned(sql: string, columns: readonly string[], quote: Quote): readonly string[] {
  const bare = sql.replaceAll(/'(?:[^']|'')*'/g, "''");
  return columns.filter((column) => {
    const quoted = quote.identifier(column);
    return quoted === column
      ? new RegExp(`(?<![\\w"])${column.replaceAll('$', '\\$')}(?![\\w"(])`).test(bare)
      : bare.includes(quoted);
  });
}

/** Literals and numbers that conditions on exactly this column mention; `closed` when they list all values. */
export function hintsOf(
  column: string,
  conditions: readonly Condition[],
): { readonly literals: readonly string[]; readonly numbers: readonly number[]; readonly closed: boolean } {
  const own = conditions.filter((condition) => condition.columns.includes(column));
  const literals: string[] = [];
  const numbers: number[] = [];
  let closed = false;
  for (const { predicate, columns } of own) {
    const found = [...predicate.matchAll(/'((?:[^']|'')*)'/g)].map((match) =>
      match[1]!.replaceAll("''", "'"),
    );
    const plain = predicate.replaceAll(/'(?:[^']|'')*'/g, ' ').replaceAll(/(?<=\w)\(\d+(?:,\s*\d+)?\)/g, ' ');
    numbers.push(...[...plain.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?/g)].map((match) => Number(match[0])));
    if (/~/.test(predicate)) continue;
    literals.push(...found);
    if (
      columns.length === 1 &&
      found.length > 0 &&
      (/= ANY \(/.test(plain) || /(?:^|[^<>!])=\s/.test(plain)) &&
      !/<>|!=/.test(plain)
    )
      closed = true;
  }
  return { literals: [...new Set(literals)], numbers: [...new Set(numbers)], closed };
}

/** Ends of the partitions per key column; partitions with open ends and defaults bring none. */
export function boundsOf(table: Table, all: readonly Table[]): ReadonlyMap<string, readonly Bound[]> {
  const bounds = new Map<string, Bound[]>();
  const visit = (parent: Table): void => {
    const key = /^(RANGE|LIST) \((.*)\)$/is.exec(parent.partitionKey ?? '');
    const parts = all.filter(
      (child) => child.partitionOf?.schema === parent.schema && child.partitionOf.name === parent.name,
    );
    const column = key?.[2]!.split(',')[0]!.trim().replaceAll(/^"|"$/g, '').replaceAll('""', '"');
    if (column !== undefined && !parts.some((part) => part.partitionOf!.bound === 'DEFAULT')) {
      const list = parts.flatMap((part) => parseBound(part.partitionOf!.bound));
      if (list.length > 0) bounds.set(column, [...(bounds.get(column) ?? []), ...list]);
    }
    for (const part of parts) if (part.kind === 'partitioned') visit(part);
  };
  visit(table);
  return bounds;
}

function parseBound(bound: string): readonly Bound[] {
  const literal = /('(?:[^']|'')*'|-?[\d.]+|true|false)/;
  const range = new RegExp(`^FOR VALUES FROM \\(${literal.source}.*?\\) TO \\(${literal.source}`).exec(bound);
  if (range) return [{ from: range[1]!, to: range[2]! }];
  const list = /^FOR VALUES IN \((.*)\)$/s.exec(bound);
  return list
    ? [...list[1]!.matchAll(new RegExp(literal, 'g'))].map((match) => ({ from: match[0], to: match[0] }))
    : [];
}

function outsideQuotes(sql: string, change: (text: string) => string): string {
  return sql
    .split(/('(?:[^']|'')*')/)
    .map((part, i) => (i % 2 ? part : change(part)))
    .join('');
}
