/** Writes the query that an intent asks for. */
import { slug } from '../../base/text.ts';
import { foreignKeysFrom, primaryKey } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Quote } from '../../engine/model.ts';
import { conditions, keyOf, parameterName, rowWord, timeOf, Unwritable, type Writing } from './conditions.ts';
import { joinsFrom } from './joins.ts';
import type { Group, Intent, Measure } from './model.ts';
import { labelColumn } from './words.ts';

/** One column of a result: its expression and its name. */
interface Item {
  readonly sql: string;
  readonly name: string;
  /** Only for people: what comes before it decides the group. */
  readonly label?: boolean;
}

/** The query as text; throws {@link Unwritable} and `Unreachable`. */
export function writeQuery(intent: Intent, catalog: Catalog, quote: Quote): string {
  if (intent.recursion) return recursive(intent.subject, intent.recursion, catalog, quote);
  const writing = { catalog, quote, intent, joins: joinsFrom(catalog, intent.subject, quote) };
  if (intent.measure && (intent.groups.length > 0 || !intent.top || intent.running))
    return aggregated(writing, intent.measure);
  return intent.top && intent.groups.length > 0 ? latestOfEach(writing) : listed(writing);
}

/** Rows of one table. */
function listed({ intent, joins, quote, catalog }: Writing): string {
  const { subject, top } = intent;
  const alias = joins.alias(subject);
  const where = conditions({ intent, joins, quote, catalog });
  const order = top
    ? orderOf({ intent, joins, quote, catalog })
    : intent.order
      ? [
          `${joins.alias(intent.order.column.table)}.${quote.identifier(intent.order.column.column.name)}${intent.order.descending ? ' DESC' : ''}`,
        ]
      : [];
  return lines(
    `SELECT ${subject.columns.map(({ name }) => `${alias}.${quote.identifier(name)}`).join(', ')}`,
    joins.text(),
    where,
    order.length > 0 ? `ORDER BY ${order.join(', ')}` : '',
    top ? `LIMIT ${top.count}` : '',
  );
}

/** The newest few rows of each group. */
function latestOfEach(writing: Writing): string {
  const { intent, joins, quote } = writing;
  const { subject, top, groups } = intent;
  const alias = joins.alias(subject);
  const parts = groups.flatMap((group): readonly Item[] => {
    // The table's own reference decides the group as well as the row that it leads to.
    const own =
      group.kind === 'table' &&
      foreignKeysFrom(writing.catalog, subject).find(({ to }) => to === group.table);
    return own
      ? own.constraint.columns.map((name) => ({ sql: `${alias}.${quote.identifier(name)}`, name }))
      : groupItems(writing, group).filter(({ label }) => label !== true);
  });
  const columns = subject.columns.map(({ name }) => quote.identifier(name));
  const where = conditions(writing);
  return lines(
    'WITH ranked AS (',
    indent(
      lines(
        `SELECT ${columns.map((column) => `${alias}.${column}`).join(', ')},`,
        `  row_number() OVER (PARTITION BY ${parts.map(({ sql }) => sql).join(', ')} ORDER BY ${orderOf(writing).join(', ')}) AS place`,
        joins.text(),
        where,
      ),
    ),
    ')',
    `SELECT ${columns.join(', ')}, place`,
    'FROM ranked',
    `WHERE place <= ${top!.count}`,
    parts.every(({ name }) => subject.columns.some((column) => column.name === name))
      ? `ORDER BY ${parts.map(({ name }) => quote.identifier(name)).join(', ')}, place`
      : '',
  );
}

function aggregated(writing: Writing, measure: Measure): string {
  const { intent, joins, quote } = writing;
  const groups: readonly Group[] =
    intent.running && !intent.groups.some(({ kind }) => kind === 'time')
      ? [...intent.groups, { kind: 'time', unit: 'day' }]
      : intent.groups;
  const items = distinct(groups.map((group) => groupItems(writing, group)));
  const flat = items.flat();
  const value = measureItem(writing, measure, new Set(flat.map(({ name }) => name)));
  const where = conditions(writing);
  const inner = lines(
    `SELECT ${[...flat, value].map((item) => named(item, quote)).join(', ')}`,
    joins.text(),
    where,
    flat.length > 0 ? `GROUP BY ${flat.map((_, index) => index + 1).join(', ')}` : '',
  );
  const names = [...flat, value].map(({ name }) => quote.identifier(name));
  const result = quote.identifier(value.name);
  const keysOf = (list: readonly Item[]): readonly string[] =>
    list.filter(({ label }) => label !== true).map(({ name }) => quote.identifier(name));
  if (intent.running) {
    const time = items[groups.findIndex(({ kind }) => kind === 'time')]![0]!.name;
    const others = keysOf(flat.filter(({ name }) => name !== time));
    const partition = others.length > 0 ? `PARTITION BY ${others.join(', ')} ` : '';
    return lines(
      'WITH per_step AS (',
      indent(inner),
      ')',
      `SELECT ${names.join(', ')}, sum(${result}) OVER (${partition}ORDER BY ${quote.identifier(time)}) AS running_total`,
      'FROM per_step',
      `ORDER BY ${[...others, quote.identifier(time)].join(', ')}`,
    );
  }
  const { top } = intent;
  if (top && groups.length > 1) {
    const [outer, last] = [items.slice(0, -1).flat(), items.at(-1)!];
    const parts = keysOf(outer).join(', ');
    const order = `${result} ${top.descending ? 'DESC' : 'ASC'}, ${keysOf(last).join(', ')}`;
    return lines(
      'WITH per_group AS (',
      indent(inner),
      '), ranked AS (',
      indent(
        lines(
          `SELECT ${names.join(', ')},`,
          `  row_number() OVER (PARTITION BY ${parts} ORDER BY ${order}) AS place`,
          'FROM per_group',
        ),
      ),
      ')',
      `SELECT ${names.join(', ')}, place`,
      'FROM ranked',
      `WHERE place <= ${top.count}`,
      `ORDER BY ${parts}, place`,
    );
  }
  const keys = flat.flatMap(({ label }, index) => (label === true ? [] : [String(index + 1)]));
  const order = top ? [`${flat.length + 1} ${top.descending ? 'DESC' : 'ASC'}`, ...keys] : keys;
  return lines(
    inner,
    order.length > 0 ? `ORDER BY ${order.join(', ')}` : '',
    top ? `LIMIT ${top.count}` : '',
  );
}

