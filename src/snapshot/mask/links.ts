/** Which columns hold the same values, or values made from one another. */
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Index, Name, Table } from '../../catalog/model.ts';

/** A column of a table or a view, or of an index (its own columns have names too). */
export interface ColumnPlace {
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
}

export interface ColumnLink {
  readonly from: string;
  readonly to: string;
  /** Equal values on both sides, or values that an expression makes from the others. */
  readonly kind: 'equal' | 'made';
}

/** Key of a place in sets and maps. */
export function placeKey({ schema, relation, column }: ColumnPlace): string {
  return JSON.stringify([schema, relation, column]);
}

/** The place behind a key. */
export function placeOf(key: string): ColumnPlace {
  const [schema, relation, column] = JSON.parse(key) as [string, string, string];
  return { schema, relation, column };
}

/** Every link of a catalog: references, children and partitions, generated columns, views, and columns of indexes. */
export function columnLinks(catalog: Catalog): readonly ColumnLink[] {
  return [
    ...catalog.tables.flatMap((table) => [
      ...references(table),
      ...children(table),
      ...generated(table),
      ...table.indexes.flatMap((index) => indexColumns(table, columnsOf(table), index)),
    ]),
    ...viewLinks(catalog),
  ];
}

/** The columns that an expression's text mentions. */
export function mentioned(expression: string, columns: readonly string[]): readonly string[] {
  // Quoted first, so that the words of a literal never count.
  const words = new Set(
    [...expression.matchAll(/'(?:[^']|'')*'|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)].flatMap(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? [],
    ),
  );
  return columns.filter((column) => words.has(column));
}

const columnsOf = (table: Table): readonly string[] => table.columns.map(({ name }) => name);

function placed(of: Name, column: string): string {
  return placeKey({ schema: of.schema, relation: of.name, column });
}

function references(table: Table): readonly ColumnLink[] {
  return table.constraints.flatMap(({ columns, references: target }) =>
    target
      ? columns.flatMap((column, at) => {
          const other = target.columns[at];
          return other === undefined
            ? []
            : [{ from: placed(table, column), to: placed(target, other), kind: 'equal' as const }];
        })
      : [],
  );
}

function children(table: Table): readonly ColumnLink[] {
  const parents: readonly Name[] = [...(table.partitionOf ? [table.partitionOf] : []), ...table.inherits];
  return parents.flatMap((parent) =>
    table.columns.map(({ name }) => ({
      from: placed(parent, name),
      to: placed(table, name),
      kind: 'equal' as const,
    })),
  );
}

function generated(table: Table): readonly ColumnLink[] {
  return table.columns.flatMap(({ name, generated: made }) =>
    made
      ? mentioned(made.expression, columnsOf(table)).map((from) => ({
          from: placed(table, from),
          to: placed(table, name),
          kind: 'made' as const,
        }))
      : [],
  );
}

/** Statistics name an index's column by a name of its own; its place in the index tells which key it is. */
function indexColumns(of: Name, columns: readonly string[], index: Index): readonly ColumnLink[] {
  return [...index.keys, ...index.includes].flatMap((key, at): readonly ColumnLink[] =>
    columns.includes(key)
      ? [{ from: placed(of, key), to: indexPlace(index, at + 1), kind: 'equal' as const }]
      : mentioned(key, columns).map((from) => ({
          from: placed(of, from),
          to: indexPlace(index, at + 1),
          kind: 'made' as const,
        })),
  );
}

/** Key of the n-th column of an index, from 1. */
export function indexPlace(index: Name, position: number): string {
  return placeKey({ schema: index.schema, relation: index.name, column: `#${position}` });
}

function viewLinks(catalog: Catalog): readonly ColumnLink[] {
  const sources = new Map<string, { readonly of: Name; readonly columns: readonly string[] }>();
  for (const table of catalog.tables) sources.set(keyOf(table), { of: table, columns: columnsOf(table) });
  for (const view of catalog.views)
    sources.set(keyOf(view), { of: view, columns: view.columns.map(({ name }) => name) });
  const all = [...sources.values()];
  return catalog.views.flatMap((view) => {
    const columns = view.columns.map(({ name }) => name);
    const used = all.filter(({ of }) => of !== view && mentioned(view.definition, [of.name]).length > 0);
    const items = selectList(view.definition);
    const made = columns.flatMap((column, at) =>
      used.flatMap(({ of, columns: theirs }) =>
        // Where the list cannot be told apart, equal names have to do.
        mentioned(items.length === columns.length ? items[at]! : `"${column}"`, theirs).map((from) => ({
          from: placed(of, from),
          to: placed(view, column),
          kind: 'made' as const,
        })),
      ),
    );
    return [...made, ...view.indexes.flatMap((index) => indexColumns(view, columns, index))];
  });
}

/** What a query selects, item by item; empty where its text is of another form (set operations, WITH, `*`). */
function selectList(definition: string): readonly string[] {
  const start = /^\s*SELECT\s+(?:DISTINCT\s+(?:ON\s*\([^)]*\)\s*)?)?/i.exec(definition);
  if (!start) return [];
  const items: string[] = [];
  let depth = 0;
  let from = start[0].length;
  const marks = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[(),[\]]|\bFROM\b|\b(?:UNION|INTERSECT|EXCEPT)\b/gi;
  marks.lastIndex = from;
  let ended = false;
  for (let mark = marks.exec(definition); mark; mark = marks.exec(definition)) {
    const text = mark[0].toUpperCase();
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if (depth === 0 && /^(?:UNION|INTERSECT|EXCEPT)$/.test(text)) return [];
    else if (depth === 0 && !ended && (text === ',' || text === 'FROM')) {
      items.push(definition.slice(from, mark.index));
      from = mark.index + 1;
      ended = text === 'FROM';
    }
  }
  return ended ? items : [];
}
