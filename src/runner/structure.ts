/** The fingerprint of a database: one hash per object, so that a difference has a name. */
import { hash } from '../base/hash.ts';
import type { Catalog } from '../catalog/model.ts';
import type { StoredEvent } from '../engine/model.ts';
import type { Run } from './model.ts';
import { note } from './notes.ts';

/** Hash of each object by its path: `table public.users`, `column public.users.email`. */
export type Structure = Readonly<Record<string, string>>;

/** The fingerprint of a catalog without the history's own schema, and of the named schemas only, where some are named. */
export function structureOf(catalog: Catalog, own: string, schemas?: readonly string[]): Structure {
  const counts = (schema: string): boolean =>
    schema !== own && (schemas === undefined || schemas.includes(schema));
  const found: Record<string, string> = {};
  const add = (path: string, value: unknown): void => {
    found[path] = hash(value).slice(0, 16);
  };
  for (const schema of catalog.schemas) if (counts(schema.name)) add(`schema ${schema.name}`, schema);
  for (const table of catalog.tables.filter(({ schema }) => counts(schema))) {
    const { columns, constraints, indexes, triggers, policies, ...rest } = table;
    const name = `${table.schema}.${table.name}`;
    add(`table ${name}`, rest);
    for (const column of columns) add(`column ${name}.${column.name}`, column);
    for (const one of constraints) add(`constraint ${one.name} of ${name}`, one);
    for (const one of indexes) add(`index ${one.schema}.${one.name}`, one);
    for (const one of triggers) add(`trigger ${one.name} of ${name}`, one);
    for (const one of policies) add(`policy ${one.name} of ${name}`, one);
  }
  const named = (kind: string, all: readonly { readonly schema: string; readonly name: string }[]): void => {
    for (const one of all) if (counts(one.schema)) add(`${kind} ${one.schema}.${one.name}`, one);
  };
  named('view', catalog.views);
  named('type', catalog.types);
  named('sequence', catalog.sequences);
  for (const one of catalog.routines)
    if (counts(one.schema)) {
      const { identity, name } = one as { readonly identity?: string; readonly name: string };
      add(`routine ${one.schema}.${name}${identity === undefined ? '' : `(${identity})`}`, one);
    }
  if (schemas === undefined) {
    for (const one of catalog.extensions) add(`extension ${one.name}`, one);
    for (const one of catalog.others ?? []) add(`${one.kind} ${one.name}`, one);
  }
  return found;
}

/** What differs between two fingerprints, in words. */
export function differences(before: Structure, after: Structure): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted().flatMap((path) => {
    const [was, is] = [before[path], after[path]];
    if (was === is) return [];
    return [was === undefined ? `${path} is new` : is === undefined ? `${path} is gone` : `${path} differs`];
  });
}

/** The fingerprint of the place as it is now. */
export async function structureNow({ engine, place }: Run): Promise<Structure> {
  const { target, session } = place;
  return structureOf(await engine.inspect(session), target.schema, target.schemas);
}

/** Notes the structure as it is now, which the next run expects to find. */
export async function noteStructure(run: Run, why: string): Promise<void> {
  await note(run, { kind: 'structure', change: '', hash: '', note: why, structure: await structureNow(run) });
}

/** What to compare the present with: the last fingerprint, unless steps ran after it, whose effect nobody has seen. */
export function expected(
  events: readonly StoredEvent[],
):
  | { readonly kind: 'none' }
  | { readonly kind: 'cut off'; readonly step: StoredEvent }
  | { readonly kind: 'known'; readonly structure: Structure; readonly at: string } {
  const at = events.findLastIndex(({ kind }) => kind === 'structure');
  const last = events[at];
  if (!last?.structure) return { kind: 'none' };
  const later = events
    .slice(at + 1)
    .findLast(({ kind }) => ['intent', 'done', 'undoing', 'undone'].includes(kind));
  return later ? { kind: 'cut off', step: later } : { kind: 'known', structure: last.structure, at: last.at };
}
