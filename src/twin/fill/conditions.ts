import { sameName } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { FillFacts, Quote } from '../../engine/model.ts';

/** Something each row of a table must satisfy. */
export interface Condition {
  /** Constraint, or the domain's or partition's name for a message. */
  readonly name: string;
  /** SQL over the table's columns. */
  readonly predicate: string;
  /** Columns it is about; of a generated column those that it is made of. */
  readonly columns: readonly string[];
  /** Generated columns it mentions: quoted name, type and expression. */
  readonly derived: readonly { readonly name: string; readonly type: string; readonly expression: string }[];
}

/** Ends of a partition on one column, as literals; lists have equal ends. */
export interface Bound {
  readonly from: string;
  readonly to: string;
}

/** Check constraints (of partitions too), domains' checks and partition bounds of a table, as predicates. */
export function conditionsOf(
  table: Table,
  facts: FillFacts,
  all: readonly Table[],
  quote: Quote,
): readonly Condition[] {
  const names = facts.columns.map((column) => column.name);
  const about = (name: string, predicate: string): Condition => {
    const found = mentioned(predicate, names, quote);
    const derived = table.columns.filter((column) => column.generated && found.includes(column.name));
    const sources = derived.flatMap((column) => mentioned(column.generated!.expression, names, quote));
    return {
      name,
      predicate,
      columns: [...new Set([...found.filter((one) => !derived.some((own) => own.name === one)), ...sources])],
      derived: derived.map((column) => ({
        name: quote.identifier(column.name),
        type: column.type,
        expression: column.generated!.expression,
      })),
    };
  };
  const seen = new Set<string>();
  const checks = [table, ...partitionsOf(table, all)]
    .flatMap(({ constraints }) => constraints)
    .filter(
      (constraint) =>
        constraint.kind === 'check' &&
        constraint.enforced &&
        !seen.has(constraint.name) &&
        seen.add(constraint.name),
    )
    .flatMap((constraint): readonly Condition[] => {
      const predicate = /^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?(?: NOT ENFORCED)?$/s.exec(
        constraint.definition,
      )?.[1];
      return predicate === undefined ? [] : [about(constraint.name, predicate)];
    });
  const domains = facts.columns.flatMap((column) =>
    column.checks.map((check) => ({
      name: `domain ${column.type} of column ${column.name}`,
      predicate: outsideQuotes(check, (text) =>
        text.replaceAll(/\bVALUE\b/g, () => quote.identifier(column.name)),
      ),
      columns: [column.name],
      derived: [],
    })),
  );
  const partitions = [...boundsOf(table, all)].map(([column, list]) => ({
    name: `partition bounds of column ${column}`,
    predicate: list.map((bound) => within(quote.identifier(column), bound)).join(' OR '),
    columns: [column],
    derived: [],
  }));
  return [...checks, ...domains, ...partitions];
}

/** Partitions of a table and theirs. */
function partitionsOf(table: Table, all: readonly Table[]): readonly Table[] {
  const parts = all.filter(({ partitionOf }) => partitionOf && sameName(partitionOf, table));
  return parts.flatMap((part) => [part, ...partitionsOf(part, all)]);
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

/** What conditions tell about a column's values. */
export interface ConditionHints {
  readonly literals: readonly string[];
  readonly numbers: readonly number[];
  /** They list all values. */
  readonly closed: boolean;
  /** Those over this column alone. */
  readonly alone: readonly string[];
}

/** Literals and numbers that conditions on a column mention, and those conditions that are about nothing else. */
export function hintsOf(column: string, conditions: readonly Condition[]): ConditionHints {
  const own = conditions.filter((condition) => condition.columns.includes(column));
  const literals: string[] = [];
  const numbers: number[] = [];
  const alone = own.filter(({ columns }) => columns.length === 1).map(({ predicate }) => predicate);
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
  return { literals: [...new Set(literals)], numbers: [...new Set(numbers)], closed, alone };
}

/** Ends of the partitions per key column; partitions with open ends and defaults bring none. */
export function boundsOf(table: Table, all: readonly Table[]): ReadonlyMap<string, readonly Bound[]> {
  const bounds = new Map<string, Bound[]>();
  const visit = (parent: Table): void => {
    const key = /^(RANGE|LIST) \((.*)\)$/is.exec(parent.partitionKey ?? '');
    const parts = all.filter(
      (child) => child.partitionOf?.schema === parent.schema && child.partitionOf.name === parent.name,
    );
    const column = key === null ? undefined : keyColumn(key[2]!, table);
    if (column !== undefined && !parts.some((part) => part.partitionOf!.bound === 'DEFAULT')) {
      const list = parts.flatMap((part) => parseBound(part.partitionOf!.bound));
      if (list.length > 0) bounds.set(column, [...(bounds.get(column) ?? []), ...list]);
    }
    for (const part of parts) if (part.kind === 'partitioned') visit(part);
  };
  visit(table);
  return bounds;
}

/** The first column of a partition key; of an expression the only column it mentions. */
function keyColumn(key: string, table: Table): string | undefined {
  const first = key.split(',')[0]!.trim().replaceAll(/^"|"$/g, '').replaceAll('""', '"');
  if (table.columns.some(({ name }) => name === first)) return first;
  const bare = key.replaceAll(/'(?:[^']|'')*'/g, "''");
  const found = table.columns.filter(({ name }) =>
    new RegExp(`(?<![\\w"])${name.replaceAll(/\W/g, '.')}(?![\\w(])`).test(bare),
  );
  return found.length === 1 ? found[0]!.name : undefined;
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
