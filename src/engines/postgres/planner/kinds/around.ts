import { id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Piece, Side, Sides } from '../model.ts';
import { rowsOf, type Around, type Right } from './facts.ts';
import { initialRights } from './initial-rights.ts';

/** How an object is called in statements about it. */
export interface Called {
  /** Behind COMMENT ON and ALTER: `COLLATION s.c`. */
  readonly what: string;
  /** Behind GRANT … ON, where that is another word. */
  readonly grant?: string;
  /** Behind ALTER … OWNER TO, where that is another word. */
  readonly alter?: string;
  /** Letter of its kind in default privileges, and its schema: what a new object of this kind brings along. */
  readonly letter?: string;
  readonly schema?: string;
  /** A right that everybody has on a new object. */
  readonly everybody?: string;
  /** What stands before GRANT and REVOKE. */
  readonly prefix?: string;
  /** Only a superuser may hand it over, comment on it or grant on it. */
  readonly superuser?: true;
}

/** Owner, comment and rights of an object that was just made by whoever runs the change. */
export function aroundNew(after: Around, called: Called, sides: Sides): readonly Piece[] {
  const before: Around = {
    owner: after.owner === null ? null : sides.from.owner,
    comment: null,
    rights: after.rights === null ? null : initialRights(sides.from, called),
  };
  return aroundChange(before, after, called, sides);
}

/** What differs of owner, comment and rights. */
export function aroundChange(before: Around, after: Around, called: Called, sides: Sides): readonly Piece[] {
  const superuser = called.superuser ? { superuser: true as const } : {};
  return [
    ...(before.comment === after.comment
      ? []
      : [
          {
            sql: `COMMENT ON ${called.what} IS ${after.comment === null ? 'NULL' : text(after.comment)}`,
            because: before.comment === null ? 'new comment' : 'its comment changes',
            ...superuser,
          },
        ]),
    ...ownerChange(before, after, called, sides),
    ...rightsChange(before, after, called, sides),
  ];
}

/** Whether two roles mean the same on their sides: whoever runs the change is nobody in particular. */
export function roleOn(side: Side, role: string | null): string | null {
  return role !== null && isRunner(side, role) ? runner : role;
}

/** Stands for whoever runs the change; no role can have this name. */
const runner = '\0';

/** Role as a statement names it. */
export function roleSql(role: string | null): string {
  if (role === null) return 'PUBLIC';
  return role === runner ? 'CURRENT_USER' : id(role);
}

function isRunner(side: Side, role: string): boolean {
  return (
    role === side.owner ||
    rowsOf<{ readonly name: string }>(side, 'superuser').some(({ name }) => name === role)
  );
}

function ownerChange(before: Around, after: Around, called: Called, { from, to }: Sides): readonly Piece[] {
  if (before.owner === null || after.owner === null) return [];
  const was = roleOn(from, before.owner);
  const is = roleOn(to, after.owner);
  if (was === is) return [];
  return [
    {
      sql: `ALTER ${called.alter ?? called.what} OWNER TO ${roleSql(is)}`,
      because: 'it belongs to another role',
      ...(is === null || is === runner ? {} : { needs: [keys.role(is)] }),
      ...(was === null || was === runner ? {} : { frees: [keys.role(was)] }),
      ...(called.superuser || !mayHave(to, called.schema, after.owner) ? { superuser: true as const } : {}),
    },
  ];
}

/** A new owner must have the right to make objects in the schema, which nobody asks a superuser. */
function mayHave(side: Side, schema: string | undefined, role: string): boolean {
  if (schema === undefined || isRunner(side, role)) return true;
  const found = side.catalog.schemas.find(({ name }) => name === schema);
  return (
    found === undefined ||
    found.owner === role ||
    found.grants.some(({ to, privilege }) => privilege === 'CREATE' && (to === role || to === 'PUBLIC'))
  );
}

interface Entry extends Omit<Right, 'to' | 'by'> {
  readonly to: string | null;
  readonly by: string | null;
}

/** Rights with roles that can be compared between the sides. */
function entries(side: Side, rights: readonly Right[]): readonly Entry[] {
  return rights.map((right) => ({ ...right, to: roleOn(side, right.to), by: roleOn(side, right.by) }));
}

const sameRight = (a: Entry, b: Entry): boolean =>
  a.to === b.to &&
  a.by === b.by &&
  a.privilege === b.privilege &&
  (a.column ?? null) === (b.column ?? null) &&
  Boolean(a.lost) === Boolean(b.lost);

