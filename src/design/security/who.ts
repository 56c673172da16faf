import { findTable } from '../../catalog/find.ts';
import { keyOf, nameOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { RoleKind, Task } from '../../task/model.ts';
import type { Design } from '../model.ts';
import type { PlannedRole, Secret } from './model.ts';

/** Names of the roles of one kind, for a sentence. */
export function named(roles: readonly PlannedRole[], kind: RoleKind): string {
  return roles
    .filter((role) => role.kind === kind)
    .map(({ name }) => name)
    .join(', ');
}

/** The roles that the task names, and one of each kind that it does not. */
export function rolesOf(task: Task, schema: string): readonly PlannedRole[] {
  const declared = Object.entries(task.requirements.roles).map(([name, kind]): PlannedRole => ({
    name,
    kind,
    assumed: false,
  }));
  const readers = [...new Set(task.requirements.privacy.flatMap((claim) => claim.readers))].filter(
    (name) => !declared.some((role) => role.name === name),
  );
  const has = (kind: RoleKind): boolean => declared.some((role) => role.kind === kind);
  const [first, ...others] = readers;
  // The first reader that a task names without saying what it is for is taken for its application.
  const application = has('application')
    ? undefined
    : (first ?? (schema === 'public' ? 'app' : `${schema}_app`));
  const extra = has('application') ? readers : others;
  const base = schema === 'public' ? (application ?? 'app') : schema;
  return [
    ...declared,
    ...(application === undefined
      ? []
      : [{ name: application, kind: 'application' as const, assumed: true }]),
    ...extra.map((name) => ({ name, kind: 'read-only' as const, assumed: true })),
    ...(has('read-only') ? [] : [{ name: `${base}_readonly`, kind: 'read-only' as const, assumed: true }]),
    ...(has('migration') ? [] : [{ name: `${base}_migrator`, kind: 'migration' as const, assumed: true }]),
  ].filter((role, at, all) => all.findIndex(({ name }) => name === role.name) === at);
}

/** Schema that gives the names of roles their first part: that of the tables that the change makes. */
export function schemaOf(made: readonly Name[]): string {
  return made.find(({ schema }) => schema !== 'public')?.schema ?? 'public';
}

/** Columns of privacy claims and sensitive fields; a sensitive field is for the application only. */
export function secretsOf({
  task,
  design,
  after,
}: {
  readonly task: Task;
  readonly design: Design;
  readonly after: Catalog;
}): readonly Secret[] {
  const columnsOf = (
    of: string,
    name: string,
  ): { readonly table: Table; readonly columns: readonly string[] } | undefined => {
    const table = findTable(after, design.tables.get(of) ?? of);
    const columns = (design.columns.get(of)?.get(name) ?? [name]).filter((column) =>
      table?.columns.some((one) => one.name === column),
    );
    return table && { table, columns };
  };
  const claimed = task.requirements.privacy.flatMap((claim) => {
    const at = claim.of.lastIndexOf('.');
    const place = columnsOf(claim.of.slice(0, at), claim.of.slice(at + 1));
    return (place?.columns ?? []).map((column): Secret => ({
      table: nameOf(place!.table),
      column,
      class: claim.class,
      readers: claim.readers,
      claim: claim.id,
    }));
  });
  const application = named(rolesOf(task, 'public'), 'application').split(', ');
  const sensitive = task.requirements.entities.flatMap((entity) =>
    entity.fields
      .filter((field) => field.sensitive)
      .flatMap((field) => {
        const place = columnsOf(entity.id, field.name);
        return (place?.columns ?? []).map((column): Secret => ({
          table: nameOf(place!.table),
          column,
          class: 'sensitive',
          readers: application,
          claim: entity.id,
        }));
      }),
  );
  return [...claimed, ...sensitive].filter(
    (one, at, all) =>
      all.findIndex((other) => sameName(other.table, one.table) && other.column === one.column) === at,
  );
}

/** Secrets once more, where archives, histories and messages hold them; JSON of several is for those who may read each. */
export function copiesOfSecrets({ copies }: Design, secrets: readonly Secret[]): readonly Secret[] {
  const found = new Map<string, Secret>();
  for (const secret of secrets)
    for (const { table, column, of, from } of copies) {
      if (from !== secret.column || !sameName(of, secret.table)) continue;
      const key = `${keyOf(table)} ${column}`;
      const known = found.get(key) ?? { ...secret, table, column };
      found.set(key, {
        ...known,
        class: [...new Set([...known.class.split(', '), secret.class])].join(', '),
        readers: known.readers.filter((reader) => secret.readers.includes(reader)),
      });
    }
  return [...found.values()];
}
