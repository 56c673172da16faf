import type { Node } from 'libpg-query';
import type { Session } from '../../../engine/session/model.ts';
import { text as textOf, walk } from '../grammar/tree.ts';
import { harmlessRoles } from '../structure/roles.ts';
import { id, text } from '../structure/making.ts';

/** Statements about roles, composed anew from what was read: nobody's text becomes a superuser's statement. */
export interface RoleSteps {
  readonly sql: readonly string[];
  /** What is not carried out, as the end of "n statements …". */
  readonly left: readonly string[];
}

interface Spec {
  readonly roletype?: string;
  readonly rolename?: string;
}

/** A role as a statement names it; undefined stands for whoever runs the text. */
function roleIn(spec: Spec | undefined): string | undefined {
  return spec?.roletype === 'ROLESPEC_CSTRING' ? spec.rolename : undefined;
}

/** Names of the roles that a tree mentions. */
export function rolesNamed(tree: unknown): readonly string[] {
  const found = new Set<string>();
  walk(tree, (kind, node) => {
    const name = kind === 'RoleSpec' ? roleIn(node as Spec) : undefined;
    if (name !== undefined) found.add(name);
  });
  const note = (spec: unknown): void => {
    const name = roleIn(spec as Spec);
    if (name !== undefined) found.add(name);
  };
  // Some places hold a role without saying what it is.
  const scan = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(scan);
    else if (node !== null && typeof node === 'object') {
      if ('roletype' in node) note(node);
      Object.values(node).forEach(scan);
    }
  };
  scan(tree);
  return [...found];
}

const flags: Readonly<Record<string, readonly [string, string]>> = {
  inherit: ['INHERIT', 'NOINHERIT'],
  createrole: ['CREATEROLE', 'NOCREATEROLE'],
  createdb: ['CREATEDB', 'NOCREATEDB'],
  canlogin: ['LOGIN', 'NOLOGIN'],
  isreplication: ['REPLICATION', 'NOREPLICATION'],
  bypassrls: ['BYPASSRLS', 'NOBYPASSRLS'],
};

type Option = { readonly defname?: string; readonly arg?: Node };

const optionsIn = (nodes: readonly Node[] | undefined): readonly Option[] =>
  (nodes ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));

const isTrue = (node: Node | undefined): boolean =>
  node !== undefined && 'Boolean' in node && node.Boolean.boolval === true;

function listed(node: Node | undefined): readonly (string | undefined)[] {
  return node && 'List' in node
    ? (node.List.items ?? []).map((item) => ('RoleSpec' in item ? roleIn(item.RoleSpec as Spec) : undefined))
    : [];
}

/** What a statement about roles comes down to; undefined when it is about something else. */
export async function roleSteps(
  admin: Session,
  tree: Node,
  owner: string,
  superusers: ReadonlySet<string>,
): Promise<RoleSteps | undefined> {
  if (rolesOf(tree).some((name) => name !== undefined && superusers.has(name)))
    return { sql: [], left: ['that name the superuser of the sandbox'] };
  if ('CreateRoleStmt' in tree) {
    const { role = '', stmt_type: sort, options } = tree.CreateRoleStmt;
    return aboutRole(role, optionsIn(options), 1, sort === 'ROLESTMT_USER');
  }
  if ('AlterRoleStmt' in tree) {
    const { role, options, action } = tree.AlterRoleStmt;
    const name = roleIn(role as Spec | undefined);
    if (name === undefined || name === owner) return nothing;
    return aboutRole(name, optionsIn(options), action ?? 1, undefined);
  }
  if ('GrantRoleStmt' in tree) return membership(tree.GrantRoleStmt, owner);
  if ('DropRoleStmt' in tree) {
    const names = (tree.DropRoleStmt.roles ?? [])
      .map((node) => ('RoleSpec' in node ? roleIn(node.RoleSpec as Spec) : undefined))
      .filter((name) => name !== undefined && name !== owner);
    const exists = tree.DropRoleStmt.missing_ok ? 'IF EXISTS ' : '';
    return { sql: names.map((name) => `DROP ROLE ${exists}${id(name!)}`), left: [] };
  }
  if ('RenameStmt' in tree && tree.RenameStmt.renameType === 'OBJECT_ROLE') {
    const { subname = '', newname = '' } = tree.RenameStmt;
    return subname === owner
      ? nothing
      : { sql: [`ALTER ROLE ${id(subname)} RENAME TO ${id(newname)}`], left: [] };
  }
  if ('CommentStmt' in tree && tree.CommentStmt.objtype === 'OBJECT_ROLE') {
    const { object, comment } = tree.CommentStmt;
    return {
      sql: [
        `COMMENT ON ROLE ${id(textOf(object) ?? '')} IS ${comment === undefined ? 'NULL' : text(comment)}`,
      ],
      left: [],
    };
  }
  if ('AlterRoleSetStmt' in tree) return settingOf(admin, tree, owner);
  return undefined;
}

