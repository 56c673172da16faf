import { findTable, foreignKeysFrom } from '../../catalog/find.ts';
import { keyOf, nameOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Task } from '../../task/model.ts';
import type { Design } from '../model.ts';
import type { AskedQuery, PlannedRole, Privilege, Right, Secret, SecurityPlan, Taken } from './model.ts';
import { needsOf, needsOfInsert, type Need } from './needs.ts';
import { named, rolesOf, schemaOf, secretsOf } from './who.ts';

export interface SecurityOptions {
  readonly task: Task;
  readonly engine: Engine;
  readonly design: Design;
  readonly before: Catalog;
  readonly after: Catalog;
  /** Statements of the change. */
  readonly change: readonly string[];
  /** Queries that the running application sends. */
  readonly running: readonly AskedQuery[];
}

/** Roles of a task and the least that each of them needs; the engine's grammar must be ready. */
export function planSecurity(options: SecurityOptions): SecurityPlan {
  const { task, before, after, design } = options;
  const made = after.tables.filter((table) => !table.partitionOf && !findTable(before, table)).map(nameOf);
  const roles = rolesOf(task, schemaOf(made));
  const secrets = secretsOf(options);
  const { needs, unknown } = applicationNeeds(options);
  const used = [...needs.values()].map(({ relation }) => relation);
  const tables = unique([
    ...made,
    ...secrets.map(({ table }) => table),
    ...used.flatMap((relation) => findTable(after, relation) ?? []).map(nameOf),
  ]);
  // Histories and messages hold copies of whole rows, and the running application's other tables are not this task's: readers get neither.
  const ids = new Set(task.requirements.access.map(({ id }) => id));
  const own = [...task.requirements.entities, ...task.requirements.relations].flatMap(
    ({ id }) => design.tables.get(id) ?? [],
  );
  const asked = tables.filter(
    (table) =>
      own.some((name) => sameName(name, table)) ||
      secrets.some((secret) => sameName(secret.table, table)) ||
      (findTable(before, table) !== undefined &&
        [...needs.values()].some(
          ({ relation, by }) => sameName(relation, table) && by.some((id) => ids.has(id)),
        )) ||
      (task.requirements.schema !== undefined && made.some((name) => sameName(name, table))),
  );
  const rights: Right[] = [];
  for (const role of roles) {
    if (role.kind === 'application')
      for (const { relation, privilege, by } of needs.values())
        rights.push(...rightsOn(options, secrets, role, relation, privilege, by));
    if (role.kind === 'read-only') {
      for (const table of asked) rights.push(...rightsOn(options, secrets, role, table, 'SELECT', []));
      for (const { view, columns, table } of design.masked)
        rights.push({
          role: role.name,
          on: 'table',
          name: view,
          privilege: 'SELECT',
          needs: secrets
            .filter((one) => sameName(one.table, table) && columns.includes(one.column))
            .map(({ claim }) => claim),
        });
    }
    rights.push(...routineRights(options, role));
  }
  const schemas = unique(rights.map(({ name }) => ({ schema: name.schema, name: '' })));
  for (const role of roles)
    for (const { schema } of schemas)
      rights.unshift({
        role: role.name,
        on: 'schema',
        name: { schema, name: schema },
        privilege: 'USAGE',
        needs: [],
      });
  const idle = made.filter((table) => !used.some((relation) => sameName(relation, table)));
  return {
    roles,
    rights,
    tables,
    made,
    ...touchedBy(options),
    secrets,
    masked: design.masked.map(({ view, table, columns }) => ({
      view: options.engine.quote.name(view),
      claims: secrets
        .filter((one) => sameName(one.table, table) && columns.includes(one.column))
        .map(({ claim }) => claim),
    })),
    takes: takesOf(options, secrets, roles),
    unknown: [
      ...unknown,
      ...(idle.length === 0
        ? []
        : [
            `No access pattern uses ${idle.map(({ name }) => name).join(', ')}, so ${named(roles, 'application')} gets no right ${idle.length === 1 ? 'on it' : 'there'}.`,
          ]),
    ],
  };
}

