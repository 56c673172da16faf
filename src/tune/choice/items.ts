/** Candidates made on the hollow twin, and indexes that may go, as items with their bytes and what they cost writes. */
import { SqlError } from '../../base/error.ts';
import { keyOf, sameName } from '../../catalog/identity.ts';
import type { Index, Name } from '../../catalog/model.ts';
import type { IndexGuess, Snapshot, WhatIf } from '../../engine/model.ts';
import type { Choice, DropCandidate, IndexCandidate } from '../advice/model.ts';
import type { ChooseOptions, Item } from './model.ts';
import { writtenIndex, type WriteModel } from './writes.ts';

type LeftOut = Choice['leftOut'][number];

/** A statement that was not priced. */
interface Blind {
  readonly name: string;
  readonly sql: string;
  readonly reason: string;
}

/** Indexes made in one go: a wrong one among them costs a few more. */
const together = 50;

/** Items of existing indexes that may go; those that something else needs, or statements that could not be priced may need, are left out. */
export function dropItems(
  { drops, snapshot }: Pick<ChooseOptions, 'drops' | 'snapshot'>,
  writes: WriteModel,
  blind: readonly Blind[],
): { readonly items: readonly Item[]; readonly leftOut: readonly LeftOut[] } {
  const items: Item[] = [];
  const leftOut: LeftOut[] = [];
  for (const drop of drops) {
    const id = keyOf(drop.index);
    const found = indexOf(drop, snapshot.catalog.tables);
    const because = reasonToKeep(drop, found, blind);
    if (because !== undefined) leftOut.push({ candidate: id, because });
    else if (!items.some((item) => item.id === id))
      items.push({
        at: items.length,
        id,
        kind: 'drop',
        name: drop.index,
        table: drop.table,
        bytes: drop.bytes,
        write: { ...writes.of(writtenIndex(found!, drop.table, snapshot)), candidate: id },
        assumed: [],
        drop,
      });
  }
  return { items, leftOut };
}

/** Makes candidates on the twin, numbered from `first`; those that the server refuses are left out with its words, those larger than `most` bytes since no set with them fits. */
export async function createItems(
  candidates: readonly IndexCandidate[],
  options: Pick<ChooseOptions, 'snapshot' | 'signal'> & { readonly most: number },
  whatIf: WhatIf,
  writes: WriteModel,
  first: number,
): Promise<{ readonly items: readonly Item[]; readonly leftOut: readonly LeftOut[]; readonly made: number }> {
  const { snapshot, signal } = options;
  const leftOut: LeftOut[] = [];
  const made: { readonly candidate: IndexCandidate; readonly guess: IndexGuess }[] = [];
  const make = async (some: readonly IndexCandidate[]): Promise<void> => {
    if (some.length === 0) return;
    signal.throwIfAborted();
    try {
      const guesses = await whatIf.create(some.map(({ wish }) => wish));
      for (const [i, guess] of guesses.entries()) made.push({ candidate: some[i]!, guess });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SqlError)) throw error;
      if (some.length === 1)
        leftOut.push({ candidate: some[0]!.id, because: `The server refuses it: ${error.message}` });
      else {
        const half = Math.ceil(some.length / 2);
        await make(some.slice(0, half));
        await make(some.slice(half));
      }
    }
  };
  for (let i = 0; i < candidates.length; i += together) await make(candidates.slice(i, i + together));
  const bytesOf = ({ pages }: IndexGuess): number => pages * snapshot.source.blockSize;
  const large = made.filter(({ guess }) => bytesOf(guess) > options.most);
  await whatIf.drop(large.map(({ guess }) => guess.name));
  for (const { candidate } of large)
    leftOut.push({ candidate: candidate.id, because: 'It alone is larger than the budget of bytes.' });
  return {
    leftOut,
    made: made.length,
    items: made
      .filter((one) => !large.includes(one))
      .map(({ candidate, guess }, i) => {
        const bytes = bytesOf(guess);
        const { wish, method, keys, includes, predicate } = candidate;
        return {
          at: first + i,
          id: candidate.id,
          kind: 'create',
          name: guess.name,
          table: wish.table,
          bytes,
          write: writes.of({
            id: candidate.id,
            table: wish.table,
            method,
            keys,
            includes,
            ...(predicate === undefined ? {} : { predicate }),
            bytes,
            rows: guess.rows,
          }),
          assumed: guess.assumed,
          candidate,
        };
      }),
  };
}

interface Existing extends Index {
  /** Replication identifies rows by it. */
  readonly replica: boolean;
  /** Foreign key whose columns are the first ones of it. */
  readonly foreign: string | undefined;
}

function indexOf({ index }: DropCandidate, tables: Snapshot['catalog']['tables']): Existing | undefined {
  for (const { indexes, constraints, replicaIdentity } of tables) {
    const found = indexes.find((one) => sameName(one, index));
    if (!found) continue;
    const foreign = constraints.find(
      ({ kind, columns }) =>
        kind === 'foreign' && columns.every((column) => found.keys.slice(0, columns.length).includes(column)),
    );
    return { ...found, replica: replicaIdentity.includes(found.name), foreign: foreign?.name };
  }
  return undefined;
}

function reasonToKeep(
  drop: DropCandidate,
  found: Existing | undefined,
  statements: readonly Blind[],
): string | undefined {
  if (!found) return 'The snapshot has no such index.';
  if (found.primary || found.constraint !== undefined) return 'A constraint needs it.';
  if (found.unique) return 'It keeps rows unique, whatever reads it.';
  if (found.partOf) return 'It is a part of the index of a partitioned table.';
  if (found.foreign !== undefined && drop.by === undefined)
    return `The foreign key ${found.foreign} finds its rows by it, which no plan shows.`;
  if (found.replica) return 'Replication identifies rows by it.';
  if (drop.evidence.length === 0) return 'There is no evidence that nobody needs it.';
  const blind = statements.find(({ sql }) => names(sql, drop.table));
  return blind && `The statement ${blind.name} on its table could not be priced: ${blind.reason}`;
}

/** Whether a statement's text names a table; a doubt counts as yes. */
function names(sql: string, { name }: Name): boolean {
  return sql.toLowerCase().includes(name.toLowerCase());
}
