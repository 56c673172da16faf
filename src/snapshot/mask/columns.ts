/** Which columns are masked, and what their values are. */
import { findColumn, findTable } from '../../catalog/find.ts';
import { parseName } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import { fail } from '../../base/error.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import { leaves as textsOf, readArray } from '../../base/array-literal.ts';
import { carriedColumns } from './carried.ts';
import { columnLinks, placeKey, type ColumnLink } from './links.ts';
import { domainOf, type Domain } from './domain.ts';
import { privateColumns, spread, type PrivateReason } from './private.ts';

export interface MaskedColumns {
  /** By key of a column's place. */
  readonly reasons: ReadonlyMap<string, PrivateReason>;
  readonly domain: (key: string) => Domain | undefined;
}

/** Chooses columns: those that are declared or look private, or the ones that are named and what is linked to them. */
export function maskedColumns(
  snapshot: Snapshot,
  engine: Engine,
  columns: 'auto' | readonly string[],
  declared: readonly string[],
): MaskedColumns {
  const reasons =
    columns === 'auto'
      ? privateColumns(snapshot, namedColumns(snapshot, declared, 'declared private in the configuration'))
      : namedColumns(snapshot, columns, 'named with --mask');
  const domains = new Map<string, Domain>();
  const { catalog } = snapshot;
  const links = columnLinks(catalog);
  const setOf = sets(catalog, links);
  const equals = new Map(
    links.flatMap(({ from, to, kind }) => (kind === 'equal' ? [[to, from] as const] : [])),
  );
  for (const of of [...catalog.tables, ...catalog.views])
    for (const { name, type } of of.columns) {
      const key = placeKey({ schema: of.schema, relation: of.name, column: name });
      if (reasons.has(key)) domains.set(key, domainOf(type, setOf(key), catalog, engine.types));
    }
  for (const one of carriedColumns(snapshot)) {
    if (!reasons.has(one.key) || domains.has(one.key)) continue;
    const source = equals.get(one.key);
    const same = source === undefined ? undefined : domains.get(source);
    domains.set(one.key, same ?? guessed(one.values, one.expression ?? '', setOf(one.key), catalog, engine));
  }
  return { reasons, domain: (key) => domains.get(key) };
}

/** Columns that somebody named, and what is linked to them; throws `usage.wrong-option` for one that is not there. */
function namedColumns(snapshot: Snapshot, names: readonly string[], why: string): Map<string, PrivateReason> {
  const found = new Map<string, PrivateReason>();
  for (const written of names) {
    const at = /^(.*)\.((?:"(?:[^"]|"")*")|[^."]+)$/.exec(written.trim());
    const table = at && findTable(snapshot.catalog, at[1]!);
    const view =
      at && !table ? snapshot.catalog.views.find((one) => one.name === parseName(at[1]!).name) : undefined;
    const column = table
      ? findColumn(table, at[2]!)
      : view?.columns.find((one) => one.name === parseName(at![2]!).name);
    const of = table ?? view;
    if (!of || !column)
      fail('usage.wrong-option', `There is no column ${written.slice(0, 200)} to mask.`, {
        hint: 'Write it as table.column, or schema.table.column.',
      });
    found.set(placeKey({ schema: of.schema, relation: of.name, column: column.name }), {
      class: 'named',
      why,
    });
  }
  if (found.size > 0) spread(snapshot, found, carriedColumns(snapshot));
  return found;
}

/** Columns that hold the same values share a name for their map; that of an expression is its own. */
function sets(catalog: Catalog, links: readonly ColumnLink[]): (key: string) => string {
  const types = new Map(
    [...catalog.tables, ...catalog.views].flatMap((of) =>
      of.columns.map(
        ({ name, type }) => [placeKey({ schema: of.schema, relation: of.name, column: name }), type] as const,
      ),
    ),
  );
  const roots = new Map<string, string>();
  const root = (key: string): string => {
    let at = key;
    for (let up = roots.get(at); up !== undefined; up = roots.get(at)) at = up;
    return at;
  };
  for (const { from, to, kind } of links) {
    const joined = kind === 'equal' || (types.has(from) && types.get(from) === types.get(to));
    const [a, b] = [root(from), root(to)];
    if (joined && a !== b) roots.set(a, b);
  }
  return root;
}

/** What an expression's values are: their type is told nowhere. */
function guessed(
  values: ReadonlySet<string>,
  expression: string,
  set: string,
  catalog: Catalog,
  engine: Engine,
): Domain {
  const all = [...values];
  const every = (form: RegExp): boolean => all.length > 0 && all.every((value) => form.test(value));
  const domain = (type: string): Domain => domainOf(type, set, catalog, engine.types);
  if (every(/^[tf]$/)) return { kind: 'structure' };
  if (every(/^\{[\s\S]*\}$/) && all.every((value) => readArray(value)))
    return {
      kind: 'array',
      of: guessed(
        new Set(all.flatMap((value) => [...textsOf(readArray(value)!)])),
        expression,
        set,
        catalog,
        engine,
      ),
    };
  if (every(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/)) return domain('uuid');
  if (every(/^\d{4,}-\d\d-\d\d$/)) return domain('date');
  if (every(/^\d{4,}-\d\d-\d\d[ T]/)) return domain('timestamptz');
  const numeric =
    /::\s*(?:small|big)?int|::\s*(?:integer|numeric|double|real)|extract|date_part|length/i.test(expression);
  if (numeric && every(/^-?\d{1,18}$/)) return domain('bigint');
  return numeric && every(/^-?\d+(?:\.\d+)?$/) ? domain('numeric') : { kind: 'text' };
}

/** Key of a table's column, by the names that a query writes. */
export function columnKeyOf(catalog: Catalog, table: string, column: string): string | undefined {
  const found = findTable(catalog, table);
  const of = found ?? catalog.views.find((one) => one.name === parseName(table).name);
  return of && of.columns.some(({ name }) => name === column)
    ? placeKey({ schema: of.schema, relation: of.name, column })
    : undefined;
}