/** Existing tables that a migration must own, and those that it must be allowed to refer to. */
function touchedBy({
  change,
  engine,
  before,
  after,
}: SecurityOptions): Pick<SecurityPlan, 'altered' | 'referenced'> {
  const altered = unique(
    change.flatMap((sql) =>
      engine.grammar
        .split(sql)
        .flatMap((statement) => engine.grammar.touches(statement))
        .flatMap(({ schema, name }) => findTable(before, schema === '' ? name : { schema, name }) ?? [])
        .map(nameOf),
    ),
  );
  const referenced = unique(
    after.tables.flatMap((table) => {
      const known = new Set(findTable(before, table)?.constraints.map(({ name }) => name));
      return foreignKeysFrom(after, table)
        .filter(({ constraint }) => !known.has(constraint.name))
        .flatMap(({ references }) => findTable(before, references) ?? [])
        .map(nameOf);
    }),
  ).filter((name) => !altered.some((one) => sameName(one, name)));
  return { altered, referenced };
}

interface AppNeed extends Need {
  readonly by: readonly string[];
}

/** What the access patterns, the running queries and the routines of the application need. */
function applicationNeeds({ task, engine, design, after, running }: SecurityOptions): {
  readonly needs: ReadonlyMap<string, AppNeed>;
  readonly unknown: readonly string[];
} {
  const needs = new Map<string, AppNeed>();
  const unknown: string[] = [];
  const add = (id: string, found: readonly Need[]): void => {
    if (found.length === 0) unknown.push(`${id} names no table that exists, so its rights are not known.`);
    for (const need of found) {
      const key = `${keyOf(need.relation)} ${need.privilege}`;
      needs.set(key, { ...need, by: [...new Set([...(needs.get(key)?.by ?? []), id])] });
    }
  };
  for (const access of task.requirements.access) {
    if (access.sql !== undefined) add(access.id, needsOf(access.sql, after, engine));
    for (const sql of access.transaction ?? []) add(access.id, needsOf(sql, after, engine));
    const into =
      access.insert === undefined
        ? undefined
        : findTable(after, design.tables.get(access.insert) ?? access.insert);
    if (into) add(access.id, needsOfInsert(into, after, engine));
  }
  for (const { name, sql } of running) add(name, needsOf(sql, after, engine));
  for (const routine of design.routines ?? []) {
    const made = after.routines.find(
      (one) => one.name === routine.name.name && one.schema === routine.name.schema,
    );
    if (made && !/\bSECURITY\s+DEFINER\b/iu.test(made.definition)) {
      const found = needsOf(made.definition, after, engine);
      if (found.length > 0) add(routine.id, found);
      // Rows come into the staging table by COPY, which the procedure's text does not show.
      if (routine.kind === 'bulk') add(routine.id, [{ relation: routine.staging, privilege: 'INSERT' }]);
    }
  }
  if (task.requirements.access.length === 0)
    unknown.push('The task names no access pattern, so what the application reads and writes is not known.');
  return { needs, unknown };
}

/** A right on a table, without the columns that the role may not read. */
function rightsOn(
  { after }: SecurityOptions,
  secrets: readonly Secret[],
  role: PlannedRole,
  relation: Name,
  privilege: Need['privilege'],
  needs: readonly string[],
): readonly Right[] {
  const table = findTable(after, relation);
  const hidden = secrets.filter(
    (secret) => sameName(secret.table, relation) && !secret.readers.includes(role.name),
  );
  const columns =
    privilege === 'SELECT' && hidden.length > 0
      ? table?.columns.map(({ name }) => name).filter((name) => !hidden.some(({ column }) => column === name))
      : undefined;
  const right: Right = {
    role: role.name,
    on: 'table',
    name: nameOf(relation),
    privilege,
    needs: [...needs, ...hidden.map(({ claim }) => claim)],
    ...(columns ? { columns } : {}),
  };
  return [right, ...(privilege === 'INSERT' && table ? sequencesOf(after, table, role, needs) : [])];
}

