/** What applications, readers and strangers may do on a filled database, tried in sessions of their own. */
import { SqlError } from '../../../base/error.ts';
import { findTable } from '../../../catalog/find.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { Name, Table } from '../../../catalog/model.ts';
import type { PlannedRole, Privilege } from '../../../design/security/model.ts';
import { madeRoutines } from '../../../design/security/plan.ts';
import { settingsOf } from '../../../design/security/write.ts';
import { tenantSetting } from '../../../design/tenancy/who.ts';
import type { Session } from '../../../engine/model.ts';
import type { ReadingRow } from '../../../engine/rights/model.ts';
import type { SandboxDatabase } from '../../../sandbox/model.ts';
import { preparedPatterns, reviewReaders, tryMasks, type Try } from './role-queries.ts';
import { sharesTenants, stranger, type RoleCast, type RoleCheck } from './role-cast.ts';

/** Longest time that one statement may take, milliseconds. */
const statementMs = 30_000;
/** SQLSTATE of a right that is missing. */
const refusedState = '42501';

/** Every role but those that migrate, and a stranger. */
export async function tryUsers(
  cast: RoleCast,
  database: SandboxDatabase,
): Promise<{ readonly checks: readonly RoleCheck[]; readonly readers: readonly ReadingRow[] }> {
  const { plan, stage, roles } = cast;
  const patterns = await preparedPatterns(stage, database);
  const checks: RoleCheck[] = [];
  for (const role of [...plan.roles, { name: stranger, kind: 'stranger' as const }]) {
    if (role.kind === 'migration') continue;
    const session = await stage.engine.connect(roles.get(role.name)!.url(database), {
      application: 'dbd roles',
    });
    try {
      checks.push(...(await tryUser({ cast, session, role }, patterns)));
    } finally {
      await session.close();
    }
  }
  checks.push(...(await tryMasks(cast, database)));
  return { checks, readers: await reviewReaders(cast, database) };
}

interface User {
  readonly cast: RoleCast;
  readonly session: Session;
  readonly role: { readonly name: string; readonly kind: PlannedRole['kind'] | 'stranger' };
}

async function tryUser(
  user: User,
  patterns: readonly (Try & { readonly id: string })[],
): Promise<readonly RoleCheck[]> {
  const { cast, role } = user;
  const { engine, planned, task } = cast.stage;
  const { quote } = engine;
  const { plan } = cast;
  const checks: RoleCheck[] = [];
  const add = async (
    action: string,
    expected: RoleCheck['expected'],
    tries: readonly Try[],
    about: readonly string[] = [],
  ): Promise<void> => {
    if (tries.length > 0) checks.push(await check(user, action, expected, tries, about));
  };
  const rightsOn = (name: Name, privilege: Privilege): { readonly columns?: readonly string[] } | undefined =>
    plan.rights.find(
      (right) =>
        right.role === role.name &&
        right.on === 'table' &&
        sameName(right.name, name) &&
        right.privilege === privilege,
    );

  if (role.kind === 'application') {
    for (const pattern of patterns) await add(`run ${pattern.id}`, 'runs', [pattern], [pattern.id]);
    for (const access of task.requirements.access)
      if (access.transaction === undefined && !patterns.some(({ id }) => id === access.id))
        checks.push({
          role: role.name,
          kind: role.kind,
          action: `run ${access.id}`,
          expected: 'runs',
          observed: 'could not be prepared',
          ok: true,
          open: true,
          about: [access.id],
        });
  }
  const tables = plan.tables.flatMap((name) => findTable(planned.after, name) ?? []);
  const others = planned.after.tables.filter((table) => !table.partitionOf);
  const all =
    role.kind === 'stranger'
      ? tables.filter((table) => plan.made.some((name) => sameName(name, table)))
      : others;
  await add(
    'read the tables that it may read',
    'runs',
    tables.flatMap((table) => {
      const right = rightsOn(table, 'SELECT');
      return right ? [{ name: table.name, sql: selectOf(cast, table, right.columns) }] : [];
    }),
  );
  await add(
    role.kind === 'stranger' ? 'read new tables' : 'read any other table',
    'refused',
    all
      .filter((table) => !rightsOn(table, 'SELECT'))
      .map((table) => ({ name: table.name, sql: `SELECT FROM ${quote.name(table)} LIMIT 1` })),
  );
  for (const secret of plan.secrets) {
    const may = secret.readers.includes(role.name);
    const table = findTable(planned.after, secret.table)!;
    const read = [{ name: `${table.name}.${secret.column}`, sql: selectOf(cast, table, [secret.column]) }];
    if (!may) await add(`read ${table.name}.${secret.column}`, 'refused', read, [secret.claim]);
    else if (rightsOn(table, 'SELECT'))
      await add(`read ${table.name}.${secret.column}`, 'runs', read, [secret.claim]);
  }
  for (const { view, table } of planned.design.masked) {
    const claims = plan.secrets.filter((secret) => sameName(secret.table, table)).map(({ claim }) => claim);
    await add(
      `read ${view.name}`,
      rightsOn(view, 'SELECT') ? 'runs' : 'refused',
      [{ name: view.name, sql: `SELECT * FROM ${quote.name(view)} LIMIT 1` }],
      claims,
    );
  }
  for (const [privilege, sql] of writes)
    await add(
      `${privilege.toLowerCase()} rows where it has no such right`,
      'refused',
      all
        .filter((table) => !rightsOn(table, privilege))
        .map((table) => ({
          name: table.name,
          sql: sql(quote.name(table), quote.identifier(table.columns[0]?.name ?? 'id')),
        })),
    );
  await add('change the structure', 'refused', [
    ...[...new Set(plan.tables.map(({ schema }) => schema))].map((schema) => ({
      name: `create a table in ${schema}`,
      sql: `CREATE TABLE ${quote.name({ schema, name: 'dbd_trial' })} (n integer)`,
    })),
    ...tables.flatMap((table) => [
      { name: `alter ${table.name}`, sql: `ALTER TABLE ${quote.name(table)} ADD COLUMN dbd_trial integer` },
      { name: `drop ${table.name}`, sql: `DROP TABLE ${quote.name(table)} CASCADE` },
      { name: `empty ${table.name}`, sql: `TRUNCATE ${quote.name(table)} CASCADE` },
    ]),
  ]);
  if (role.kind === 'stranger') {
    const calls = madeRoutines(cast.stage.before, planned.after);
    await add(
      'call new functions',
      'refused',
      calls
        .filter(({ kind }) => kind === 'function' || kind === 'procedure')
        .map((routine) => ({
          name: routine.name,
          // An error of the function's own would come after the right was checked.
          sql: `${routine.kind === 'procedure' ? 'CALL' : 'SELECT'} ${quote.name(routine)}(${nulls(routine.arguments)})`,
        })),
    );
  } else checks.push(await settings(user, role.kind));
  return checks;
}

