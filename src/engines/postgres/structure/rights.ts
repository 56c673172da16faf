import { printName, printPart } from '../../../catalog/identity.ts';
import type { Catalog, Grant, Name } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { grants as grantsSql } from '../inspect/scope.ts';
import { full, id, partPath, tablePath } from './making.ts';
import { routinePath } from './routines.ts';
import type { LeftOut } from './runner.ts';

/** Rights that a grant may name; everything else in a snapshot is no right. */
const rights = new Set(
  'SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER MAINTAIN USAGE EXECUTE CREATE'.split(' '),
);

/** What the owner lost is listed with the grants. */
const revoked = ' (revoked from the owner)';

/** A statement of a superuser, composed of quoted names and known words. */
export interface Given {
  readonly path: string;
  readonly sql: string;
}

/** Something that has an owner and grants. */
interface Thing {
  readonly path: string;
  /** Its name behind ALTER and GRANT … ON: `TABLE s.t`. */
  readonly alter: string;
  readonly grant: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
  /** Right that everybody has until it is taken away. */
  readonly everybody?: string;
  /** Its owner follows another object's. */
  readonly follows?: boolean;
  readonly columns?: readonly { readonly name: string; readonly grants: readonly Grant[] }[];
}

export interface RightsContext {
  /** The sandbox owner, who owns everything so far. */
  readonly owner: string;
  /** Roles that may own objects here. */
  readonly known: ReadonlySet<string>;
  /** Roles that may be given rights on objects. */
  readonly grantees: ReadonlySet<string>;
  /** Rights of others on the schema `public` as they are. */
  readonly onPublic: readonly Grant[];
}

/** Statements that hand objects over to their owners and set who may do what with them, and the roles they name in vain. */
export async function rightsOf(
  session: Session,
  catalog: Catalog,
  context: RightsContext,
): Promise<{ readonly statements: readonly Given[]; readonly leftOut: readonly LeftOut[] }> {
  const things = [
    ...catalog.schemas.map((schema): Thing => ({
      ...schema,
      path: `schema ${printPart(schema.name)}`,
      alter: `SCHEMA ${id(schema.name)}`,
      grant: `SCHEMA ${id(schema.name)}`,
      // On servers of today it belongs to whoever owns the database.
      follows: schema.owner === 'pg_database_owner',
    })),
    ...catalog.types.map((type): Thing => qualified(type, 'TYPE', `type ${printName(type)}`, 'USAGE')),
    ...(await routinesOf(session, catalog)),
    ...catalog.tables.map((table): Thing => ({
      ...qualified(table, 'TABLE', tablePath(table)),
      columns: table.columns,
    })),
    ...catalog.views.map((view): Thing => qualified(view, 'TABLE', `view ${printName(view)}`)),
    ...catalog.sequences.map((sequence): Thing => ({
      ...qualified(sequence, 'SEQUENCE', `sequence ${printName(sequence)}`),
      follows: sequence.ownedBy !== undefined,
    })),
  ];
  const unknown = new Map<string, LeftOut>();
  const among = (roles: ReadonlySet<string>) => (role: string) => {
    if (roles.has(role) || role === context.owner) return true;
    unknown.set(role, { path: `role ${role}`, why: 'it is not here' });
    return false;
  };
  const mayOwn = among(context.known);
  const mayGet = among(context.grantees);
  const owners = things.flatMap(({ path, alter, owner, follows }) =>
    follows || owner === context.owner || !mayOwn(owner)
      ? []
      : [{ path: `${path} owner`, sql: `ALTER ${alter} OWNER TO ${id(owner)}` }],
  );
  const grants = things.flatMap((thing) => [
    ...grantsOf(thing, thing.path, thing.path === 'schema public' ? context.onPublic : usual(thing), mayGet),
    ...(thing.columns ?? []).flatMap((column) =>
      grantsOf(
        { ...thing, grants: column.grants },
        partPath(thing.path, 'column', column.name),
        [],
        mayGet,
        ` (${id(column.name)})`,
      ),
    ),
  ]);
  return { statements: [...owners, ...grants], leftOut: [...unknown.values()] };
}