/** All rows below, or above, one row of a table that refers to itself; UNION ends where a circle closes. */
function recursive(table: Table, kind: 'descendants' | 'ancestors', catalog: Catalog, quote: Quote): string {
  const own = foreignKeysFrom(catalog, table).find(({ references }) => sameName(references, table))!;
  const [parent, key] = [own.constraint.columns[0]!, own.references.columns[0]!].map((name) =>
    quote.identifier(name),
  ) as [string, string];
  if (own.constraint.columns.length !== 1)
    throw new Unwritable(`${table.name} refers to itself by more than one column`);
  const name = quote.name(table);
  const given = own.references.columns[0]!;
  const parameter = `:${parameterName(given === 'id' ? `${rowWord(table)}_id` : given)}`;
  const down = kind === 'descendants';
  return lines(
    `WITH RECURSIVE reached (${key}) AS (`,
    indent(
      lines(
        down
          ? `SELECT t.${key} FROM ${name} t WHERE t.${parent} = ${parameter}`
          : `SELECT t.${parent} FROM ${name} t WHERE t.${key} = ${parameter} AND t.${parent} IS NOT NULL`,
        'UNION',
        down
          ? `SELECT t.${key} FROM reached r JOIN ${name} t ON t.${parent} = r.${key}`
          : `SELECT t.${parent} FROM reached r JOIN ${name} t ON t.${key} = r.${key} WHERE t.${parent} IS NOT NULL`,
      ),
    ),
    ')',
    `SELECT ${table.columns.map((column) => `t.${quote.identifier(column.name)}`).join(', ')}`,
    `FROM reached r JOIN ${name} t ON t.${key} = r.${key}`,
  );
}

function groupItems({ intent, joins, quote }: Writing, group: Group): readonly Item[] {
  if (group.kind === 'time') {
    const { name } = timeOf(intent.subject);
    return [
      {
        sql: `date_trunc('${group.unit}', ${joins.alias(intent.subject)}.${quote.identifier(name)})`,
        name: group.unit,
      },
    ];
  }
  const alias = joins.alias(group.table);
  if (group.kind === 'column')
    return [{ sql: `${alias}.${quote.identifier(group.column.name)}`, name: group.column.name }];
  const label = labelColumn(group.table);
  const word = rowWord(group.table);
  return [
    ...keyOf(group.table).map((name) => ({
      sql: `${alias}.${quote.identifier(name)}`,
      name: name === 'id' ? `${word}_id` : name,
    })),
    ...(label && !keyOf(group.table).includes(label.name)
      ? [{ sql: `${alias}.${quote.identifier(label.name)}`, name: label.name, label: true }]
      : []),
  ];
}

/** Names that two groups share get the position of their group. */
function distinct(groups: readonly (readonly Item[])[]): readonly (readonly Item[])[] {
  const seen = new Set<string>();
  return groups.map((items, index) =>
    items.map((item) => {
      const name = seen.has(item.name) ? `${item.name}_${index + 1}` : item.name;
      seen.add(name);
      return { ...item, name };
    }),
  );
}

function measureItem({ joins, quote, intent }: Writing, measure: Measure, taken: ReadonlySet<string>): Item {
  const free = (name: string): string => (taken.has(name) ? `${name}_value` : name);
  if (!measure.column) return { sql: 'count(*)', name: free(slug(intent.subject.name) || 'rows') };
  const { table, column } = measure.column;
  return {
    sql: `${measure.kind}(${joins.alias(table)}.${quote.identifier(column.name)})`,
    name: free(
      measure.kind === 'sum' && column.name.startsWith('total')
        ? column.name
        : `${measure.kind === 'sum' ? 'total' : measure.kind}_${column.name}`,
    ),
  };
}

/** `c.name`, or `count(*) AS orders`. */
function named({ sql, name }: Item, quote: Quote): string {
  return sql.endsWith(`.${quote.identifier(name)}`) && !sql.includes('(')
    ? sql
    : `${sql} AS ${quote.identifier(name)}`;
}

function orderOf({ intent, joins, quote }: Writing): readonly string[] {
  const { top, subject } = intent;
  const alias = joins.alias(subject);
  const by = top!.by === 'time' ? timeOf(subject) : top!.column?.column;
  if (!by) throw new Unwritable(`nothing tells by what ${subject.name} are ordered`);
  // The key makes the order the same each time.
  const ties = primaryKey(subject).filter((name) => name !== by.name);
  const direction = top!.descending ? ' DESC' : '';
  return [
    `${alias}.${quote.identifier(by.name)}${direction}`,
    ...ties.map((name) => `${alias}.${quote.identifier(name)}${direction}`),
  ];
}

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