/** Names that stand where no role is said to be one. */
function rolesOf(tree: Node): readonly (string | undefined)[] {
  if ('CreateRoleStmt' in tree) return [tree.CreateRoleStmt.role];
  if ('RenameStmt' in tree) return [tree.RenameStmt.subname];
  if ('CommentStmt' in tree) return [textOf(tree.CommentStmt.object)];
  if ('GrantRoleStmt' in tree)
    return (tree.GrantRoleStmt.granted_roles ?? []).map((node) =>
      'AccessPriv' in node ? node.AccessPriv.priv_name : undefined,
    );
  return [];
}

const nothing: RoleSteps = { sql: [], left: [] };

function aboutRole(
  role: string,
  options: readonly Option[],
  action: number,
  user: boolean | undefined,
): RoleSteps {
  const words: string[] = [];
  const after: string[] = [];
  const left: string[] = [];
  for (const { defname = '', arg } of options) {
    const flag = flags[defname];
    if (flag) words.push(flag[isTrue(arg) ? 0 : 1]);
    else if (defname === 'superuser') {
      if (isTrue(arg)) left.push(`that make a superuser (role ${role}, which is made as an ordinary one)`);
    } else if (defname === 'connectionlimit' && arg && 'Integer' in arg)
      words.push(`CONNECTION LIMIT ${String(Number(arg.Integer.ival ?? 0))}`);
    else if (defname === 'validUntil' && textOf(arg) !== undefined)
      words.push(`VALID UNTIL ${text(textOf(arg)!)}`);
    else if (defname === 'rolemembers' || defname === 'adminmembers') {
      for (const member of listed(arg))
        if (member !== undefined)
          after.push(
            action < 0
              ? `REVOKE ${id(role)} FROM ${id(member)}`
              : `GRANT ${id(role)} TO ${id(member)}${defname === 'adminmembers' ? ' WITH ADMIN OPTION' : ''}`,
          );
    } else if (defname === 'addroleto')
      for (const group of listed(arg))
        if (group !== undefined) {
          if (isHarmless(group)) after.push(`GRANT ${id(group)} TO ${id(role)}`);
          else left.push(reaches(group));
        }
  }
  const made =
    user === undefined
      ? words.length === 0
        ? []
        : [`ALTER ROLE ${id(role)} ${words.join(' ')}`]
      : [
          `CREATE ROLE ${id(role)} ${[...(user && !words.includes('NOLOGIN') && !words.includes('LOGIN') ? ['LOGIN'] : []), ...words].join(' ')}`.trim(),
        ];
  return { sql: [...made, ...after], left };
}

const isHarmless = (group: string): boolean => !group.startsWith('pg_') || harmlessRoles.has(group);

const reaches = (group: string): string =>
  `that give the rights of ${group}, which reach beyond the database`;

