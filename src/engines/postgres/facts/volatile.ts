import type { Node } from 'libpg-query';
import { walk, words } from '../grammar/tree.ts';
import { catalogOf, type Look } from './look.ts';

/** Functions of the server that give every row of a statement the same value for the same arguments. */
const alike: ReadonlySet<string> = new Set(
  (
    'now transaction_timestamp statement_timestamp current_setting current_database current_schema version lower upper initcap md5 sha224 sha256 sha384 sha512 date_trunc date_part extract make_date make_time make_interval make_timestamp make_timestamptz to_timestamp to_date to_char to_number timezone age ' +
    'concat concat_ws format substring substr left right lpad rpad trim btrim ltrim rtrim replace split_part repeat reverse length char_length encode decode overlay position strpos translate ' +
    'jsonb_build_object jsonb_build_array json_build_object json_build_array to_json to_jsonb row_to_json array_fill array_append array_to_string string_to_array cardinality ' +
    'abs ceil ceiling floor round trunc mod power sqrt sign greatest least numeric int4range int8range numrange tsrange tstzrange daterange inet_client_addr host network ' +
    'pg_client_encoding session_user current_user to_tsvector to_tsquery'
  ).split(' '),
);

/** Whether a default has one value for all rows of a statement; functions that are not known may give each row its own. */
export function everyRowAlike(expression: Node | undefined, look: Look): boolean {
  let same = true;
  walk([expression], (kind, node) => {
    if (kind !== 'FuncCall') return;
    const name = words(node['funcname'] as Node[]).at(-1) ?? '';
    if (alike.has(name)) return;
    const own = catalogOf(look.context).routines.filter((routine) => routine.name === name);
    const stable =
      own.length > 0 && own.every(({ definition }) => /\b(?:IMMUTABLE|STABLE)\b/.test(definition));
    if (!stable) same = false;
  });
  return same;
}