/** Sequences that defaults of a table take numbers from; identities need no right. */
function sequencesOf(
  catalog: Catalog,
  table: Table,
  role: PlannedRole,
  needs: readonly string[],
): readonly Right[] {
  const defaults = table.columns
    .flatMap((column) => column.default ?? [])
    .filter((text) => text.includes('nextval('));
  return catalog.sequences
    .filter(({ schema, name }) =>
      defaults.some(
        (text) =>
          text.includes(`'${name}'`) || text.includes(`${schema}.${name}'`) || text.includes(`"${name}"`),
      ),
    )
    .map((sequence) => ({
      role: role.name,
      on: 'sequence',
      name: nameOf(sequence),
      privilege: 'USAGE',
      needs,
    }));
}

/** New functions that are not triggers can be called by the application; those that the task asks for, and those that its tables use. */
function routineRights(
  { before, after, design, engine }: SecurityOptions,
  role: PlannedRole,
): readonly Right[] {
  if (role.kind !== 'application') return [];
  // Upkeep changes the structure or reads what the application may not: a scheduler calls it as the owner.
  const upkeep = (routine: Name): boolean =>
    design.parted.some((parted) => sameName(parted.routine, routine)) ||
    design.derived.some(({ refresh }) => refresh === `SELECT ${engine.quote.name(routine)}()`);
  const called = madeRoutines(before, after).filter((routine) => !upkeep(routine));
  return called.map((routine) => ({
    role: role.name,
    on: routine.kind === 'procedure' ? ('procedure' as const) : ('function' as const),
    name: nameOf(routine),
    arguments: routine.arguments,
    privilege: 'EXECUTE' as Privilege,
    needs: [],
  }));
}

/** Routines that the change makes and that somebody calls: those of triggers run without a right. */
export function madeRoutines(before: Catalog, after: Catalog): Catalog['routines'] {
  return after.routines.filter(
    (routine) =>
      !before.routines.some((one) => sameName(one, routine) && one.arguments === routine.arguments) &&
      !/\bRETURNS\s+(?:event_)?trigger\b/iu.test(routine.definition),
  );
}

/** Rights on existing tables that stand against a privacy claim. */
function takesOf(
  { before, engine }: SecurityOptions,
  secrets: readonly Secret[],
  roles: readonly PlannedRole[],
): readonly Taken[] {
  return secrets.flatMap((secret) => {
    const table = findTable(before, secret.table);
    const column = table?.columns.find(({ name }) => name === secret.column);
    if (!table || !column) return [];
    const readers = new Set(
      [...table.grants, ...column.grants]
        .filter(
          ({ privilege, to }) => privilege === 'SELECT' && to !== table.owner && !secret.readers.includes(to),
        )
        .map(({ to }) => to),
    );
    return [...readers].map((to): Taken => {
      const who = to === 'PUBLIC' ? to : engine.quote.identifier(to);
      const others = table.columns.map(({ name }) => name).filter((name) => name !== secret.column);
      const planned = roles.some(({ name }) => name === to);
      return {
        sql: `REVOKE SELECT ON ${engine.quote.name(table)} FROM ${who};${planned || to === 'PUBLIC' ? '' : `\nGRANT SELECT (${others.map((name) => engine.quote.identifier(name)).join(', ')}) ON ${engine.quote.name(table)} TO ${who}`}`,
        what: `${to} reads ${table.name}.${secret.column} today`,
        claim: secret.claim,
      };
    });
  });
}

function unique<T extends Name>(names: readonly T[]): readonly T[] {
  return [...new Map(names.map((name) => [keyOf(name), name])).values()];
}
