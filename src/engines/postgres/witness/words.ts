/** Pieces of SQL and reasons that the definitions share. */

/** Objects of users have numbers from here on; the smaller ones are made with the server's first database. */
export const userFrom = 16_384;

/** Rows of users' objects. */
export const user = `c.oid >= ${userFrom}`;

/** The fact stands in the path of its object. */
export const inPath = 'in the path';
/** The fact is a number that another database gives otherwise. */
export const number = 'a number of this database';
/** The fact is counted by the server, not set by a statement. */
export const measured = 'changes without a statement';
/** The fact is kept by the server to look things up sooner. */
export const kept = "the server's own shortcut, may be out of date";
/** The fact says what another one says. */
export const same = (other: string): string => `follows ${other}`;

/** `schema.name`, both quoted where they need it. */
export function qualified(schema: string, name: string): string {
  return `(SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE n.oid = ${schema}) || '.' || quote_ident(${name})`;
}

/** Name of a role, `owner` for the one that stands for whoever runs the change ($1). */
export function role(oid: string): string {
  return `CASE WHEN ${oid} = 0 THEN 'PUBLIC' WHEN pg_get_userbyid(${oid}) = $1 THEN 'owner' WHEN ${oid} = 10 THEN 'superuser' ELSE quote_ident(pg_get_userbyid(${oid})) END`;
}

/** Name of an access method. */
export function method(oid: string): string {
  return `(SELECT quote_ident(m.amname) FROM pg_am m WHERE m.oid = ${oid})`;
}

/** The order of code units, the same on every machine. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
