/** Which piece of a set makes a query slower: the set without each one is measured. */
import { keyOf } from '../../catalog/identity.ts';
import type { Promised } from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import { verdictOf } from './judged.ts';
import { measureRounds, type Rounds, type RoundsOptions, type Unable } from './rounds.ts';
import { undo, type Piece } from './standing.ts';

/** Measures a query as if pieces had not been carried out; nothing of that stays. */
export async function measureWithout(
  query: WorkQuery,
  promised: Promised,
  pieces: readonly Piece[],
  options: RoundsOptions,
): Promise<Rounds | Unable> {
  const { session } = options.after;
  await session.query('BEGIN');
  try {
    // Bringing an index back may take longer than a query is given.
    await session.query(options.engine.locking.longest(0, 'transaction'));
    for (const piece of pieces) await undo(options.engine, session, piece);
    await session.query(options.engine.locking.longest(options.timeoutMs, 'transaction'));
    return await measureRounds(query, promised, { ...options, after: { session, nested: true } });
  } finally {
    await session.query('ROLLBACK');
  }
}

/** Pieces that could matter to a query: those that its plans use or miss, else all of its tables. */
export function suspectsOf(
  query: WorkQuery,
  seen: Rounds | Unable,
  pieces: readonly Piece[],
): readonly Piece[] {
  const tables = new Set(query.tables);
  const known = pieces.filter(({ table }) => tables.has(keyOf(table)) || tables.has(table.name));
  // A query may name its tables by views.
  const near = known.length > 0 ? known : pieces;
  if ('unable' in seen) return near;
  const after = new Set(seen.plans.after.flatMap(({ indexes }) => indexes));
  const before = new Set(seen.plans.before.flatMap(({ indexes }) => indexes));
  const named = pieces.filter((piece) => (piece.kind === 'drop' ? before : after).has(piece.name.name));
  const estimated = near.filter(({ kind }) => kind === 'statistics' && !seen.samePlan);
  const all = [...new Set([...named, ...estimated])];
  return all.length > 0 ? all : near;
}

/** The pieces whose absence mends a query, the fewest that do; empty when no absence does. */
export async function blame(
  query: WorkQuery,
  promised: Promised,
  seen: Rounds | Unable,
  pieces: readonly Piece[],
  options: RoundsOptions,
): Promise<readonly Piece[]> {
  const suspects = suspectsOf(query, seen, pieces);
  for (const suspect of suspects)
    if (mends(await measureWithout(query, promised, [suspect], options))) return [suspect];
  if (suspects.length > 1 && mends(await measureWithout(query, promised, suspects, options))) return suspects;
  return [];
}

function mends(seen: Rounds | Unable): boolean {
  return !('unable' in seen) && seen.comparison.results !== 'differ' && verdictOf(seen).verdict !== 'slower';
}
