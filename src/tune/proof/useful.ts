/** Advice that no measured query gains from, or that only doubtful queries do. */
import { formatCount } from '../../base/units.ts';
import { keyOf, printName } from '../../catalog/identity.ts';
import type { WorkQuery } from '../advice/model.ts';
import { improved, estimatesOf } from './estimates.ts';
import { verdictOf } from './judged.ts';
import type { Withheld } from './model.ts';
import type { ProveOptions } from './options.ts';
import type { IndexPiece, Piece, StatisticsPiece } from './standing.ts';
import type { Trial } from './trial.ts';

/** Queries without which an index is tried again, those that gain most first. */
const triedAgain = 3;
/** Names that a reason lists. */
const listed = 4;

/** Withholds pieces one by one, those of the smallest gain first, since another piece may do their work. */
export async function withholdUseless(options: ProveOptions, trial: Trial): Promise<readonly Withheld[]> {
  const withheld: Withheld[] = [];
  for (const piece of trial.pieces.toSorted(
    (a, b) => gainOf(options, trial, a) - gainOf(options, trial, b),
  )) {
    options.signal.throwIfAborted();
    const reason =
      piece.kind === 'index'
        ? await uselessIndex(options, trial, piece)
        : piece.kind === 'statistics'
          ? uselessStatistics(options, trial, piece)
          : undefined;
    if (!reason) continue;
    withheld.push({ what: piece.id, kind: piece.kind, ...reason });
    await trial.withhold([piece], reason.queries);
  }
  return withheld;
}

/** Where nothing held the twin against production: rows there for each one here beyond which other plans are to be expected. */
const rowsPerRow = 100;

/** Why a query's figures may not carry advice; undefined when they may. */
export function doubtOf(
  { fidelity, volumes, queries }: Pick<ProveOptions, 'fidelity' | 'volumes' | 'queries'>,
  name: string,
): string | undefined {
  if (!fidelity) {
    const tables = queries.find((query) => query.name === name)?.tables ?? [];
    const small = volumes.find(
      ({ table, now, rows }) =>
        rows > 0 &&
        now > rows * rowsPerRow &&
        tables.some((text) => text === table.name || text === keyOf(table)),
    );
    return small
      ? `The twin holds one of ${formatCount(Math.round(small.now / small.rows))} rows of ${printName(small.table)}, and nothing compared its plans with those of all rows. More --rows show it.`
      : undefined;
  }
  const mark = fidelity.find((one) => one.name === name);
  if (!mark) return 'The twin was not compared with production for it.';
  return mark.usable ? undefined : mark.because;
}

/** Queries that use an index of the set and are faster. */
export function gainers({ queries }: ProveOptions, trial: Trial, piece: Piece): readonly WorkQuery[] {
  return queries.filter((query) => {
    const seen = trial.seen.get(query.name);
    return seen && !('unable' in seen) && verdictOf(seen).verdict === 'faster' && uses(trial, query, piece);
  });
}

/** Milliseconds a day that its users save. */
export function gainOf(options: ProveOptions, trial: Trial, piece: Piece): number {
  return gainers(options, trial, piece).reduce((sum, query) => sum + savedBy(trial, query), 0);
}

/** Milliseconds a day that a query takes less. */
export function savedBy(trial: Trial, { name, callsPerDay }: WorkQuery): number {
  const seen = trial.seen.get(name);
  return !seen || 'unable' in seen ? 0 : callsPerDay * (seen.before.ms - seen.after.ms);
}

function uses(trial: Trial, { name }: WorkQuery, piece: Piece): boolean {
  const seen = trial.seen.get(name);
  if (!seen || 'unable' in seen) return false;
  if (piece.kind === 'statistics') return piece.candidate.serves.includes(name);
  return seen.plans.after.some(({ indexes }) => indexes.includes(piece.name.name));
}

function figuresOf(trial: Trial, { name }: WorkQuery): string {
  const seen = trial.seen.get(name);
  return !seen || 'unable' in seen ? '' : verdictOf(seen).because;
}

type Reason = Omit<Withheld, 'what' | 'kind'>;

async function uselessIndex(
  options: ProveOptions,
  trial: Trial,
  piece: IndexPiece,
): Promise<Reason | undefined> {
  const { queries } = options;
  const users = queries.filter((query) => uses(trial, query, piece));
  const helped = gainers(options, trial, piece);
  if (helped.length === 0) {
    const unable = piece.candidate.serves.filter((name) => {
      const seen = trial.seen.get(name);
      return seen && 'unable' in seen;
    });
    const told =
      users.length === 0
        ? 'no plan of a measured query uses it.'
        : users
            .map((query) => `${query.name} uses it and gains nothing that shows: ${figuresOf(trial, query)}`)
            .slice(0, listed)
            .join(' ');
    const rest = unable.length === 0 ? '' : ` ${names(unable)}, which it is for, could not be run.`;
    return {
      why: 'no-gain',
      because: `Contradicted by measurement: ${told}${rest}`,
      queries: users.map(({ name }) => name),
    };
  }
  const sound = helped.filter(({ name }) => doubtOf(options, name) === undefined);
  if (sound.length === 0) return doubtful(options, helped);
  const heaviest = sound.toSorted((a, b) => savedBy(trial, b) - savedBy(trial, a)).slice(0, triedAgain);
  for (const query of heaviest) if (await needs(trial, query, piece)) return undefined;
  return {
    why: 'no-gain',
    because: `Contradicted by measurement: ${names(heaviest)} ${heaviest.length === 1 ? 'is' : 'are'} as fast without it, by another index.`,
    queries: sound.map(({ name }) => name),
  };
}

/** Whether a query loses what it gained when this piece alone is missing. */
async function needs(trial: Trial, query: WorkQuery, piece: Piece): Promise<boolean> {
  const seen = trial.seen.get(query.name);
  const without = await trial.without(query, [piece]);
  if (!seen || 'unable' in seen || 'unable' in without) return true;
  // Both ratios are to the same side without any change, taken in turns with it.
  return without.ratio.low > seen.ratio.value * 1.05 || without.ratio.value > seen.ratio.high;
}

function uselessStatistics(options: ProveOptions, trial: Trial, piece: StatisticsPiece): Reason | undefined {
  const better = improved(estimatesOf(options.engine, piece, trial.seen));
  const helped = options.queries.filter(({ name }) => better.includes(name));
  if (helped.length === 0)
    return {
      why: 'no-gain',
      because: 'Contradicted by measurement: no estimate of the queries it is for gets better.',
      queries: [],
    };
  const sound = helped.filter(({ name }) => doubtOf(options, name) === undefined);
  return sound.length === 0 ? doubtful(options, helped) : undefined;
}

function doubtful(options: ProveOptions, helped: readonly WorkQuery[]): Reason {
  const first = helped[0]!;
  return {
    why: 'fidelity',
    because: `It rests only on queries that the twin cannot speak for: ${names(helped)}. ${first.name}: ${doubtOf(options, first.name)}`,
    queries: helped.map(({ name }) => name),
  };
}

function names(all: readonly (WorkQuery | string)[]): string {
  const texts = all.map((one) => (typeof one === 'string' ? one : one.name));
  const rest = texts.length - listed;
  return rest > 0 ? `${texts.slice(0, listed).join(', ')} and ${rest} more` : texts.join(', ');
}
