import { keyOf } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { RoleKind, Task } from '../../task/model.ts';
import type { PlannedRole, Right, SecurityPlan } from './model.ts';
import { madeRoutines } from './plan.ts';

export interface WriteOptions {
  readonly task: Task;
  readonly engine: Engine;
  readonly plan: SecurityPlan;
  readonly before: Catalog;
  readonly after: Catalog;
  /** Longest lock wait of the change, milliseconds. */
  readonly lockWaitMs: number;
  /** Tables hold rows of several tenants, kept apart by row security. */
  readonly sharedTenants?: boolean;
  /** Name of a role on the server where the text runs; trials use names of their own. */
  readonly as?: (role: string) => string;
}

/** Shortest limit on a statement of the application, and how many times its slowest target. */
const leastStatementMs = 30_000;
const statementFactor = 10;

const purposes: Readonly<Record<RoleKind, string>> = {
  application: 'what the application reads and writes, and nothing else',
  'read-only': 'reads, writes nothing, and sees masks where it may not see values',
  migration: 'changes the structure',
};

/** `roles.sql`: the roles themselves, before the change. */
export function rolesSql(options: WriteOptions): string {
  const { task, engine, plan } = options;
  const { rights, quote } = engine;
  const as = options.as ?? ((role) => role);
  const list = plan.roles.map(({ name }) => as(name));
  const migrators = plan.roles.filter(({ kind }) => kind === 'migration');
  const { altered, referenced } = plan;
  const installs = options.after.extensions
    .map(({ name }) => name)
    .filter((name) => !options.before.extensions.some((one) => one.name === name));
  const schemas = [...new Set(plan.tables.map(({ schema }) => schema))];
  const parts = [
    `-- Roles of ${task.id}. An administrator runs this once before the change; it may run again.
-- Roles belong to the whole server, so they are not part of up/ and down/. grants.sql gives them their tables after the change.
-- Nobody signs in as these roles. Each program and person gets a role of its own that is a member of one:
--   CREATE ROLE app_server LOGIN PASSWORD '…' IN ROLE ${quote.identifier(as(plan.roles[0]!.name))};`,
    ...plan.roles.map(
      (role) =>
        `-- ${oneLine(role.name)}: ${role.kind} role, ${purposes[role.kind]}${role.assumed ? ' (assumed: the task does not name one)' : ''}\n${rights.ensureRole(as(role.name), noteOf(task, role))};`,
    ),
    `${rights.connect(list)};`,
    ...migrators.map((role) => {
      const name = quote.identifier(as(role.name));
      return [
        `-- ${oneLine(role.name)} makes objects in ${schemas.map(oneLine).join(', ')}${altered.length > 0 ? ' and changes tables of their owners' : ''}; what it makes is called by nobody until grants.sql says so`,
        ...schemas.map((schema) => `GRANT USAGE, CREATE ON SCHEMA ${quote.identifier(schema)} TO ${name};`),
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${name} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;`,
        ...(options.sharedTenants
          ? [
              `-- Purges, backfills and dumps are about all tenants: row security would hide every row from them. It is no right that members inherit: SET ROLE ${oneLine(role.name)} first`,
              `ALTER ROLE ${name} BYPASSRLS;`,
            ]
          : []),
        ...referenced.map((table) => `GRANT REFERENCES ON TABLE ${quote.name(table)} TO ${name};`),
        ...(altered.length > 0 ? [`${rights.changeTables(as(role.name), altered)};`] : []),
        ...(installs.length > 0
          ? [`-- The change installs ${installs.map(oneLine).join(', ')}.\n${rights.install(as(role.name))};`]
          : []),
      ].join('\n');
    }),
    `-- Limits of a session. PostgreSQL takes them from the role that signs in and not from roles it is a member of:
-- login roles need the same statements. A role that was there before gets them too; leave out what does not suit it.
${plan.roles.map((role) => `${rights.settings(as(role.name), settingsOf(role.kind, options))};`).join('\n')}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** How long sessions of a role may run, wait and idle. */
export function settingsOf(
  kind: RoleKind,
  { task, lockWaitMs }: Pick<WriteOptions, 'task' | 'lockWaitMs'>,
): Readonly<Record<string, string>> {
  const slowest = Math.max(0, ...task.requirements.access.map(({ p95 }) => p95 ?? 0));
  const statement = `${Math.max(leastStatementMs, slowest * statementFactor)}ms`;
  if (kind === 'application')
    return { statement_timeout: statement, lock_timeout: '5s', idle_in_transaction_session_timeout: '60s' };
  if (kind === 'read-only')
    return {
      default_transaction_read_only: 'on',
      statement_timeout: '300s',
      idle_in_transaction_session_timeout: '60s',
    };
  return { lock_timeout: `${lockWaitMs}ms`, idle_in_transaction_session_timeout: '60s' };
}

/** `grants.sql`: what the roles may do, after the change. */
export function grantsSql(options: WriteOptions): string {
  const { task, engine, plan, before, after } = options;
  const { quote } = engine;
  const as = options.as ?? ((role) => role);
  const roles = plan.roles.map(({ name }) => quote.identifier(as(name)));
  const made = [
    ...plan.made,
    ...after.views.filter((view) => !before.views.some((one) => keyOf(one) === keyOf(view))),
  ];
  const routines = madeRoutines(before, after);
  const exact = [
    ...(made.length > 0
      ? [
          `REVOKE ALL ON TABLE ${made.map((name) => quote.name(name)).join(', ')} FROM PUBLIC, ${roles.join(', ')};`,
        ]
      : []),
    ...routines.map(
      (routine) =>
        `REVOKE ALL ON ${routine.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION'} ${quote.name(routine)}(${routine.arguments}) FROM PUBLIC, ${roles.join(', ')};`,
    ),
  ];
  const parts = [
    `-- Rights of ${task.id}. The owner of the tables or an administrator runs this after the change; it may run again:
-- one transaction, so that nobody is without rights meanwhile.
-- Each right names the access patterns and claims that need it; what is not granted here is refused.`,
    'BEGIN;',
    ...(exact.length > 0 ? [`-- New objects begin with no right for anybody\n${exact.join('\n')}`] : []),
    ...plan.roles.filter(({ kind }) => kind !== 'migration').map((role) => grantsOf(options, role, as)),
    'COMMIT;',
    ...(plan.takes.length > 0
      ? [
          `-- These take rights away from tables that are in use, so they are not run by themselves.\n${plan.takes
            .map(
              ({ sql, what, claim }) =>
                `-- ${claim}: ${oneLine(what)}\n${sql
                  .split('\n')
                  .map((line) => `-- ${line}`)
                  .join('\n')}`,
            )
            .join('\n')}`,
        ]
      : []),
    ...(plan.unknown.length > 0 ? [plan.unknown.map((line) => `-- ${oneLine(line)}`).join('\n')] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function grantsOf({ engine, plan }: WriteOptions, role: PlannedRole, as: (role: string) => string): string {
  const own = plan.rights.filter((right) => right.role === role.name);
  const groups = new Map<string, Right[]>();
  for (const right of own) {
    const key = JSON.stringify([right.on, keyOf(right.name), right.arguments ?? '']);
    groups.set(key, [...(groups.get(key) ?? []), right]);
  }
  const lines = [...groups.values()].flatMap((rights) => {
    const { on, name, arguments: list } = rights[0]!;
    const object =
      on === 'schema'
        ? `SCHEMA ${engine.quote.identifier(name.name)}`
        : on === 'table'
          ? `TABLE ${engine.quote.name(name)}`
          : `${on.toUpperCase()} ${engine.quote.name(name)}${list === undefined ? '' : `(${list})`}`;
    const words = rights
      .map(({ privilege, columns }) =>
        columns
          ? `${privilege} (${columns.map((column) => engine.quote.identifier(column)).join(', ')})`
          : privilege,
      )
      .filter((word, at, all) => all.indexOf(word) === at);
    const needs = [...new Set(rights.flatMap((right) => right.needs))];
    return [
      `GRANT ${words.join(', ')} ON ${object} TO ${engine.quote.identifier(as(role.name))};${needs.length > 0 ? ` -- ${needs.map(oneLine).join(', ')}` : ''}`,
    ];
  });
  return [`-- ${oneLine(role.name)}`, ...lines].join('\n');
}

/** `roles-down.sql`: the way back. */
export function rolesDownSql(options: WriteOptions): string {
  const { task, engine, plan } = options;
  const as = options.as ?? ((role) => role);
  const roles = plan.roles.map((role) => ({ name: as(role.name), note: noteOf(task, role) }));
  return `-- The way back of roles.sql and grants.sql: roles that were made for ${task.id} lose their rights in this database and are dropped.
-- Roles that were there before keep theirs. Tables and rows stay; what ${oneLine(plan.roles.find(({ kind }) => kind === 'migration')?.name ?? '')} owns goes to who runs this.

${engine.rights.forget(roles)};
`;
}

/** Comment of a role, by which the way back knows it again. */
export function noteOf(task: Task, { kind }: PlannedRole): string {
  return `${kind[0]!.toUpperCase()}${kind.slice(1)} role, made for ${task.id}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