function qualified(
  thing: Name & { readonly owner: string; readonly grants: readonly Grant[] },
  word: string,
  path: string,
  everybody?: string,
): Thing {
  const what = `${word} ${full(thing)}`;
  return {
    path,
    alter: what,
    grant: what,
    owner: thing.owner,
    grants: thing.grants,
    ...(everybody === undefined ? {} : { everybody }),
  };
}

/** Arguments of routines are text of the snapshot: a superuser takes the name that the server itself prints. */
async function routinesOf(session: Session, catalog: Catalog): Promise<readonly Thing[]> {
  if (catalog.routines.length === 0) return [];
  const { rows } = await session.query<{ schema: string; name: string; arguments: string; printed: string }>(`
    SELECT n.nspname::text AS schema, p.proname::text AS name, pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
           p.oid::pg_catalog.regprocedure::text AS printed
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid >= 16384`);
  const key = (routine: { schema: string; name: string; arguments: string }): string =>
    JSON.stringify([routine.schema, routine.name, routine.arguments]);
  const printed = new Map(rows.map((row) => [key(row), row.printed]));
  return catalog.routines.flatMap((routine) => {
    const name = printed.get(key(routine));
    if (name === undefined) return [];
    return [
      {
        path: routinePath(routine),
        alter: `ROUTINE ${name}`,
        grant: `ROUTINE ${name}`,
        owner: routine.owner,
        grants: routine.grants,
        everybody: 'EXECUTE',
      },
    ];
  });
}

function usual({ everybody }: Thing): readonly Grant[] {
  return everybody === undefined ? [] : [{ to: 'PUBLIC', privilege: everybody, grantable: false }];
}

function grantsOf(
  { grant, grants }: Thing,
  path: string,
  before: readonly Grant[],
  mayGet: (role: string) => boolean,
  columns = '',
): readonly Given[] {
  const same = (a: Grant, b: Grant): boolean =>
    a.to === b.to && a.privilege === b.privilege && a.grantable === b.grantable;
  const role = (name: string): string => (name === 'PUBLIC' ? name : id(name));
  const given = new Map<string, Grant[]>();
  const taken: Given[] = [];
  for (const { to, privilege } of before.filter((one) => !grants.some((other) => same(one, other))))
    if (rights.has(privilege))
      taken.push({
        path: `${path} grant ${privilege} to ${to}`,
        sql: `REVOKE ${privilege}${columns} ON ${grant} FROM ${role(to)}`,
      });
  for (const one of grants) {
    if (before.some((other) => same(one, other))) continue;
    if (one.to !== 'PUBLIC' && !mayGet(one.to)) continue;
    const lost = one.privilege.endsWith(revoked);
    const privilege = lost ? one.privilege.slice(0, -revoked.length) : one.privilege;
    if (!rights.has(privilege)) continue;
    if (lost)
      taken.push({
        path: `${path} grant ${one.privilege} to ${one.to}`,
        sql: `REVOKE ${privilege}${columns} ON ${grant} FROM ${role(one.to)}`,
      });
    else {
      const key = JSON.stringify([one.to, one.grantable]);
      given.set(key, [...(given.get(key) ?? []), one]);
    }
  }
  return [
    ...taken,
    ...[...given.values()].map((together) => {
      const { to, grantable } = together[0]!;
      const list = together.map(({ privilege }) => privilege + columns).join(', ');
      return {
        path: `${path} grant ${together[0]!.privilege} to ${to}`,
        sql: `GRANT ${list} ON ${grant} TO ${role(to)}${grantable ? ' WITH GRANT OPTION' : ''}`,
      };
    }),
  ];
}

/** Rights that others than its owner have on the schema `public` now. */
export async function publicRights(session: Session): Promise<readonly Grant[]> {
  const { rows } = await session.query<{ grants: readonly Grant[] }>(
    `SELECT ${grantsSql('n.nspacl', 'n', 'n.nspowner')} AS grants FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'`,
  );
  return rows[0]?.grants ?? [];
}
