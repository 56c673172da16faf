import { id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece, Side } from '../model.ts';
import { roleOn } from './around.ts';
import { rowsOf, type Around, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface RoleFacts {
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypass: boolean;
  readonly limit: number;
  readonly until: string | null;
  /** `name=value`, for every database and for this one. */
  readonly settings: readonly string[];
  readonly here: readonly string[];
}

const superuser = true as const;

/** Settings of this role, everywhere or in this database. */
const settings = (database: string): string =>
  `coalesce((SELECT s.setconfig FROM pg_catalog.pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase = ${database}), '{}')`;

const here = `(SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`;

const query = (): string => `
SELECT '' AS schema, r.rolname::text AS name, NULL AS owner, pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment, NULL AS rights,
  json_build_object('superuser', r.rolsuper, 'inherit', r.rolinherit, 'createRole', r.rolcreaterole, 'createDatabase', r.rolcreatedb, 'login', r.rolcanlogin,
    'replication', r.rolreplication, 'bypass', r.rolbypassrls, 'limit', r.rolconnlimit, 'until', r.rolvaliduntil::text,
    'settings', ${settings('0')}, 'here', ${settings(here)}) AS facts
FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY r.rolname COLLATE "C"`;

const flags = [
  ['superuser', 'SUPERUSER', false],
  ['inherit', 'INHERIT', true],
  ['createRole', 'CREATEROLE', false],
  ['createDatabase', 'CREATEDB', false],
  ['login', 'LOGIN', false],
  ['replication', 'REPLICATION', false],
  ['bypass', 'BYPASSRLS', false],
] as const;

const usual: RoleFacts = {
  superuser: false,
  inherit: true,
  createRole: false,
  createDatabase: false,
  login: false,
  replication: false,
  bypass: false,
  limit: -1,
  until: null,
  settings: [],
  here: [],
};

function attributes(before: RoleFacts, after: RoleFacts): string {
  return [
    ...flags.flatMap(([what, word]) =>
      before[what] === after[what] ? [] : [after[what] ? word : `NO${word}`],
    ),
    ...(before.limit === after.limit ? [] : [`CONNECTION LIMIT ${after.limit}`]),
    ...(before.until === after.until ? [] : [`VALID UNTIL ${text(after.until ?? 'infinity')}`]),
  ].join(' ');
}

function settingPieces(name: string, before: RoleFacts, after: RoleFacts): readonly Piece[] {
  const alter = `ALTER ROLE ${id(name)} `;
  return [
    ...settingsChange(alter, before.settings, after.settings),
    ...settingsChange(alter, before.here, after.here, true),
  ];
}

/** The name of the database is known only where the statement runs. */
function settingsChange(
  alter: string,
  before: readonly string[],
  after: readonly string[],
  inDatabase = false,
): readonly Piece[] {
  const nameOf = (stored: string): string => stored.slice(0, stored.indexOf('='));
  const kept = new Set(after.map(nameOf));
  const actions = [
    ...before.filter((stored) => !kept.has(nameOf(stored))).map((stored) => `RESET ${settingName(stored)}`),
    ...after
      .filter((stored) => !before.includes(stored))
      .map((stored) => `SET ${settingName(stored)} TO ${settingValue(stored)}`),
  ];
  return actions.map((action) => ({
    sql: inDatabase
      ? `DO ${text(`BEGIN EXECUTE pg_catalog.format(${text(`${alter.replaceAll('%', '%%')}IN DATABASE %I ${action.replaceAll('%', '%%')}`)}, pg_catalog.current_database()); END`)}`
      : alter + action,
    because: 'a setting of the role',
    superuser,
  }));
}

function settingName(stored: string): string {
  return stored.slice(0, stored.indexOf('=')).split('.').map(id).join('.');
}

/** Lists are kept as they are written in statements. */
const lists = new Set([
  'search_path',
  'temp_tablespaces',
  'local_preload_libraries',
  'session_preload_libraries',
  'datestyle',
]);

function settingValue(stored: string): string {
  const at = stored.indexOf('=');
  const [name, value] = [stored.slice(0, at).toLowerCase(), stored.slice(at + 1)];
  if (!lists.has(name)) return text(value);
  return value === '' ? "''" : value;
}

/** Roles of the server but for its own, without their passwords. Planned where roles are asked for. */
export const roles: Kind<Fact<RoleFacts>> = {
  ...simple<RoleFacts>({
    kind: 'role',
    query,
    key: ({ name }) => keys.role(name),
    called: ({ name }) => ({ what: `ROLE ${id(name)}`, superuser }),
    create: ({ name, facts }) => [
      {
        sql: `CREATE ROLE ${id(name)} ${attributes(usual, facts)}`.trim(),
        because: facts.login ? 'new role; it has no password yet' : 'new role',
        superuser,
      },
      ...settingPieces(name, usual, facts),
    ],
    change: (before, after) => {
      const changed = attributes(before.facts, after.facts);
      return [
        ...(changed === ''
          ? []
          : [
              { sql: `ALTER ROLE ${id(after.name)} ${changed}`, because: 'its attributes change', superuser },
            ]),
        ...settingPieces(after.name, before.facts, after.facts),
      ];
    },
    drop: ({ name }, { from }) => [
      {
        sql: `DROP ROLE ${id(name)}`,
        because: 'no longer wanted',
        superuser,
        after: usedBy(from, name),
      },
    ],
    more: {
      renames: {
        kind: 'role',
        name: ({ object }) => object.name,
        place: () => '',
        likeness: () => 0,
        statements: ({ object }, to) => [`ALTER ROLE ${id(object.name)} RENAME TO ${id(to.name)}`],
      },
    },
  }),
  list: (side) =>
    rowsOf<Fact<RoleFacts>>(side, 'role')
      .filter(({ name }) => roleOn(side, name) === name)
      .map((object) => ({ key: keys.role(object.name), path: keys.role(object.name), object })),
};

/** What belongs to a role, or names it in its rights. */
function usedBy(side: Side, role: string): readonly string[] {
  const { catalog } = side;
  const names = (object: { readonly owner: string; readonly grants: readonly { readonly to: string }[] }) =>
    object.owner === role || object.grants.some(({ to }) => to === role);
  const kept = (kind: string): readonly (Fact<unknown> & Around)[] => rowsOf(side, kind);
  return [
    ...catalog.schemas.filter(names).map(({ name }) => keys.schema(name)),
    ...catalog.tables.flatMap((table) => [
      ...(names(table) || table.columns.some(({ grants }) => grants.some(({ to }) => to === role))
        ? [keys.table(table)]
        : []),
      ...table.columns
        .filter(({ grants }) => grants.some(({ to }) => to === role))
        .map(({ name }) => keys.column(table, name)),
      ...table.policies
        .filter(({ roles: all }) => all.includes(role))
        .map(({ name }) => keys.policy(table, name)),
    ]),
    ...catalog.views.filter(names).map(keys.view),
    ...kept('view')
      .filter(({ rights }) => rights?.some(({ to }) => to === role))
      .map(keys.view),
    ...catalog.sequences.filter(names).map(keys.sequence),
    ...catalog.types.filter(names).map(keys.type),
    ...catalog.routines.filter(names).map((routine) => keys.routine(routine, routine.arguments)),
    ...[
      'collation',
      'statistics',
      'text search dictionary',
      'text search configuration',
      'conversion',
      'server',
      'publication',
    ].flatMap((kind) =>
      kept(kind)
        .filter(({ owner, rights }) => owner === role || rights?.some(({ to }) => to === role))
        .map((fact) => keys.named(kind, fact)),
    ),
  ];
}

interface MembershipFacts {
  readonly group: string;
  readonly member: string;
  /** Told since 16. */
  readonly admin: boolean;
  readonly inherit: boolean | null;
  readonly set: boolean | null;
}

/** Who is a member of which role; memberships of whoever runs the change say nothing. */
export const memberships: Kind<Fact<MembershipFacts>> = {
  ...simple<MembershipFacts>({
    kind: 'membership',
    query: (version) => `
SELECT DISTINCT ON (g.rolname, m.rolname) '' AS schema, g.rolname::text AS name, NULL AS owner, NULL AS comment, NULL AS rights,
  json_build_object('group', g.rolname, 'member', m.rolname, 'admin', a.admin_option,
    'inherit', ${version >= 160_000 ? 'a.inherit_option' : 'NULL'}, 'set', ${version >= 160_000 ? 'a.set_option' : 'NULL'})::jsonb AS facts
FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles g ON g.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member
WHERE m.rolname !~ '^pg_' ORDER BY g.rolname, m.rolname, a.grantor`,
    key: ({ facts }) => `membership of ${facts.member} in ${facts.group}`,
    needs: ({ facts }) => [keys.role(facts.group), keys.role(facts.member)],
    called: ({ facts }) => ({ what: `${id(facts.group)} FROM ${id(facts.member)}`, superuser }),
    create: ({ facts }) => [granted(facts, 'new membership')],
    change: ({ facts: before }, { facts: after }) =>
      before.admin && !after.admin && after.inherit === null
        ? [
            {
              sql: `REVOKE ADMIN OPTION FOR ${id(after.group)} FROM ${id(after.member)}`,
              because: 'the membership may no longer be passed on',
              superuser,
            },
          ]
        : [granted(after, 'the membership changes')],
    drop: ({ facts }) => [
      {
        sql: `REVOKE ${id(facts.group)} FROM ${id(facts.member)}`,
        because: 'no longer a member',
        superuser,
      },
    ],
  }),
  list: (side) =>
    rowsOf<Fact<MembershipFacts>>(side, 'membership')
      .filter(
        ({ facts }) =>
          roleOn(side, facts.member) === facts.member && roleOn(side, facts.group) === facts.group,
      )
      .map((object) => {
        const key = `membership of ${object.facts.member} in ${object.facts.group}`;
        return {
          key,
          path: key,
          object,
          needs: [keys.role(object.facts.group), keys.role(object.facts.member)],
        };
      }),
};

function granted({ group, member, admin, inherit, set }: MembershipFacts, because: string): Piece {
  const how =
    inherit === null
      ? admin
        ? ' WITH ADMIN OPTION'
        : ''
      : ` WITH ADMIN ${admin ? 'TRUE' : 'FALSE'}, INHERIT ${inherit ? 'TRUE' : 'FALSE'}, SET ${set ? 'TRUE' : 'FALSE'}`;
  return { sql: `GRANT ${id(group)} TO ${id(member)}${how}`, because, superuser };
}