const writes: readonly (readonly [
  'INSERT' | 'UPDATE' | 'DELETE',
  (table: string, column: string) => string,
])[] = [
  ['INSERT', (table) => `INSERT INTO ${table} DEFAULT VALUES`],
  ['UPDATE', (table, column) => `UPDATE ${table} SET ${column} = DEFAULT WHERE false`],
  ['DELETE', (table) => `DELETE FROM ${table} WHERE false`],
];

function selectOf({ stage }: RoleCast, table: Table, columns: readonly string[] | undefined): string {
  const { quote } = stage.engine;
  const list = columns ? columns.map((column) => quote.identifier(column)).join(', ') : '*';
  return `SELECT ${list} FROM ${quote.name(table)} LIMIT 1`;
}

/** Nulls of the types of identity arguments: `integer, text` or `ids bigint[]`. */
function nulls(list: string): string {
  return list === ''
    ? ''
    : list
        .split(', ')
        .map(() => 'NULL')
        .join(', ');
}

/** Runs statements in transactions that are rolled back; refusals of the right kind count, other errors are told. */
async function check(
  { cast, session, role }: User,
  action: string,
  expected: RoleCheck['expected'],
  tries: readonly Try[],
  about: readonly string[],
): Promise<RoleCheck> {
  const wrong: string[] = [];
  // A row is written for the tenant that stands among its values; what is to be refused is refused for each of them.
  const tenants = ({ values = [] }: Try): readonly (string | undefined)[] =>
    sharesTenants(cast.stage)
      ? [undefined, ...values.flatMap((value) => (typeof value === 'string' ? [value] : []))]
      : [undefined];
  for (const one of tries) {
    const seen = await attempt(session, one, tenants(one));
    if (seen !== expected) wrong.push(tries.length === 1 ? seen : `${one.name}: ${seen}`);
  }
  return {
    role: role.name,
    kind: role.kind,
    action: tries.length === 1 ? action : `${action} (${tries.length})`,
    expected,
    observed: wrong.length === 0 ? expected : wrong.join('; '),
    ok: wrong.length === 0,
    about,
  };
}

async function attempt(
  session: Session,
  one: Try,
  tenants: readonly (string | undefined)[],
): Promise<string> {
  let seen = '';
  for (const tenant of tenants) {
    seen = await attemptAs(session, one, tenant);
    if (seen === 'runs') return seen;
  }
  return seen;
}

async function attemptAs(
  session: Session,
  { sql, values = [] }: Try,
  tenant: string | undefined,
): Promise<string> {
  await session.query('BEGIN');
  try {
    await session.query(`SET LOCAL statement_timeout = ${statementMs}`);
    // Refused statements tell nothing of a role whose transactions only read; its rights are looked at alone.
    await session.query('SET TRANSACTION READ WRITE');
    if (tenant !== undefined) await session.query('SELECT set_config($1, $2, true)', [tenantSetting, tenant]);
    await session.query(sql, values);
    return 'runs';
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.fields.sqlstate === refusedState ? 'refused' : error.message;
  } finally {
    await session.query('ROLLBACK');
  }
}

/** The limits that a new session of the role gets. */
async function settings({ cast, session, role }: User, kind: PlannedRole['kind']): Promise<RoleCheck> {
  const wanted = Object.entries(settingsOf(kind, cast.writing));
  const wrong: string[] = [];
  for (const [name, value] of wanted) {
    const { rows } = await session.query<{ same: boolean; value: string }>(
      `SELECT current_setting($1) AS value, CASE WHEN $2 ~ 's$' THEN current_setting($1)::interval = $2::interval ELSE current_setting($1) = $2 END AS same`,
      [name, value],
    );
    if (!rows[0]!.same) wrong.push(`${name} is ${rows[0]!.value}`);
  }
  return {
    role: role.name,
    kind,
    action: `get its limits when it signs in (${wanted.map(([name, value]) => `${name} ${value}`).join(', ')})`,
    expected: 'runs',
    observed: wrong.length === 0 ? 'runs' : wrong.join('; '),
    ok: wrong.length === 0,
    about: [],
  };
}
