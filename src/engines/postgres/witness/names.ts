/** Paths instead of numbers: own objects by one query, everything else as the server identifies it. */
import type { Session } from '../../../engine/model.ts';
import type { CatalogRows } from './definition.ts';

export interface Names {
  /** Path of an own object. */
  path(catalog: string, oid: string, column?: number): string | undefined;
  /** What a value that refers to it says; `undefined` for no object. */
  shown(catalog: string, oid: string): string | undefined;
  /** Path of an object that is not the database's own. */
  foreign(catalog: string, oid: string): string | undefined;
  /** Quoted name of a column of any relation, dropped ones excepted. */
  column(relation: string, number: number): string | undefined;
  /** Paths of relations with the quoted names of their live columns in order. */
  orders(): Generator<readonly [path: string, columns: readonly string[]]>;
  role(name: string): string;
  /** Asks the server for the names of objects that are not the database's own. */
  learn(wanted: Iterable<readonly [catalog: string, oid: string]>): Promise<void>;
}

interface Entry {
  readonly label: string | null;
  readonly parent: string | null;
  path?: string | undefined;
}

type NameRow = {
  readonly catalog: string;
  readonly oid: string;
  readonly parent: string | null;
  readonly label: string | null;
};

/** Numbers below this one are given when the server is built, so they mean the same in every database of a version. */
const fixedBelow = 12_000;
const fixed = new Map<string, string>();

/** Reads the names of everything that the definitions call the database's own. */
export async function namesOf(
  session: Session,
  definitions: readonly CatalogRows[],
  owner: string,
): Promise<Names> {
  const members = await membersOf(session);
  const entries = new Map<string, Entry>();
  const parts = definitions
    .filter(({ label }) => label !== undefined)
    .map(
      ({ catalog, own, label, parent }) =>
        `SELECT '${catalog}' AS catalog, c.oid::text AS oid, ${parent ? `(${parent[0]}) || ':' || (${parent[1]})` : 'NULL'} AS parent, ${label} AS label FROM ${catalog} c WHERE ${own}`,
    );
  const { rows } = await session.query<NameRow>(
    `SELECT * FROM (${parts.join('\nUNION ALL\n')}) n WHERE $1::text IS NOT NULL`,
    [owner],
  );
  for (const { catalog, oid, parent, label } of rows) {
    const key = `${catalog}:${oid}`;
    if (!members.has(key)) entries.set(key, { label, parent });
  }
  const columns = await columnsOf(session);
  const { roles, shownRoles } = await rolesOf(session, owner);
  const learnt = new Map<string, string>();

  const path = (key: string): string | undefined => {
    const entry = entries.get(key);
    if (!entry) return undefined;
    if (entry.path === undefined) {
      const above = entry.parent === null ? undefined : path(entry.parent);
      if (entry.parent !== null && above === undefined) return undefined;
      entry.path = [above, entry.label].filter(Boolean).join(' ');
    }
    return entry.path;
  };
  const known = (catalog: string, oid: string): string | undefined =>
    learnt.get(`${catalog}:${oid}`) ?? fixed.get(`${session.serverVersion}:${catalog}:${oid}`);

  return {
    path: (catalog, oid, column = 0) => {
      const whole = path(`${catalog}:${oid}`);
      if (whole === undefined || column === 0) return whole;
      const name = columns.get(oid)?.get(column);
      return name === undefined ? undefined : `${whole} column ${name}`;
    },
    shown: (catalog, oid) => {
      if (oid === '0') return catalog === 'pg_authid' ? 'PUBLIC' : undefined;
      if (catalog === 'pg_authid') return roles.get(oid) ?? oid;
      const text = path(`${catalog}:${oid}`) ?? known(catalog, oid) ?? oid;
      return catalog === 'pg_type' ? text.replace(/^type /, '') : text;
    },
    foreign: known,
    column: (relation, number) => columns.get(relation)?.get(number),
    *orders() {
      for (const [relation, byNumber] of columns) {
        const whole = path(`pg_class:${relation}`);
        if (whole !== undefined) yield [whole, [...byNumber.values()]];
      }
    },
    role: (name) => shownRoles.get(name) ?? name,
    learn: async (wanted) => {
      const missing = new Map<string, readonly [string, string]>();
      for (const pair of wanted) {
        const [catalog, oid] = pair;
        const key = `${catalog}:${oid}`;
        if (oid === '0' || catalog === 'pg_authid' || path(key) !== undefined) continue;
        if (known(catalog, oid) === undefined) missing.set(key, pair);
      }
      if (missing.size === 0) return;
      const pairs = [...missing.values()];
      const found = await session.query<{ catalog: string; oid: string; name: string | null }>(
        `SELECT w.catalog, w.oid, (SELECT i.type || ' ' || i.identity FROM pg_identify_object(w.catalog::regclass, w.oid::oid, 0) i) AS name
         FROM unnest($1::text[], $2::text[]) AS w(catalog, oid)`,
        [pairs.map(([catalog]) => catalog), pairs.map(([, oid]) => oid)],
      );
      for (const { catalog, oid, name } of found.rows)
        if (name !== null)
          if (Number(oid) < fixedBelow) fixed.set(`${session.serverVersion}:${catalog}:${oid}`, name);
          else learnt.set(`${catalog}:${oid}`, name);
    },
  };
}

/** Objects that come and go with an extension. */
async function membersOf(session: Session): Promise<ReadonlySet<string>> {
  const { rows } = await session.query<{ key: string }>(
    `SELECT classid::regclass || ':' || objid AS key FROM pg_depend WHERE deptype = 'e'`,
  );
  return new Set(rows.map(({ key }) => key));
}

async function columnsOf(session: Session): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const { rows } = await session.query<{ relation: string; numbers: string[]; names: string[] }>(
    `SELECT a.attrelid::text AS relation, array_agg(a.attnum::text ORDER BY a.attnum) AS numbers, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS names
     FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
     WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped GROUP BY a.attrelid`,
  );
  return new Map(
    rows.map(({ relation, numbers, names }) => [
      relation,
      new Map(numbers.map((number, at) => [Number(number), names[at]!])),
    ]),
  );
}

/** The superuser that the server was made with has another name everywhere. */
async function rolesOf(
  session: Session,
  owner: string,
): Promise<{
  readonly roles: ReadonlyMap<string, string>;
  readonly shownRoles: ReadonlyMap<string, string>;
}> {
  const { rows } = await session.query<{ oid: string; name: string }>(
    `SELECT oid::text, rolname::text AS name FROM pg_roles`,
  );
  const shown = ({ oid, name }: (typeof rows)[number]): string =>
    name === owner ? 'owner' : oid === '10' ? 'superuser' : name;
  return {
    roles: new Map(rows.map((row) => [row.oid, shown(row)])),
    shownRoles: new Map(rows.map((row) => [row.name, shown(row)])),
  };
}
