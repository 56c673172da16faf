/** Entities, fields, routines and tenancy as parts of the canonical block. */
import { each, filled, literal, map, some, type Tree } from './layout.ts';
import type { Dependency, Entity, Field, Routine, Tenancy } from './model.ts';
import { printType } from './block/types.ts';
import { printDuration } from './units.ts';

/** An entity with everything it asks for. */
export function entityOf(e: Entity, says: string | undefined): Tree {
  return map({
    says,
    purpose: e.purpose,
    table: e.table,
    key: e.key.kind === 'fields' ? e.key.names : e.key.kind,
    fields: filled(fieldsOf(e.fields)),
    unique: some(e.unique),
    history: e.history === 'none' ? undefined : e.history,
    lookup: some(e.lookup.map(literal)),
    tenant: e.tenant,
    derived:
      e.derived &&
      map({
        from: e.derived.from,
        by: each(e.derived.by, (sql) => sql),
        set: each(e.derived.set, (aggregate) => aggregate),
        keep: e.derived.keep,
        on_source_delete: e.derived.onSourceDelete,
      }),
    states:
      e.states &&
      map({ field: e.states.field, start: e.states.start, moves: each(e.states.moves, (next) => next) }),
    optimistic: e.optimistic || undefined,
    outbox: e.outbox || undefined,
    partition: e.partition && map({ by: e.partition.by, every: e.partition.every, ahead: e.partition.ahead }),
    depends: some(e.depends.map(dependencyOf)),
    owner: e.owner,
    classification: e.classification,
  });
}

/** Fields in their order. */
export function fieldsOf(fields: readonly Field[]): Tree {
  return {
    kind: 'map',
    entries: fields.map(
      (f) =>
        [
          f.name,
          map({
            type: printType(f.type),
            required: f.required || undefined,
            unique: f.unique || undefined,
            default: f.default === undefined ? undefined : literal(f.default),
            examples: some(f.examples.map(literal)),
            sensitive: f.sensitive || undefined,
            unit: f.unit,
            check: f.check,
            generated: f.generated,
            shape: f.shape && each(f.shape, (kind) => kind),
            values: f.values,
          }),
        ] as const,
    ),
  };
}

function dependencyOf(d: Dependency): Tree {
  return d.kind === 'join'
    ? map({ parts: d.parts, why: d.why })
    : map({
        on: d.on,
        sets: d.sets,
        kind: d.kind === 'functional' ? undefined : d.kind,
        why: d.why,
      });
}

/** A routine with the calls it must accept and reject. */
export function routineOf(f: Routine, says: string | undefined): Tree {
  return map({
    says,
    kind: f.kind,
    of: f.of,
    on: some(f.on),
    batch: f.kind === 'bulk' ? f.batch : undefined,
    arguments: filled(each(f.arguments, (type) => type)),
    returns: f.returns,
    body: f.body,
    accept: some(f.accept.map(literal)),
    reject: some(f.reject.map(literal)),
  });
}

/** How tenants share a server. */
export function tenancyOf(t: Tenancy): Tree {
  return map({
    model: t.model,
    of: t.of,
    quota: filled(each(t.quota, (rows) => rows)),
    connections: t.connections,
    timeout: t.timeoutMs === undefined ? undefined : printDuration(t.timeoutMs),
  });
}
