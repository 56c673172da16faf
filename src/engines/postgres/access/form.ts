/** Indexes written down, and definitions taken apart. */
import type { IndexElem, IndexStmt, Node } from 'libpg-query';
import type { IndexForm, IndexFormKey } from '../../../engine/access/model.ts';
import type { IndexWish } from '../../../engine/hollow/model.ts';
import type { Catalog, Index } from '../../../catalog/model.ts';
import { parse } from '../grammar/parse.ts';
import { nameOf, words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { narrow } from './conditions.ts';
import { newDraft } from './draft.ts';
import { newUse, type Use } from './use.ts';
import { expressionOf } from './expression.ts';
import { relationsOf, type Relation } from './relations.ts';
import { newScope } from './scope.ts';

/** An index as a definition. */
export function define({ table, method, keys, includes, predicate, unique }: IndexForm): IndexWish {
  const columns = (names: readonly string[]): string =>
    names.map((name) => quote.identifier(name)).join(', ');
  const definition =
    (method === 'btree' ? '' : `USING ${method} `) +
    `(${keys.map(keyText).join(', ')})` +
    (includes.length > 0 ? ` INCLUDE (${columns(includes)})` : '') +
    (predicate === undefined ? '' : ` WHERE ${predicate}`);
  return { table: { schema: table.schema, name: table.name }, definition, unique: unique === true };
}

function keyText({
  key,
  expression,
  class: operators,
  descending = false,
  nullsFirst,
}: IndexFormKey): string {
  return (
    (expression ? key : quote.identifier(key)) +
    (operators === undefined ? '' : ` ${operators}`) +
    (descending ? ' DESC' : '') +
    (nullsFirst === undefined || nullsFirst === descending ? '' : nullsFirst ? ' NULLS FIRST' : ' NULLS LAST')
  );
}

/** The index that a wish would make. */
export function indexOf({ table, definition, unique }: IndexWish, catalog: Catalog): Index {
  const text = `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ON ${quote.full(table)} ${definition.replace(/^\(/, 'USING btree (')}`;
  const { statement, keys, includes } = shapeOf(text, catalog) ?? { statement: {}, keys: [], includes: [] };
  const at = text.lastIndexOf(' WHERE ');
  return {
    schema: table.schema,
    name: '',
    method: statement.accessMethod ?? 'btree',
    unique,
    primary: false,
    valid: true,
    keys: keys.map(({ column, sql }) => column ?? sql),
    includes,
    ...(statement.whereClause && at > 0 ? { predicate: text.slice(at + 7) } : {}),
    definition: text,
  };
}

/** A definition taken apart; expressions are written one way, whoever wrote them. */
export interface IndexShape {
  readonly statement: IndexStmt;
  readonly table: string;
  readonly keys: readonly ShapeKey[];
  readonly includes: readonly string[];
  /** What its rows have in common; the conditions of OR and what is not understood as one text each. */
  readonly use?: Use;
  readonly whole: string;
}

export interface ShapeKey {
  readonly sql: string;
  readonly column?: string;
  /** Class and collation where they are not the usual ones. */
  readonly class: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

const kept = new WeakMap<Catalog, Map<string, IndexShape | undefined>>();

/** The parts of a CREATE INDEX; undefined when the text is another statement. Throws `SqlError` when it does not parse. */
export function shapeOf(definition: string, catalog: Catalog): IndexShape | undefined {
  const known = kept.get(catalog) ?? new Map<string, IndexShape | undefined>();
  kept.set(catalog, known);
  if (!known.has(definition)) known.set(definition, takenApart(definition, catalog));
  return known.get(definition);
}

function takenApart(definition: string, catalog: Catalog): IndexShape | undefined {
  const [first] = parse(definition).stmts ?? [];
  if (!first?.stmt || !('IndexStmt' in first.stmt)) return undefined;
  const statement = first.stmt.IndexStmt;
  const { schema, name } = nameOf(statement.relation);
  const relations = relationsOf(catalog);
  const relation: Relation = relations.find(schema || undefined, name) ?? {
    schema,
    name,
    kind: 'table',
    columns: new Map(),
  };
  const draft = newDraft({ relations, read: () => ({ outputs: new Map(), open: false }) });
  const use = newUse(draft.uses, relation, name);
  const scope = newScope({ sources: [{ called: name, use, open: true }] });
  const texts = (node: Node | undefined): string => expressionOf(node, scope, draft)?.sql ?? bare(node);
  const elements = (nodes: readonly Node[] | undefined): readonly IndexElem[] =>
    (nodes ?? []).flatMap((node) => ('IndexElem' in node ? [node.IndexElem] : []));
  narrow(statement.whereClause, scope, draft);
  return {
    statement,
    table: `${relation.schema}.${relation.name}`,
    keys: elements(statement.indexParams).map((element) => {
      const descending = element.ordering === 'SORTBY_DESC';
      return {
        sql: element.name === undefined ? texts(element.expr) : quote.identifier(element.name),
        ...(element.name === undefined ? {} : { column: element.name }),
        class: [...words(element.opclass).slice(-1), ...words(element.collation)].join(' '),
        descending,
        nullsFirst:
          element.nulls_ordering === 'SORTBY_NULLS_FIRST' ||
          (descending && element.nulls_ordering !== 'SORTBY_NULLS_LAST'),
      };
    }),
    includes: elements(statement.indexIncludingParams).map(({ name: column = '' }) => column),
    ...(statement.whereClause ? { use } : {}),
    whole: statement.whereClause ? texts(statement.whereClause) : '',
  };
}

/** A tree without its places in the text. */
function bare(node: Node | undefined): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value));
}
