/** The structure, with literals of private columns translated wherever a definition holds one, and comments without values. */
import { keyOf, parseName } from '../../catalog/identity.ts';
import type { Catalog, Index, Table, View } from '../../catalog/model.ts';
import type { Grammar } from '../../engine/grammar/model.ts';
import { mentioned } from './links.ts';
import type { Domain, Leaves } from './domain.ts';
import { freeText, maskSql, type SqlScope } from './sql.ts';
import { scopeOfRelations } from './workload.ts';

export interface CatalogContext {
  readonly catalog: Catalog;
  readonly scan: Grammar['scan'];
  readonly domain: (key: string) => Domain | undefined;
  readonly leaves: Leaves;
  readonly known: (text: string) => boolean;
}

/** Replaces private literals in every definition; names stay. */
export function maskCatalog(context: CatalogContext): Catalog {
  const { catalog, scan, domain, leaves, known } = context;
  const rules = { scan, known, strangers: 'keep', comments: 'keep' } as const;
  /** Defaults and bounds stand beside no name: they are values of one column. */
  const beside = (text: string, every: Domain | undefined): string =>
    maskSql(text, new Map(), leaves, every ? { ...rules, every } : rules);
  const sql = (text: string, scope: SqlScope): string => maskSql(text, scope, leaves, rules);
  const relations = [...catalog.tables, ...catalog.views];
  const byKey = new Map(catalog.tables.map((table) => [keyOf(table), table]));
  const names = new Map<string, (Table | View)[]>();
  for (const one of relations) names.set(one.name, [...(names.get(one.name) ?? []), one]);
  const allNames = [...names.keys()];
  /** Columns of every relation that a text names. */
  const wide = (text: string): SqlScope =>
    scopeOfRelations(
      mentioned(text, allNames).flatMap((name) => names.get(name)!),
      domain,
    );
  const comment = <T extends { readonly comment?: string }>(one: T): T =>
    one.comment === undefined ? one : { ...one, comment: freeText(one.comment, leaves, known) };
  const defined = <T extends { readonly definition: string; readonly comment?: string }>(one: T): T =>
    comment({ ...one, definition: sql(one.definition, wide(one.definition)) });
  const index = (one: Index, scope: SqlScope): Index =>
    comment({
      ...one,
      keys: one.keys.map((key) => sql(key, scope)),
      ...(one.predicate === undefined ? {} : { predicate: sql(one.predicate, scope) }),
      definition: sql(one.definition, scope),
    });
  const table = (one: Table): Table => {
    const scope = scopeOfRelations([one], domain);
    return comment({
      ...one,
      columns: one.columns.map((column) =>
        comment({
          ...column,
          ...(column.default === undefined
            ? {}
            : {
                default: beside(column.default, domain(JSON.stringify([one.schema, one.name, column.name]))),
              }),
          ...(column.generated
            ? { generated: { ...column.generated, expression: sql(column.generated.expression, scope) } }
            : {}),
        }),
      ),
      constraints: one.constraints.map((constraint) =>
        comment({ ...constraint, definition: sql(constraint.definition, scope) }),
      ),
      indexes: one.indexes.map((each) => index(each, scope)),
      triggers: one.triggers.map((trigger) =>
        comment({ ...trigger, definition: sql(trigger.definition, scope) }),
      ),
      policies: one.policies.map((policy) =>
        comment({
          ...policy,
          ...(policy.using === undefined ? {} : { using: sql(policy.using, scope) }),
          ...(policy.check === undefined ? {} : { check: sql(policy.check, scope) }),
        }),
      ),
      ...(one.partitionOf ? { partitionOf: { ...one.partitionOf, bound: bound(one) } } : {}),
    });
  };
  /** A routine of triggers names no table: the triggers do. Whoever takes a row as an argument may name none either. */
  const bodyScope = ({ name, definition }: Catalog['routines'][number]): SqlScope => {
    const named = mentioned(definition, allNames).flatMap((each) => names.get(each)!);
    const fired = catalog.tables.filter(({ triggers }) =>
      triggers.some((trigger) => mentioned(trigger.definition, [name]).length > 0),
    );
    return scopeOfRelations(named.length + fired.length > 0 ? [...named, ...fired] : relations, domain);
  };
  /** What a domain's check is compared with: values of the private column that has it. */
  const ofType = (type: Catalog['types'][number]): Domain | undefined => {
    if (type.kind !== 'domain') return undefined;
    for (const one of relations)
      for (const column of one.columns) {
        const written = parseName(column.type.replace(/(?:\[\])+$/, ''));
        const own = domain(JSON.stringify([one.schema, one.name, column.name]));
        if (own && written.name === type.name && (written.schema ?? type.schema) === type.schema) return own;
      }
    return undefined;
  };
  const bound = (one: Table): string => {
    const { partitionOf } = one;
    const parent = partitionOf && byKey.get(keyOf(partitionOf));
    const [column, ...more] = parent
      ? mentioned(
          parent.partitionKey ?? '',
          parent.columns.map(({ name }) => name),
        )
      : [];
    const of =
      parent && column !== undefined && more.length === 0
        ? domain(JSON.stringify([parent.schema, parent.name, column]))
        : undefined;
    return beside(partitionOf?.bound ?? '', of);
  };
  return {
    ...catalog,
    schemas: catalog.schemas.map(comment),
    tables: catalog.tables.map(table),
    views: catalog.views.map((view) => ({
      ...defined(view),
      columns: view.columns.map(comment),
      indexes: view.indexes.map((each) => index(each, scopeOfRelations([view], domain))),
      triggers: view.triggers.map(defined),
    })),
    routines: catalog.routines.map((one) =>
      comment({ ...one, definition: sql(one.definition, bodyScope(one)) }),
    ),
    types: catalog.types.map((one) =>
      comment(
        one.definition === undefined ? one : { ...one, definition: beside(one.definition, ofType(one)) },
      ),
    ),
    sequences: catalog.sequences.map(comment),
    ...(catalog.others ? { others: catalog.others.map(defined) } : {}),
  };
}
