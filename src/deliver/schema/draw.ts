/** Tables as lines: by name, in one line each, or whole. */
import { formatBytes, formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { primaryKey } from '../../catalog/find.ts';
import { readGovernance } from '../../catalog/governance.ts';
import { keyOf, printName, printPart } from '../../catalog/identity.ts';
import type { Catalog, Column, Constraint, Name, Table, View } from '../../catalog/model.ts';
import { privateColumns } from '../../data/private.ts';
import { shorten } from '../../render/clean.ts';
import type { Section } from './pages.ts';
import type { Size, Structure } from './read.ts';

/** Longest comment, and longest definition, that is shown, characters. */
const longestComment = 120;
const longestDefinition = 240;
/** Names in one line of a list. */
const namesInLine = 12;
/** Partitions that are named one by one. */
const toldPartitions = 5;

/** What drawing needs to know beside the structure. */
export interface Drawn extends Structure {
  /** Classes of private columns, by table and column. */
  readonly privates: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly tables: ReadonlyMap<string, Table>;
  /** Foreign keys of other tables that point at a table, by its key. */
  readonly incoming: ReadonlyMap<string, readonly Reference[]>;
  readonly partitions: ReadonlyMap<string, readonly Table[]>;
}

interface Reference {
  readonly from: Table;
  readonly constraint: Constraint;
}

/** The structure with everything that is looked up for each table read once. */
export function drawnOf(structure: Structure, declared: readonly string[]): Drawn {
  const { catalog } = structure;
  const incoming = new Map<string, Reference[]>();
  const partitions = new Map<string, Table[]>();
  const add = <T>(map: Map<string, T[]>, key: string, value: T): void => {
    const known = map.get(key);
    if (known) known.push(value);
    else map.set(key, [value]);
  };
  for (const table of catalog.tables) {
    if (table.partitionOf) add(partitions, keyOf(table.partitionOf), table);
    for (const constraint of table.constraints)
      if (constraint.references && keyOf(constraint.references) !== keyOf(table))
        add(incoming, keyOf(constraint.references), { from: table, constraint });
  }
  return {
    ...structure,
    incoming,
    partitions,
    privates: privatesOf(catalog, declared),
    tables: new Map(catalog.tables.map((table) => [keyOf(table), table])),
  };
}

/** Columns that are private by a comment, by their names, or by the configuration. */
function privatesOf(catalog: Catalog, declared: readonly string[]): Drawn['privates'] {
  const found = new Map<string, Map<string, string>>();
  const add = (table: Name, column: string, word: string): void => {
    const known = found.get(keyOf(table)) ?? new Map<string, string>();
    if (!known.has(column)) found.set(keyOf(table), known.set(column, word));
  };
  for (const one of privateColumns(catalog, []))
    add({ schema: one.schema, name: one.table }, one.column, one.class);
  for (const table of declared.length === 0 ? [] : catalog.tables)
    for (const { name } of table.columns)
      if (declared.includes(`${keyOf(table)}.${name}`) || declared.includes(`${table.name}.${name}`))
        add(table, name, 'private');
  return found;
}

/** A name without the schema that everybody means. */
export function shown(name: Name): string {
  return name.schema === 'public' ? printPart(name.name) : printName(name);
}

/** Names by schema, in lines of a dozen; `columns` names those that were looked for. */
export function nameSections(
  drawn: Drawn,
  tables: readonly Table[],
  views: readonly View[],
  columns: (table: Table) => readonly string[],
): readonly Section[] {
  const schemas = [...new Set([...tables, ...views].map(({ schema }) => schema))];
  return schemas.flatMap((schema) => {
    const own = <T extends Name>(of: readonly T[]): readonly T[] => of.filter((one) => one.schema === schema);
    const names = own(tables).map((table) => {
      const found = columns(table);
      const parts = partitionsOf(drawn, table).length;
      const more = [...(parts > 0 ? [plural(parts, 'partition')] : []), ...found.map(printPart)];
      return `${printPart(table.name)}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
    });
    const seen = own(views).map(({ name }) => printPart(name));
    return [
      ...(names.length > 0
        ? [{ heading: `${printPart(schema)}: ${plural(names.length, 'table')}`, lines: inLines(names) }]
        : []),
      ...(seen.length > 0
        ? [{ heading: `${printPart(schema)}: ${plural(seen.length, 'view')}`, lines: inLines(seen) }]
        : []),
    ];
  });
}

function inLines(names: readonly string[]): readonly string[] {
  return Array.from({ length: Math.ceil(names.length / namesInLine) }, (_, at) =>
    names.slice(at * namesInLine, (at + 1) * namesInLine).join(', '),
  );
}

/** One line for a table: size, key, what it refers to and who refers to it, its sentence. */
export function summaryLine(drawn: Drawn, table: Table): string {
  const { sizes } = drawn;
  const key = primaryKey(table);
  const to = [...new Set(neighboursBy(table).map(shown))];
  const from = new Set(drawn.incoming.get(keyOf(table))?.map((one) => keyOf(one.from))).size;
  const hidden = drawn.privates.get(keyOf(table))?.size ?? 0;
  const parts = partitionsOf(drawn, table).length;
  const facts = [
    plural(table.columns.length, 'column'),
    ...sizeWords(sizes.get(keyOf(table))),
    key.length > 0 ? `key ${key.map(printPart).join(', ')}` : 'no key',
    ...(to.length > 0 ? [`refers to ${some(to, 6)}`] : []),
    ...(from > 0 ? [`referred to by ${plural(from, 'table')}`] : []),
    ...(hidden > 0 ? [`${hidden} private`] : []),
    ...(parts > 0 ? [plural(parts, 'partition')] : []),
  ];
  const says = sentenceOf(table.comment);
  return `${shown(table)}: ${facts.join('; ')}${says === '' ? '' : ` — "${says}"`}`;
}

/** One line for a view. */
export function viewLine(view: View): string {
  const says = sentenceOf(view.comment);
  return `${shown(view)}: ${view.materialized ? 'materialized view' : 'view'}; ${plural(view.columns.length, 'column')}${says === '' ? '' : ` — "${says}"`}`;
}

/** A whole table: columns, keys, rules, indexes, triggers, policies, who refers to it, and its neighbours where it was asked for alone. */
export function tableSections(drawn: Drawn, table: Table, alone: boolean): readonly Section[] {
  const name = shown(table);
  const incoming = drawn.incoming.get(keyOf(table)) ?? [];
  const rules = table.constraints.filter(({ kind }) => kind !== 'not-null');
  const served = new Set(rules.map((one) => one.name));
  const indexes = table.indexes.filter(
    ({ constraint }) => constraint === undefined || !served.has(constraint),
  );
  const parts = partitionsOf(drawn, table);
  const near = new Map(
    [...neighboursBy(table), ...incoming.map(({ from }) => from)].map((one) => [keyOf(one), one]),
  );
  const list = (heading: string, lines: readonly string[]): readonly Section[] =>
    lines.length === 0 ? [] : [{ heading: `${name}, ${heading}`, lines: lines.map((line) => `  ${line}`) }];
  return [
    { heading: summaryLine(drawn, table), lines: kindLines(table) },
    ...list(
      'columns',
      table.columns.map((column) => columnLine(drawn, table, column)),
    ),
    ...list(
      'keys and rules',
      rules.map(
        (one) =>
          `${printPart(one.name)} ${shorten(one.definition, longestDefinition)}${one.validated ? '' : ' (not valid)'}${one.enforced ? '' : ' (not enforced)'}`,
      ),
    ),
    ...list(
      'indexes',
      indexes.map(
        (one) =>
          `${shorten(one.definition.replace(/^CREATE /, ''), longestDefinition)}${one.valid ? '' : ' (not valid)'}`,
      ),
    ),
    ...list(
      'triggers',
      table.triggers.map(
        (one) =>
          `${shorten(one.definition, longestDefinition)}${one.enabled === 'enabled' ? '' : ` (${one.enabled})`}`,
      ),
    ),
    ...list(
      `row security ${table.rowSecurity}`,
      table.policies.map(
        (one) =>
          `${printPart(one.name)} for ${one.command} to ${one.roles.join(', ')}${one.using === undefined ? '' : ` using ${shorten(one.using, longestDefinition)}`}${one.check === undefined ? '' : ` check ${shorten(one.check, longestDefinition)}`}`,
      ),
    ),
    ...list('partitions', [
      ...parts
        .slice(0, toldPartitions)
        .map((part) => `${shown(part)} ${shorten(part.partitionOf!.bound, longestDefinition)}`),
      ...(parts.length > toldPartitions ? [`and ${parts.length - toldPartitions} more`] : []),
    ]),
    ...list(
      'referred to by',
      incoming.map(
        ({ from, constraint }) =>
          `${shown(from)} (${constraint.columns.map(printPart).join(', ')}), on delete ${constraint.references?.onDelete}`,
      ),
    ),
    ...list(
      'near',
      alone
        ? [...near.keys()].flatMap((one) => {
            const found = drawn.tables.get(one);
            return found ? [summaryLine(drawn, found)] : [];
          })
        : [],
    ),
  ];
}

/** A whole view. */
export function viewSections(view: View): readonly Section[] {
  const name = shown(view);
  return [
    { heading: viewLine(view), lines: [] },
    { heading: `${name}, columns`, lines: view.columns.map((one) => `  ${printPart(one.name)} ${one.type}`) },
    {
      heading: `${name}, definition`,
      lines: view.definition.split('\n').map((line) => `  ${shorten(line, longestDefinition)}`),
    },
  ];
}

function columnLine({ privates }: Drawn, table: Table, column: Column): string {
  const hidden = privates.get(keyOf(table))?.get(column.name);
  const says = sentenceOf(column.comment);
  return [
    `${printPart(column.name)} ${column.type}`,
    ...(column.notNull ? ['not null'] : []),
    ...(column.identity === undefined ? [] : [`identity ${column.identity}`]),
    ...(column.generated === undefined
      ? []
      : [`generated ${column.generated.kind} ${shorten(column.generated.expression, longestDefinition)}`]),
    ...(column.default === undefined ? [] : [`default ${shorten(column.default, longestComment)}`]),
    ...(hidden === undefined ? [] : [`PRIVATE (${shorten(hidden, 30)})`]),
    ...(says === '' ? [] : [`— "${says}"`]),
  ].join(' ');
}

function kindLines(table: Table): readonly string[] {
  return [
    ...(table.partitionKey === undefined
      ? []
      : [`  partitioned by ${shorten(table.partitionKey, longestDefinition)}`]),
    ...(table.partitionOf === undefined ? [] : [`  partition of ${shown(table.partitionOf)}`]),
    ...(table.kind === 'foreign' ? ['  foreign table'] : []),
    ...(table.unlogged ? ['  unlogged'] : []),
  ];
}

function partitionsOf({ partitions }: Drawn, table: Table): readonly Table[] {
  return table.kind === 'partitioned' ? (partitions.get(keyOf(table)) ?? []) : [];
}

function neighboursBy(table: Table): readonly Name[] {
  return table.constraints.flatMap(({ references }) =>
    references && keyOf(references) !== keyOf(table) ? [references] : [],
  );
}

function sizeWords(size: Size | undefined): readonly string[] {
  return [
    ...(size?.rows === undefined ? [] : [`about ${formatCount(size.rows)} rows`]),
    ...(size?.bytes === undefined ? [] : [formatBytes(size.bytes)]),
  ];
}

function sentenceOf(comment: string | undefined): string {
  return comment === undefined ? '' : shorten(readGovernance(comment).sentence, longestComment);
}

function some(names: readonly string[], most: number): string {
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
