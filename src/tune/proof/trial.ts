/** What stands on the copy, and what each query did with it. */
import { SqlError } from '../../base/error.ts';
import type { Promised } from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import { blame, measureWithout } from './blame.ts';
import type { Site } from './build.ts';
import { verdictOf } from './judged.ts';
import { measureLooked } from './looks.ts';
import type { Withheld } from './model.ts';
import type { ProveOptions } from './options.ts';
import { type Rounds, type RoundsOptions, type Unable } from './rounds.ts';
import { usualTimeoutMs, type Stage } from './stage.ts';
import { withdraw, type Piece } from './standing.ts';

/** Holds the measurements while pieces are withheld one after the other. */
export class Trial {
  /** What stands. */
  pieces: readonly Piece[];
  readonly seen = new Map<string, Rounds | Unable>();
  /** Slower queries that no piece explains. */
  readonly unexplained = new Set<string>();
  readonly #options: ProveOptions;
  readonly #stage: Stage;
  readonly #site: Site;
  readonly #promised = new Map<string, Promised | string>();

  constructor(options: ProveOptions, stage: Stage, site: Site, pieces: readonly Piece[]) {
    this.#options = options;
    this.#stage = stage;
    this.#site = site;
    this.pieces = pieces;
  }

  /** Measures queries on both sides; what seems slower, or hides in the noise, is measured anew with more rounds. */
  async measure(queries: readonly WorkQuery[]): Promise<void> {
    for (const query of queries) {
      this.#options.signal.throwIfAborted();
      const promised = this.#promiseOf(query);
      if (typeof promised === 'string') {
        this.seen.set(query.name, { unable: promised });
        continue;
      }
      this.seen.set(query.name, await measureLooked(query, promised, this.#rounds()));
    }
  }

  /** Measures a query as if pieces did not stand. */
  without(query: WorkQuery, pieces: readonly Piece[]): Promise<Rounds | Unable> {
    const promised = this.#promiseOf(query);
    if (typeof promised === 'string') return Promise.resolve({ unable: promised });
    return measureWithout(query, promised, pieces, this.#rounds());
  }

  /** Queries by name, and all whose plans used one of the pieces. */
  affected(names: readonly string[], pieces: readonly Piece[] = []): readonly WorkQuery[] {
    const indexes = new Set(pieces.map(({ name }) => name.name));
    return this.#options.queries.filter(({ name }) => {
      const rounds = this.seen.get(name);
      const plans = !rounds || 'unable' in rounds ? [] : [...rounds.plans.before, ...rounds.plans.after];
      return names.includes(name) || plans.some((plan) => plan.indexes.some((index) => indexes.has(index)));
    });
  }

  /** Pieces by id, which do not count as standing any more. */
  remove(ids: readonly string[]): readonly Piece[] {
    const gone = this.pieces.filter(({ id }) => ids.includes(id));
    this.pieces = this.pieces.filter((piece) => !gone.includes(piece));
    return gone;
  }

  /** Takes pieces away for good and measures again what they touched. */
  async withhold(pieces: readonly Piece[], names: readonly string[]): Promise<void> {
    const again = this.affected(names, pieces);
    await withdraw(this.#site, this.remove(pieces.map(({ id }) => id)));
    await this.measure(again);
  }

  /** Withholds what makes a query slower, fail or return other rows, until nothing does. */
  async withholdSlower(): Promise<readonly Withheld[]> {
    const withheld: Withheld[] = [];
    for (;;) {
      const query = this.#options.queries.find(
        ({ name }) => !this.unexplained.has(name) && isHurt(this.seen.get(name), name, this.#options),
      );
      if (!query) return withheld;
      const rounds = this.seen.get(query.name)!;
      const promised = this.#promiseOf(query) as Promised;
      const culprits = await blame(query, promised, rounds, this.pieces, this.#rounds());
      if (culprits.length === 0) {
        this.unexplained.add(query.name);
        continue;
      }
      withheld.push(...culprits.map((piece) => accused(piece, query, rounds, culprits.length)));
      await this.withhold(culprits, [query.name]);
    }
  }

  /** Measures again what nothing explained, since other pieces stand now. */
  async reconsider(): Promise<void> {
    const names = [...this.unexplained];
    this.unexplained.clear();
    await this.measure(this.affected(names));
  }

  /** Milliseconds that bringing each dropped index back takes here. */
  async undoTimes(): Promise<ReadonlyMap<string, number>> {
    const times = new Map<string, number>();
    const { session } = this.#site;
    for (const piece of this.pieces) {
      if (piece.kind !== 'drop') continue;
      await session.query('BEGIN');
      try {
        const begin = performance.now();
        await session.query(piece.undo);
        times.set(piece.id, performance.now() - begin);
      } finally {
        await session.query('ROLLBACK');
      }
    }
    return times;
  }

  #rounds(): RoundsOptions {
    const { engine, rounds, timeoutMs = usualTimeoutMs, signal } = this.#options;
    return {
      engine,
      before: { session: this.#stage.before },
      after: { session: this.#stage.after },
      ...(rounds === undefined ? {} : { rounds }),
      timeoutMs,
      signal,
    };
  }

  #promiseOf(query: WorkQuery): Promised | string {
    const { engine, catalog } = this.#options;
    const known = this.#promised.get(query.name);
    if (known !== undefined) return known;
    let found: Promised | string;
    try {
      found = engine.trials.promised(query.sql, catalog);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      found = error.message;
    }
    this.#promised.set(query.name, found);
    return found;
  }
}

/** A write that does the same and pays for one index more is weighed, not hurt. */
function isHurt(seen: Rounds | Unable | undefined, name: string, { queries }: ProveOptions): boolean {
  if (!seen) return false;
  if ('unable' in seen) return seen.onlyAfter === true;
  if (seen.comparison.results === 'differ') return true;
  const write = queries.find((query) => query.name === name)?.kind === 'write';
  return verdictOf(seen).verdict === 'slower' && !(write && seen.samePlan);
}

function accused(piece: Piece, query: WorkQuery, seen: Rounds | Unable, together: number): Withheld {
  const others = together > 1 ? ` together with ${together - 1} more` : '';
  const undone = piece.kind === 'drop' ? 'With the index it is not' : 'Without it that is not so';
  const what = 'unable' in seen ? seen.unable : verdictOf(seen).because;
  const differs = !('unable' in seen) && seen.comparison.results === 'differ';
  return {
    what: piece.id,
    kind: piece.kind,
    why: differs || 'unable' in seen ? 'results' : 'slower',
    because: `Contradicted by measurement: ${query.name} ${differs ? 'returns other rows' : 'unable' in seen ? 'fails' : 'gets slower'}${others}. ${what} ${undone}.`,
    queries: [query.name],
  };
}
