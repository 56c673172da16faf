import { parseSync } from 'libpg-query';
import type { Refusal, Session } from '../../../engine/model.ts';
import { lookFunctions, type FunctionFacts } from './look.ts';
import { answerFor } from './user-functions.ts';
import { builtinVerdicts } from './verdicts/builtin.ts';

/**
 * Code that a text reaches without naming it: input functions of types made by users run as soon as a literal is analysed, and templates of text
 * search and conversions of encodings are called by built-in functions. Where the database has such code that is not known, texts with
 * literals are refused before the server sees them.
 */
export async function unknownReach(session: Session, sql: string): Promise<readonly Refusal[]> {
  const { rows } = await session.query<{ label: string; oid: number }>(
    `SELECT * FROM (
        SELECT 'type ' || format_type(t.oid, NULL) AS label, unnest(ARRAY[t.typinput::oid, t.typmodin::oid]) AS oid FROM pg_type t
          WHERE t.oid >= 16384 AND t.typtype = 'b' AND t.typisdefined
        UNION ALL SELECT 'text search template ' || x.tmplname, unnest(ARRAY[x.tmplinit::oid, x.tmpllexize::oid]) FROM pg_ts_template x WHERE x.oid >= 16384
        UNION ALL SELECT 'text search parser ' || p.prsname, unnest(ARRAY[p.prsstart::oid, p.prstoken::oid, p.prsend::oid, p.prsheadline::oid, p.prslextype::oid])
          FROM pg_ts_parser p WHERE p.oid >= 16384
        UNION ALL SELECT 'conversion ' || c.conname, c.conproc::oid FROM pg_conversion c WHERE c.oid >= 16384
      ) AS reached WHERE oid >= 16384`,
  );
  if (rows.length === 0 || !holdsText(sql)) return [];
  const verdicts = await builtinVerdicts();
  const facts = new Map<number, FunctionFacts>(
    (
      await lookFunctions(
        session,
        rows.map(({ oid }) => oid),
      )
    ).map((one) => [one.oid, one]),
  );
  const unknown = rows.filter(({ oid }) => {
    const one = facts.get(oid);
    return !one || answerFor(one, verdicts, { part: true, definition: false }) !== 'harmless';
  });
  return [...new Set(unknown.map(({ label }) => label))].map((label) => ({
    what: label,
    because: 'Its code is not known, and a literal may call it as soon as the server reads the statement.',
  }));
}

/** Whether a text holds quoted literals. */
function holdsText(sql: string): boolean {
  const open: unknown[] = [parseSync(sql)];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if ('A_Const' in value) {
      const constant = value.A_Const as Record<string, unknown>;
      if ('sval' in constant || 'bsval' in constant) return true;
    }
    open.push(...Object.values(value));
  }
  return false;
}