function membership(
  statement: Extract<Node, { GrantRoleStmt: unknown }>['GrantRoleStmt'],
  owner: string,
): RoleSteps {
  const sql: string[] = [];
  const left: string[] = [];
  const groups = (statement.granted_roles ?? []).flatMap((node) =>
    'AccessPriv' in node && node.AccessPriv.priv_name !== undefined ? [node.AccessPriv.priv_name] : [],
  );
  const members = (statement.grantee_roles ?? []).map((node) =>
    'RoleSpec' in node ? roleIn(node.RoleSpec as Spec) : undefined,
  );
  const options = optionsIn(statement.opt).map(
    ({ defname = '', arg }) => [defname.toUpperCase(), isTrue(arg)] as const,
  );
  for (const group of groups) {
    if (!isHarmless(group)) {
      left.push(reaches(group));
      continue;
    }
    for (const member of members) {
      // Whoever runs the text is a member of every role here already, and nobody can be one of it.
      if (member === undefined || member === owner || group === owner) continue;
      if (statement.is_grant) {
        const plain = options.length === 1 && options[0]![0] === 'ADMIN' && options[0]![1];
        const how = plain
          ? ' WITH ADMIN OPTION'
          : options.length === 0
            ? ''
            : ` WITH ${options.map(([word, value]) => `${word} ${value ? 'TRUE' : 'FALSE'}`).join(', ')}`;
        sql.push(`GRANT ${id(group)} TO ${id(member)}${how}`);
      } else
        sql.push(
          `REVOKE ${options.map(([word]) => `${word} OPTION FOR `).join('')}${id(group)} FROM ${id(member)}`,
        );
    }
  }
  return { sql, left };
}

/** Only settings that every role may change for itself. */
async function settingOf(
  admin: Session,
  tree: Extract<Node, { AlterRoleSetStmt: unknown }>,
  owner: string,
): Promise<RoleSteps> {
  const { role, database, setstmt } = tree.AlterRoleSetStmt;
  const name = roleIn(role as Spec | undefined);
  if (name === undefined || name === owner)
    return { sql: [], left: ['that set something for every role, or for whoever runs them'] };
  const { rows } = await admin.query<{ database: string }>(
    'SELECT pg_catalog.current_database()::text AS database',
  );
  const here = rows[0]!.database;
  const where = database === undefined ? '' : ` IN DATABASE ${id(here)}`;
  if (database !== undefined && database !== here)
    return { sql: [], left: [`that set something for a role in the database ${database}`] };
  const { kind, name: setting = '', args = [] } = setstmt ?? {};
  if (kind === 'VAR_RESET_ALL') return { sql: [`ALTER ROLE ${id(name)}${where} RESET ALL`], left: [] };
  const known = await admin.query(
    "SELECT FROM pg_catalog.pg_settings WHERE name = pg_catalog.lower($1) AND context = 'user'",
    [setting],
  );
  if (known.count === 0 && !/^\w+(?:\.\w+)+$/.test(setting))
    return { sql: [], left: [`that set ${setting} for a role, which only a superuser may`] };
  const word = setting.split('.').map(id).join('.');
  if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT')
    return { sql: [`ALTER ROLE ${id(name)}${where} RESET ${word}`], left: [] };
  const values = args.map(constant);
  if (kind !== 'VAR_SET_VALUE' || values.some((value) => value === undefined))
    return { sql: [], left: [`that set ${setting} for a role to what is here`] };
  return { sql: [`ALTER ROLE ${id(name)}${where} SET ${word} TO ${values.join(', ')}`], left: [] };
}

function constant(node: Node): string | undefined {
  if (!('A_Const' in node)) return undefined;
  const { sval, ival, fval, boolval } = node.A_Const as {
    sval?: { sval?: string };
    ival?: { ival?: number };
    fval?: { fval?: string };
    boolval?: { boolval?: boolean };
  };
  if (sval) return text(sval.sval ?? '');
  if (ival) return String(Number(ival.ival ?? 0));
  if (fval) return String(Number(fval.fval ?? 0));
  return boolval ? String(boolval.boolval === true) : undefined;
}
