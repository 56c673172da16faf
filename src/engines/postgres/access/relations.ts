/** Tables and views of a catalog, found by the names that statements write. */
import type { Node } from 'libpg-query';
import type { Catalog, Name } from '../../../catalog/model.ts';
import { keyOf } from '../../../catalog/identity.ts';
import { quote } from '../quote.ts';
import { parse } from '../grammar/parse.ts';
import { typesOf, type TypeFacts } from './types.ts';

export interface Relation extends Name {
  readonly kind: 'table' | 'partitioned' | 'foreign' | 'materialized' | 'view';
  /** Columns in their order; collations by their bare names. */
  readonly columns: ReadonlyMap<string, RelationColumn>;
  /** Tree of a view's query; undefined when it does not parse. */
  readonly query?: Node;
}

export interface RelationColumn {
  readonly type: TypeFacts;
  readonly collation?: string;
  /** Tree of a virtual column, which is worked out when it is read: only its expression can be in an index. */
  readonly virtual?: Node;
}

export interface Relations {
  find(schema: string | undefined, name: string): Relation | undefined;
  typeOf(printed: string): TypeFacts;
  /** What a function of the database gives, when its value depends on its arguments alone. */
  routine(name: string): { readonly returns: string } | undefined;
  readonly extensions: ReadonlySet<string>;
  /** Schema of an extension, quoted, where its names need it. */
  schemaOf(extension: string): string | undefined;
}

const kept = new WeakMap<Catalog, Relations>();

/** `pg_catalog."C"` is `C`. */
function bareName(collation: string): string {
  return collation.replace(/^.*\./, '').replaceAll('"', '');
}

/** Relations of a catalog; worked out once for each. */
export function relationsOf(catalog: Catalog): Relations {
  const known = kept.get(catalog) ?? read(catalog);
  kept.set(catalog, known);
  return known;
}

function read(catalog: Catalog): Relations {
  const typeOf = typesOf(catalog);
  const byName = new Map<string, Name[]>();
  const sources = new Map<string, () => Relation>();
  const add = (name: Name, make: () => Relation): void => {
    sources.set(keyOf(name), make);
    byName.set(name.name, [...(byName.get(name.name) ?? []), name]);
  };
  for (const table of catalog.tables)
    add(table, () => ({
      schema: table.schema,
      name: table.name,
      kind: table.kind,
      columns: new Map(
        table.columns.map(({ name, type, collation, generated }) => [
          name,
          {
            type: typeOf(type),
            ...(collation === undefined ? {} : { collation: bareName(collation) }),
            ...(generated?.kind === 'virtual' ? virtualOf(generated.expression) : {}),
          },
        ]),
      ),
    }));
  for (const view of catalog.views)
    add(view, () => {
      const query = view.materialized ? undefined : treeOf(view.definition);
      return {
        schema: view.schema,
        name: view.name,
        kind: view.materialized ? 'materialized' : 'view',
        columns: new Map(view.columns.map(({ name, type }) => [name, { type: typeOf(type) }])),
        ...(query ? { query } : {}),
      };
    });
  const made = new Map<string, Relation | undefined>();
  const routines = new Map(
    catalog.routines
      .filter(({ kind, definition }) => kind === 'function' && /\bIMMUTABLE\b/i.test(definition))
      .map(({ name, definition }) => [
        name,
        { returns: /\bRETURNS\s+([^\n]+)/i.exec(definition)?.[1] ?? '' },
      ]),
  );
  return {
    typeOf,
    routine: (name) => routines.get(name),
    extensions: new Set(catalog.extensions.map(({ name }) => name)),
    schemaOf(extension) {
      const schema = catalog.extensions.find(({ name }) => name === extension)?.schema;
      return schema === undefined || schema === 'public' || schema === 'pg_catalog'
        ? undefined
        : quote.identifier(schema);
    },
    find(schema, name) {
      const names = byName.get(name) ?? [];
      const found = schema
        ? names.find((one) => one.schema === schema)
        : (names.find((one) => one.schema === 'public') ?? (names.length === 1 ? names[0] : undefined));
      if (!found) return undefined;
      const key = keyOf(found);
      if (!made.has(key)) made.set(key, sources.get(key)!());
      return made.get(key);
    },
  };
}

function virtualOf(expression: string): { readonly virtual?: Node } {
  const query = treeOf(`SELECT ${expression}`);
  const target = query && 'SelectStmt' in query ? query.SelectStmt.targetList?.[0] : undefined;
  const virtual = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  return virtual ? { virtual } : {};
}

function treeOf(definition: string): Node | undefined {
  try {
    return parse(definition).stmts?.[0]?.stmt;
  } catch {
    return undefined;
  }
}
