/** Every text of a catalog that holds SQL. */
import type { Catalog, Index, Trigger } from '../../catalog/model.ts';

/** A catalog with each definition, default, predicate and comment replaced; an object whose texts stay is the same object. */
export function mapCatalogTexts(catalog: Catalog, of: (text: string) => string): Catalog {
  const comment = <T extends { readonly comment?: string }>(one: T): T => {
    const text = one.comment === undefined ? undefined : of(one.comment);
    return text === one.comment ? one : { ...one, comment: text };
  };
  const defined = <T extends { readonly definition: string; readonly comment?: string }>(one: T): T => {
    const definition = of(one.definition);
    return comment(definition === one.definition ? one : { ...one, definition });
  };
  const index = (one: Index): Index => {
    const keys = one.keys.map(of);
    const predicate = one.predicate === undefined ? undefined : of(one.predicate);
    return defined({ ...one, keys, ...(predicate === undefined ? {} : { predicate }) });
  };
  const trigger = (one: Trigger): Trigger => defined(one);
  return {
    ...catalog,
    schemas: catalog.schemas.map(comment),
    tables: catalog.tables.map((table) =>
      comment({
        ...table,
        columns: table.columns.map((column) =>
          comment({
            ...column,
            ...(column.default === undefined ? {} : { default: of(column.default) }),
            ...(column.generated
              ? { generated: { ...column.generated, expression: of(column.generated.expression) } }
              : {}),
          }),
        ),
        constraints: table.constraints.map(defined),
        indexes: table.indexes.map(index),
        triggers: table.triggers.map(trigger),
        policies: table.policies.map((policy) =>
          comment({
            ...policy,
            ...(policy.using === undefined ? {} : { using: of(policy.using) }),
            ...(policy.check === undefined ? {} : { check: of(policy.check) }),
          }),
        ),
      }),
    ),
    views: catalog.views.map((view) => ({
      ...defined(view),
      columns: view.columns.map(comment),
      indexes: view.indexes.map(index),
      triggers: view.triggers.map(trigger),
    })),
    routines: catalog.routines.map(defined),
    types: catalog.types.map((one) =>
      comment(one.definition === undefined ? one : { ...one, definition: of(one.definition) }),
    ),
    sequences: catalog.sequences.map(comment),
    ...(catalog.others ? { others: catalog.others.map(defined) } : {}),
  };
}
