/** Values as the server stores them, made from their text by the server itself. */
import type { Session } from '../../../engine/session/model.ts';
import { quote } from '../quote.ts';
import { arrayElements, type Stored } from './array-elements.ts';

interface StoredRow extends Record<string, unknown>, Stored {
  readonly array: number;
  readonly name: string;
}

const storedQuery = `
  SELECT t.typarray AS array, pg_catalog.format_type(nullif(t.typarray, 0), NULL) AS name, t.typlen AS length, t.typbyval AS "byValue", t.typalign AS align
  FROM pg_catalog.pg_type t WHERE t.oid = $1`;

/** Stored bytes of values of a type that is no domain, without length words, and how the type is stored; undefined for a type without arrays. Belongs into a transaction. */
export async function storedValues(
  session: Session,
  type: number,
  values: readonly (string | null)[],
): Promise<{ readonly stored: Stored; readonly values: readonly (Buffer | undefined)[] } | undefined> {
  const { rows: types } = await session.query<StoredRow>(storedQuery, [type]);
  const stored = types[0];
  if (!stored || stored.array === 0) return undefined;
  // No statement makes a cast from an array without a function, since bytes of an array hold the number of a type; here nobody keeps them.
  await session.query(
    `INSERT INTO pg_catalog.pg_cast (oid, castsource, casttarget, castfunc, castcontext, castmethod)
     SELECT pg_catalog.pg_nextoid('pg_catalog.pg_cast', 'oid', 'pg_catalog.pg_cast_oid_index'), $1::oid, 17, 0, 'e', 'b'
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_cast WHERE castsource = $1 AND casttarget = 17)`,
    [stored.array],
  );
  const literal = `{${values.map((value) => (value === null ? 'NULL' : `"${value.replaceAll(/["\\]/g, '\\$&')}"`)).join(',')}}`;
  const { rows } = await session.query<{ bytes: string }>(
    `SELECT encode((${quote.literal(literal)}::${stored.name})::bytea, 'hex') AS bytes`,
  );
  await session.query('DELETE FROM pg_catalog.pg_cast WHERE castsource = $1 AND casttarget = 17', [
    stored.array,
  ]);
  return { stored, values: arrayElements(Buffer.from(rows[0]!.bytes, 'hex'), stored) };
}
