/** Ends of trees that nobody built: the planner looks for the least and the greatest value in the newest index that begins with a column, so it has to find there what another index has. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Session } from '../../../engine/session/model.ts';
import { levelOfTree } from '../pages/btree.ts';
import { itemsOf, pageBytes } from '../pages/page.ts';

interface Pair extends Record<string, unknown> {
  readonly oid: number;
  readonly attributes: number;
  readonly reversed: boolean;
  readonly path: string;
}

const pairsQuery = `
  SELECT x.indexrelid AS oid, x.indnatts AS attributes, (x.indoption[0] & 1) <> (o.indoption[0] & 1) AS reversed,
         current_setting('data_directory') || '/' || pg_relation_filepath(o.indexrelid) AS path
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    CROSS JOIN LATERAL (
      SELECT o.* FROM pg_index o JOIN pg_class oc ON oc.oid = o.indexrelid
       WHERE o.indrelid = x.indrelid AND o.indexrelid <> ALL ($1::oid[]) AND oc.relam = c.relam AND o.indisvalid AND o.indpred IS NULL
         AND o.indkey[0] = x.indkey[0] AND o.indclass[0] = x.indclass[0] AND o.indcollation[0] = x.indcollation[0]
       ORDER BY o.indexrelid DESC LIMIT 1) AS o
   WHERE x.indexrelid = ANY ($1::oid[]) AND x.indkey[0] <> 0 AND x.indpred IS NULL AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')`;

/** Bytes of an entry's header, and with the map of nulls; bits of its length. */
const headBytes = 8;
const nullHeadBytes = 16;
const hasNulls = 0x80_00;
const lengthBits = 0x1f_ff;

/** Entries of the only leaf of each new tree that begins as an older one does, by the new tree's number. */
export async function endsLike(
  session: Session,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, readonly Buffer[]>> {
  const { rows } = await session.query<Pair>(pairsQuery, [indexes]);
  const ends = new Map<number, readonly Buffer[]>();
  for (const { oid, attributes, reversed, path } of rows) {
    const entries = leafOf(path);
    if (entries.length === 0) continue;
    const ordered = reversed ? entries.toReversed() : entries;
    ends.set(
      oid,
      ordered.map((entry, i) => likeEntry(entry, attributes, i + 1)),
    );
  }
  return ends;
}

/** Entries of a hollow tree's only leaf, which is the page behind the inner ones. */
function leafOf(path: string): readonly Buffer[] {
  const file = openSync(path, 'r');
  try {
    const level = levelOfTree(pageOf(file, 0));
    return level === undefined ? [] : itemsOf(pageOf(file, level + 1));
  } finally {
    closeSync(file);
  }
}

function pageOf(file: number, block: number): Buffer {
  const page = Buffer.alloc(pageBytes);
  return page.subarray(0, readSync(file, page, 0, pageBytes, block * pageBytes));
}

/** The first value of an entry in an entry of so many columns, the others of which are null, for a row of the table's first page. */
function likeEntry(entry: Buffer, attributes: number, row: number): Buffer {
  const bits = entry.readUInt16LE(6);
  const data = entry.subarray(bits & hasNulls ? nullHeadBytes : headBytes, bits & lengthBits);
  const begin = attributes > 1 ? nullHeadBytes : headBytes;
  const made = Buffer.alloc(begin + data.length);
  made.writeUInt16LE(row, 4);
  made.writeUInt16LE((bits & ~(hasNulls | lengthBits)) | made.length | (attributes > 1 ? hasNulls : 0), 6);
  // A set bit is a value.
  if (attributes > 1) made.writeUInt8(1, headBytes);
  data.copy(made, begin);
  return made;
}
