/** What stands on the copy at a moment, and how each piece of it is taken away again. */
import type { Index, Name } from '../../catalog/model.ts';
import { printName } from '../../catalog/identity.ts';
import { findTable } from '../../catalog/find.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { DropCandidate, IndexCandidate, StatisticsCandidate } from '../advice/model.ts';
import { carryOut, type Carried, type Site } from './build.ts';
import type { Withheld } from './model.ts';
import { createIndex, indexNames, statisticsId, statisticsName } from './named.ts';
import type { ProveOptions } from './options.ts';

/** A piece of the set that was carried out. */
export type Piece = IndexPiece | DropPiece | StatisticsPiece;

interface Common {
  /** What reports call it. */
  readonly id: string;
  readonly name: Name;
  readonly table: Name;
  readonly sql: string;
  /** Takes it away inside a transaction. */
  readonly undo: string;
  /** The table has to be analysed afterwards: an expression has statistics only through its index. */
  readonly analyses?: boolean;
}

export interface IndexPiece extends Common {
  readonly kind: 'index';
  readonly candidate: IndexCandidate;
  readonly carried: Carried;
  readonly bytes: number;
}

export interface DropPiece extends Common {
  readonly kind: 'drop';
  readonly candidate: DropCandidate;
  readonly carried: Carried;
  readonly bytes: number;
}

export interface StatisticsPiece extends Common {
  readonly kind: 'statistics';
  readonly candidate: StatisticsCandidate;
  readonly analyzeMs: number;
}

export interface BuiltSet {
  readonly pieces: readonly Piece[];
  readonly withheld: readonly Withheld[];
}

/** Carries the set out on the copy: drops last, so that nothing is missed meanwhile. */
export async function buildSet(options: ProveOptions, site: Site): Promise<BuiltSet> {
  const { engine, catalog, create, drop, statistics, signal } = options;
  const { session } = site;
  const pieces: Piece[] = [];
  const withheld: Withheld[] = [];
  const refuse = (kind: Withheld['kind'], what: string, because: string): void =>
    void withheld.push({ what, kind, why: 'not-built', because, queries: [] });
  const names = options.names ?? indexNames(engine, catalog, create);
  for (const candidate of create) {
    signal.throwIfAborted();
    const { table } = candidate.wish;
    const name = names.get(candidate.id)!;
    const sql = createIndex(engine, candidate, name);
    const before = await indexBytes(site);
    const carried = await carryOut(site, sql, table);
    if (typeof carried === 'string') {
      refuse('index', candidate.id, `It could not be built: ${carried}`);
      continue;
    }
    pieces.push({
      kind: 'index',
      id: candidate.id,
      name,
      table,
      sql,
      undo: `DROP INDEX ${engine.quote.full(name)}`,
      candidate,
      carried,
      bytes: (await indexBytes(site)) - before,
    });
  }
  for (const candidate of statistics) {
    signal.throwIfAborted();
    const name = statisticsName(engine, catalog, candidate);
    const sql = engine.trials.statistics(name, candidate.table, candidate.columns);
    const made = await carryOut(site, sql, candidate.table);
    if (typeof made === 'string') {
      refuse('statistics', statisticsId(candidate), `They could not be made: ${made}`);
      continue;
    }
    const begin = performance.now();
    await engine.stats.analyze(session, [candidate.table]);
    pieces.push({
      kind: 'statistics',
      id: statisticsId(candidate),
      name,
      table: candidate.table,
      sql,
      undo: `DROP STATISTICS ${engine.quote.full(name)}`,
      candidate,
      analyzeMs: performance.now() - begin,
    });
  }
  for (const candidate of drop) {
    signal.throwIfAborted();
    const index = findIndex(catalog, candidate.index);
    const id = printName(candidate.index);
    if (!index || index.constraint !== undefined) {
      refuse('drop', id, index ? `It serves the constraint ${index.constraint}.` : 'It is not there.');
      continue;
    }
    const sql = `DROP INDEX ${engine.quote.name(candidate.index)}`;
    const before = await indexBytes(site);
    const carried = await carryOut(site, sql, candidate.table);
    if (typeof carried === 'string') {
      refuse('drop', id, `It could not be dropped: ${carried}`);
      continue;
    }
    pieces.push({
      kind: 'drop',
      id,
      name: candidate.index,
      table: candidate.table,
      sql,
      undo: index.definition,
      analyses: hasExpression(catalog, candidate.table, index),
      candidate,
      carried,
      bytes: before - (await indexBytes(site)),
    });
  }
  return { pieces, withheld };
}

/** Takes pieces away for good. */
export async function withdraw(site: Site, pieces: readonly Piece[]): Promise<void> {
  for (const piece of pieces) await undo(site.engine, site.session, piece);
}

/** Takes a piece away in the session, with what the planner knew before it. */
export async function undo(engine: Engine, session: Session, piece: Piece): Promise<void> {
  await session.query(piece.undo);
  if (piece.analyses) await engine.stats.analyze(session, [piece.table]);
}

function hasExpression(catalog: Catalog, table: Name, index: Index): boolean {
  const columns = new Set(findTable(catalog, table)?.columns.map(({ name }) => name));
  return index.keys.some((key) => !columns.has(key));
}

/** Of all indexes: one of a partitioned table lies in many. */
async function indexBytes({ engine, session }: Site): Promise<number> {
  const sizes = await engine.stats.sizes(session);
  return sizes.reduce((sum, size) => sum + (size.kind === 'index' ? size.bytes : 0), 0);
}

function findIndex(catalog: Catalog, name: Name): Index | undefined {
  return [...catalog.tables, ...catalog.views]
    .filter(({ schema }) => schema === name.schema)
    .flatMap(({ indexes }) => indexes)
    .find((index) => index.name === name.name);
}
