import { parseSync } from 'libpg-query';
import type { Refusal, Session } from '../../../engine/model.ts';
import { follow } from './closure.ts';
import { list } from './look.ts';
import { readTree } from './tree/read.ts';
import { usesOf, type Use } from './uses.ts';

/** Types that are judged one by one; with more, all count as unknown. */
const mostTypes = 200;

interface Root {
  readonly oid: number;
  readonly label: string;
  readonly parts: readonly number[];
  readonly checks: readonly string[];
}

/** Base types and ranges made by users with what their input calls, and domains with their CHECKs. */
const ROOTS = `
  SELECT t.oid, format_type(t.oid, NULL) AS label,
    ARRAY(SELECT f FROM (
        SELECT unnest(ARRAY[t.typinput::oid, t.typmodin::oid])
        UNION SELECT r.rngcanonical::oid FROM pg_range r WHERE r.rngtypid = t.oid
        UNION SELECT p.amproc::oid FROM pg_range r JOIN pg_opclass c ON c.oid = r.rngsubopc JOIN pg_amproc p ON p.amprocfamily = c.opcfamily WHERE r.rngtypid = t.oid
      ) AS parts (f) WHERE f >= 16384) AS parts,
    ARRAY(SELECT c.conbin::text FROM pg_constraint c WHERE c.contypid = t.oid AND c.conbin IS NOT NULL) AS checks
  FROM pg_type t WHERE t.oid >= 16384 AND t.typisdefined AND t.typtype IN ('b', 'r', 'd') AND t.typcategory <> 'A'`;

/** Names by which a statement can come to a value of these types, or of a row, an array, a range or a domain that holds one. */
const NAMES = `
  WITH RECURSIVE d (oid) AS (
    SELECT unnest($1::oid[])
    UNION SELECT x.oid FROM d, LATERAL (
      SELECT t.oid FROM pg_type t WHERE t.typbasetype = d.oid OR t.typelem = d.oid
      UNION ALL SELECT c.reltype FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.atttypid = d.oid AND NOT a.attisdropped AND c.reltype <> 0
      UNION ALL SELECT unnest(ARRAY[r.rngtypid, r.rngmultitypid]) FROM pg_range r WHERE d.oid IN (r.rngsubtype, r.rngtypid)) AS x)
  SELECT t.typname AS name FROM d JOIN pg_type t ON t.oid = d.oid
  UNION SELECT c.relname FROM d JOIN pg_attribute a ON a.atttypid = d.oid JOIN pg_class c ON c.oid = a.attrelid
  UNION SELECT c.relname FROM d JOIN pg_class c ON c.reltype = d.oid
  UNION SELECT p.proname FROM d JOIN pg_proc p ON p.prorettype = d.oid OR d.oid = ANY (p.proargtypes) OR d.oid = ANY (p.proallargtypes)
  UNION SELECT o.oprname FROM d JOIN pg_operator o ON d.oid IN (o.oprleft, o.oprright, o.oprresult)`;

/**
 * A literal calls the input function of its type as soon as the server reads the statement: of a base type, and of the domains in an array, a row
 * or a range. Where the database has such code that is not known to be harmless, a text that comes near it is refused before the server sees it.
 */
export async function unknownTypes(session: Session, sql: string): Promise<readonly Refusal[]> {
  const { words, literals } = wordsOf(sql);
  if (!literals) return [];
  const { rows } = await session.query<Root & Record<string, unknown>>(ROOTS);
  const roots = rows.filter(({ parts, checks }) => parts.length + checks.length > 0);
  if (roots.length === 0 || (await harmless(session, roots))) return [];
  const unknown: Root[] = [];
  for (const root of roots)
    if (roots.length > mostTypes || !(await harmless(session, [root]))) unknown.push(root);
  const near = await session.query<{ name: string }>(NAMES, [list(unknown.map(({ oid }) => oid))]);
  if (!near.rows.some(({ name }) => words.has(name))) return [];
  return unknown.map(({ label }) => ({
    what: `type ${label}`,
    because:
      'Its input or its CHECK calls code that is not known to be harmless, and a literal may call it as soon as the server reads the statement.',
  }));
}

async function harmless(session: Session, roots: readonly Root[]): Promise<boolean> {
  const uses = roots.flatMap(({ parts, checks }) => [
    ...parts.map((oid): Use => ({ kind: 'part', oid, where: {} })),
    ...checks.flatMap((check) => usesOf(readTree(check), {}, 'stored')),
  ]);
  return (await follow(session, uses)).found.length === 0;
}

const textSearch = /tsvector|tsquery|^ts_|^get_current_ts/;
const conversions = /^(convert|convert_from|convert_to|length)$/;

/** Parsers and templates of text search and conversions of encodings that users made: built-in functions call them without a name in the statement. */
export async function unknownSteps(
  session: Session,
  functions: ReadonlySet<string>,
): Promise<readonly Refusal[]> {
  const wanted = [textSearch, conversions].map((names) => [...functions].some((name) => names.test(name)));
  if (!wanted.includes(true)) return [];
  const { rows } = await session.query<{ label: string; oid: number; search: boolean }>(
    `SELECT * FROM (
        SELECT true AS search, 'text search template ' || x.tmplname AS label, unnest(ARRAY[x.tmplinit::oid, x.tmpllexize::oid]) AS oid FROM pg_ts_template x
        UNION ALL SELECT true, 'text search parser ' || p.prsname, unnest(ARRAY[p.prsstart::oid, p.prstoken::oid, p.prsend::oid, p.prsheadline::oid, p.prslextype::oid]) FROM pg_ts_parser p
        UNION ALL SELECT false, 'conversion ' || c.conname, c.conproc::oid FROM pg_conversion c
      ) AS reached WHERE oid >= 16384`,
  );
  const reached = rows.filter(({ search }) => wanted[search ? 0 : 1]);
  const refusals: Refusal[] = [];
  for (const label of new Set(reached.map((row) => row.label))) {
    const uses = reached
      .filter((row) => row.label === label)
      .map(({ oid }): Use => ({ kind: 'part', oid, where: {} }));
    if ((await follow(session, uses)).found.length > 0)
      refusals.push({
        what: label,
        because: 'Its code is not known, and functions of the statement may call it.',
      });
  }
  return refusals;
}

/** Every text in a statement's tree, and whether literals or sizes of types are among it. */
function wordsOf(sql: string): { readonly words: ReadonlySet<string>; readonly literals: boolean } {
  const words = new Set<string>();
  let literals = false;
  const open: unknown[] = [parseSync(sql)];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') words.add(value);
    if (typeof value !== 'object' || value === null) continue;
    if ('A_Const' in value && /"b?sval"/.test(JSON.stringify(value.A_Const))) literals = true;
    if ('typmods' in value) literals = true;
    open.push(...(Array.isArray(value) ? value : Object.values(value)));
  }
  return { words, literals };
}