/** Revokes and grants between two lists of rights. */
export function rightsChange(
  before: Pick<Around, 'rights' | 'owner'>,
  after: Pick<Around, 'rights' | 'owner'>,
  called: Called,
  sides: Sides,
): readonly Piece[] {
  if (before.rights === null || after.rights === null) return [];
  const owner = roleOn(sides.to, after.owner);
  const ownerBefore = roleOn(sides.from, before.owner);
  // What whoever runs the change may do with what is a superuser's says nothing.
  const was = entries(sides.from, before.rights).filter(
    ({ to, lost }) => lost || to !== runner || ownerBefore !== runner,
  );
  const is = entries(sides.to, after.rights).filter(({ to, lost }) => lost || to !== owner);
  const revoked: Entry[] = [];
  let left: readonly Entry[] = was.filter(({ lost }) => !lost);
  for (const right of was) {
    const wanted = is.find((other) => sameRight(other, right));
    if (right.lost || (wanted && (wanted.grantable || !right.grantable))) continue;
    // Of the new owner nothing is taken: what it had becomes part of its ownership.
    if (right.to === owner && before.owner !== after.owner) continue;
    if (!left.includes(right)) continue;
    revoked.push({ ...right, grantable: wanted !== undefined });
    left = without(left, right, wanted !== undefined);
  }
  const owners = was.filter((right) => right.lost && !is.some((other) => sameRight(other, right)));
  const lost = is.filter((right) => right.lost && !was.some((other) => sameRight(other, right)));
  const given = is.filter(
    (right) =>
      !right.lost && !left.some((other) => sameRight(other, right) && other.grantable === right.grantable),
  );
  const on = called.grant ?? called.what;
  const cascade = (group: readonly Entry[]): string =>
    group.some((right) => was.some((other) => other.by === right.to && other.by !== null)) ? ' CASCADE' : '';
  return [
    ...grouped(revoked, ({ to, by, grantable }) => [to, by, grantable]).map((group) => ({
      ...statement(
        group[0]!,
        `REVOKE ${group[0]!.grantable ? 'GRANT OPTION FOR ' : ''}${list(group)} ON ${on} FROM ${roleSql(group[0]!.to)}${cascade(group)}`,
        called,
      ),
      because: group[0]!.grantable ? 'it may no longer be passed on' : 'right that is no longer wanted',
      ...(group[0]!.to === null || group[0]!.to === runner ? {} : { frees: [keys.role(group[0]!.to)] }),
    })),
    ...grouped(lost, () => []).map((group) => ({
      ...statement(group[0]!, `REVOKE ${list(group)} ON ${on} FROM ${roleSql(owner)}`, called),
      because: 'its owner is not to have this right',
    })),
    ...grouped(owners, () => []).map((group) => ({
      ...statement(group[0]!, `GRANT ${list(group)} ON ${on} TO ${roleSql(owner)}`, called),
      because: 'its owner has this right again',
    })),
    ...grouped(given, ({ to, by, grantable }) => [to, by, grantable])
      // Who passes a right on must have it first.
      .toSorted((a, b) => Number(a[0]!.by !== null) - Number(b[0]!.by !== null))
      .map((group) => ({
        ...statement(
          group[0]!,
          `GRANT ${list(group)} ON ${on} TO ${roleSql(group[0]!.to)}${group[0]!.grantable ? ' WITH GRANT OPTION' : ''}`,
          called,
        ),
        because: 'right that is wanted',
        ...(group[0]!.to === null || group[0]!.to === runner ? {} : { needs: [keys.role(group[0]!.to)] }),
      })),
  ];
}

/** What is left of rights when one goes: those that were passed on because of it go along, and those of single columns with the right on the whole. */
function without(all: readonly Entry[], gone: Entry, onlyOption: boolean): readonly Entry[] {
  let left: readonly Entry[] = all.filter((right) => right !== gone);
  if (onlyOption) left = [...left, { ...gone, grantable: false }];
  if (!gone.column && !onlyOption)
    left = left.filter(
      (right) => !(right.column && right.to === gone.to && right.privilege === gone.privilege),
    );
  for (const passed of left.filter(
    ({ by, privilege }) => by === gone.to && by !== null && privilege === gone.privilege,
  ))
    left = without(left, passed, false);
  return left;
}

/** Only the role that passed a right on can say so: a block becomes that role for one statement. */
function statement(right: Entry, sql: string, called: Called): Pick<Piece, 'sql' | 'superuser'> {
  const superuser = called.superuser ? { superuser: true as const } : {};
  if (right.by === null || right.by === runner || right.lost)
    return { sql: `${called.prefix ?? ''}${sql}`, ...superuser };
  const block = `BEGIN SET LOCAL ROLE ${id(right.by)}; ${sql}; RESET ROLE; END`;
  return { sql: `DO ${text(block)}`, ...superuser };
}

function list(group: readonly Entry[]): string {
  const privileges = [...new Set(group.map(({ privilege }) => privilege))];
  return privileges
    .flatMap((privilege) => {
      const columns = group.filter((right) => right.privilege === privilege && right.column);
      return [
        ...(group.some((right) => right.privilege === privilege && !right.column) ? [privilege] : []),
        ...(columns.length === 0
          ? []
          : [`${privilege} (${columns.map(({ column }) => id(column!)).join(', ')})`]),
      ];
    })
    .join(', ');
}

function grouped(
  all: readonly Entry[],
  by: (entry: Entry) => readonly unknown[],
): readonly (readonly Entry[])[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of all) {
    const key = JSON.stringify(by(entry));
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}
