/** What was proven, as statements of a change with their ways back. */
import { printName } from '../../catalog/identity.ts';
import type { Wish } from '../../change/model.ts';
import type { Engine } from '../../engine/model.ts';
import { formatBytes } from '../../base/units.ts';
import type { Choice } from '../../tune/advice/model.ts';
import type { Proof } from '../../tune/proof/model.ts';

/** Indexes first, then statistics, and what goes last: nothing is missed in between. */
export function wishesOf({ quote }: Engine, proof: Proof, choice: Choice): readonly Wish[] {
  const modelled = new Map(choice.create.map(({ candidate, bytes }) => [candidate.id, bytes]));
  const created = proof.indexes.map(({ sql, name, serves, candidate, bytesThere }): Wish => {
    const bytes = bytesThere ?? modelled.get(candidate.id);
    return {
      sql,
      claims: [],
      reason: `For ${serves.slice(0, 3).join(', ')}${serves.length > 3 ? ` and ${serves.length - 3} more` : ''}${bytes === undefined ? '' : `; about ${formatBytes(bytes)}`}.`,
      undo: `DROP INDEX ${quote.full(name)}`,
    };
  });
  const statistics = proof.statistics.flatMap(({ sql, name, candidate, queries }): readonly Wish[] => [
    {
      sql,
      claims: [],
      reason: `So that the planner knows how ${candidate.columns.join(' and ')} of ${candidate.table.name} go together: ${queries
        .slice(0, 3)
        .map(({ query }) => query)
        .join(', ')}.`,
      undo: `DROP STATISTICS ${quote.full(name)}`,
    },
    {
      sql: `ANALYZE ${quote.name(candidate.table)}`,
      claims: [],
      reason: 'The new statistics are filled.',
      undo: '',
      plain: { outside: true },
    },
  ]);
  const dropped = proof.drops.map(({ sql, undo, candidate }): Wish => ({
    sql,
    claims: [],
    reason: `${printName(candidate.index)} is ${candidate.why}: ${candidate.evidence.join(' ')}`,
    undo,
  }));
  return [...created, ...statistics, ...dropped];
}
