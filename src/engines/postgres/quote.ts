import { fail } from '../../base/error.ts';
import type { Quote } from '../../engine/model.ts';

/** Words that need quotes as identifiers: everything `pg_get_keywords()` of PostgreSQL 18 does not call unreserved. */
export const quotedWords: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce
  collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp
  current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
  greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg
  json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like limit localtime
  localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
  placing position precision primary real references returning right row select session_user setof similar smallint some substring symmetric
  system_user table tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where
  window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(
    /\s+/,
  ),
);

/** Those among them that name tables and columns without quotes all the same: what `pg_get_keywords()` calls unreserved but for functions and types. */
const namingWords: ReadonlySet<string> = new Set(
  `between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int integer interval json json_array
  json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action national nchar
  none normalize nullif numeric out overlay position precision real row setof smallint substring time timestamp treat trim values varchar
  xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(
    /\s+/,
  ),
);

function identifier(name: string): string {
  if (name === '') fail('sql.failed', 'A name in SQL cannot be empty.');
  if (name.includes('\0')) fail('sql.failed', 'A name in SQL cannot hold the character NUL.');
  return /^[a-z_][a-z0-9_]*$/.test(name) && !quotedWords.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return value < 0n ? `(${value})` : String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      return `'${Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'}'`;
    // A leading minus would become a comment after another minus, and binds weaker than a cast.
    return value < 0 ? `(${value})` : String(value);
  }
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value);
  if (text.includes('\0')) fail('sql.failed', 'PostgreSQL stores no text with the character NUL.');
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/**
 * Identifiers and constants as PostgreSQL reads them; plain lower-case names stay without quotes. Objects and arrays become
 * the text of their JSON, so array columns need a literal made by the caller.
 */
export const quote: Quote = {
  identifier,
  name: ({ schema, name }) =>
    schema === 'public' ? identifier(name) : `${identifier(schema)}.${identifier(name)}`,
  full: ({ schema, name }) => `${identifier(schema)}.${identifier(name)}`,
  literal,
  reserved: (word) => quotedWords.has(word) && !namingWords.has(word),
  maxBytes: 63,
};
