import { printName } from '../../../catalog/identity.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { SequencePlace } from '../../../engine/snapshot/model.ts';
import type { LeftOut } from './runner.ts';

/** Names and values are values here and never a part of the text; a sequence that rows have taken further stays there. */
const MOVE = `
SELECT n.nspname::text AS schema, c.relname::text AS name, w.last::pg_catalog.numeric BETWEEN q.seqmin AND q.seqmax AS fits,
       CASE WHEN w.last::pg_catalog.numeric BETWEEN q.seqmin AND q.seqmax AND coalesce(
           (w.last::pg_catalog.numeric - pg_catalog.pg_sequence_last_value(c.oid)) * pg_catalog.sign(q.seqincrement::pg_catalog.numeric) > 0, true)
         THEN pg_catalog.setval(c.oid::pg_catalog.regclass, w.last::pg_catalog.int8) END AS now
FROM unnest($1::text[], $2::text[], $3::text[]) w(schema, name, last)
JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid`;

/** Moves sequences to where they stood, so that the next value is the original's; returns those whose place lies outside of their bounds. */
export async function moveSequences(
  session: Session,
  sequences: readonly SequencePlace[],
): Promise<readonly LeftOut[]> {
  const used = sequences.filter(({ last }) => last !== undefined && /^-?\d{1,19}$/.test(last));
  if (used.length === 0) return [];
  const { rows } = await session.query<{ schema: string; name: string; fits: boolean }>(MOVE, [
    used.map(({ schema }) => schema),
    used.map(({ name }) => name),
    used.map(({ last }) => last),
  ]);
  return rows
    .filter(({ fits }) => !fits)
    .map((sequence) => ({
      path: `sequence ${printName(sequence)} place`,
      why: 'its captured value lies outside of its bounds; it stands at its start',
    }));
}
