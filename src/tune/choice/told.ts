/** The choice as its reader gets it. */
import type { Bound, Choice, ChosenIndex, EstimatedQuery } from '../advice/model.ts';
import type { Knowledge } from './knowledge.ts';
import type { Item, Present, Priced } from './model.ts';
import type { Prepared } from './prepare.ts';
import type { Verified } from './verified.ts';

/** Differences of estimated costs below this share are told as none. */
const tiny = 0.0001;
/** A floor this far below says nothing. */
const useless = 0.5;
/** Real prices this far off those that were derived speak against what the floor takes for granted. */
const shaken = 0.001;

/** What was chosen, why, and what was not. */
export function told(
  prepared: Prepared,
  found: Verified,
  rest: Pick<Choice, 'frontier' | 'statistics' | 'leftOut'> & {
    readonly before: number;
    readonly calls: number;
  },
): Choice {
  const { items, known } = prepared;
  const { present } = found;
  const savings = gainsOf(prepared, found);
  const create = items
    .filter((item) => item.kind === 'create' && present.has(item.at))
    .map((item) => chosen(item, savings.get(item.at) ?? new Map<string, number>(), rest.before))
    .toSorted((a, b) => total(b) - total(a) || a.candidate.id.localeCompare(b.candidate.id));
  return {
    create,
    drop: items.flatMap(({ at, drop }) => (drop && !present.has(at) ? [drop] : [])),
    statistics: rest.statistics,
    queries: queriesOf(prepared, found.plans, present),
    bound: boundOf(found, rest.before, prepared.candidates, rest.calls),
    frontier: rest.frontier,
    leftOut: [...rest.leftOut, ...prepared.leftOut, ...unchosen(items, known, present)],
    limits: [...prepared.limits, ...unseenOf(known), ...limitsOf(found)],
  };
}

function boundOf(
  { cost, least, by, deviation }: Verified,
  before: number,
  candidates: number,
  calls: number,
): Bound {
  const gap = least > 0 ? Math.max(0, cost - least) / least : cost > least ? Number.POSITIVE_INFINITY : 0;
  const among = `among ${candidates} ${candidates === 1 ? 'candidate' : 'candidates'}`;
  const within =
    gap > useless
      ? `The best that was looked at ${among}; looking ended before it was known how much better others are`
      : gap < tiny / 2
        ? `The best estimated cost ${among}`
        : `Within ${percentUp(gap)} of the best estimated cost ${among}`;
  const says =
    deviation > shaken
      ? `${within}, if more indexes never make a plan dearer: here some did, so this is not proven.`
      : `${within}.`;
  return { before, chosen: cost, least, gap, candidates, calls, by, says };
}

/** Queries whose price with all candidates was not asked for; the floor counts them as nothing. */
function unseenOf(known: readonly Knowledge[]): readonly string[] {
  const unseen = known.filter((one) => one.leaves().some(({ floor }) => floor === 0));
  if (unseen.length === 0) return [];
  const names = [...new Set(unseen.map(({ unit }) => unit.query.name))];
  return [
    `${names.length === 1 ? '1 query weighs' : `${names.length} queries weigh`} too little to matter, and ${names.length === 1 ? 'was' : 'were'} not priced with all candidates there; the floor counts ${names.length === 1 ? 'it' : 'them'} as nothing: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}.`,
  ];
}

function limitsOf({ ended, deviation, by }: Verified): readonly string[] {
  return [
    ...(by === 'search'
      ? ['The set was found by local search, not by the solver; its bound is a looser one.']
      : []),
    ...(ended === undefined ? [] : [`Looking further was ended: ${ended}.`]),
    ...(deviation > shaken
      ? [
          `The planner's prices of whole sets were up to ${percentUp(deviation)} off what single plans told; the bound takes for granted that more indexes never make a plan dearer.`,
        ]
      : []),
  ];
}

/** Saved milliseconds per day of each chosen item, by query; several that one plan uses share what it saves. */
function gainsOf(
  { known, items }: Prepared,
  { plans }: Verified,
): ReadonlyMap<number, ReadonlyMap<string, number>> {
  const gains = new Map<number, Map<string, number>>();
  for (const [i, { unit }] of known.entries()) {
    const used = plans[i]!.uses.filter((at) => items[at]!.kind === 'create');
    const saved = unit.weight * (unit.before.cost - plans[i]!.cost);
    for (const at of used) {
      const own = gains.get(at) ?? new Map<string, number>();
      own.set(unit.query.name, (own.get(unit.query.name) ?? 0) + saved / used.length);
      gains.set(at, own);
    }
  }
  return gains;
}

function chosen(item: Item, gains: ReadonlyMap<string, number>, before: number): ChosenIndex {
  return {
    candidate: item.candidate!,
    bytes: item.bytes,
    assumed: item.assumed,
    write: item.write,
    gains: [...gains]
      .map(([query, saved]) => ({ query, share: before > 0 ? saved / before : 0 }))
      .filter(({ share }) => share > 0)
      .toSorted((a, b) => b.share - a.share || a.query.localeCompare(b.query)),
  };
}

function total({ gains }: ChosenIndex): number {
  return gains.reduce((sum, { share }) => sum + share, 0);
}

/** Costs per query, weighted over its sets of values; heaviest first. */
function queriesOf(
  { known, items }: Prepared,
  plans: readonly Priced[],
  present: Present,
): readonly EstimatedQuery[] {
  const all = known.reduce((sum, { unit }) => sum + unit.weight * unit.before.cost, 0);
  const found = new Map<string, { weight: number; before: number; after: number; uses: Set<string> }>();
  for (const [i, { unit }] of known.entries()) {
    const one = found.get(unit.query.name) ?? { weight: 0, before: 0, after: 0, uses: new Set<string>() };
    one.weight += all > 0 ? (unit.weight * unit.before.cost) / all : 0;
    one.before += unit.share * unit.before.cost;
    one.after += unit.share * plans[i]!.cost;
    for (const at of plans[i]!.uses)
      if (items[at]!.kind === 'create' && present.has(at)) one.uses.add(items[at]!.id);
    found.set(unit.query.name, one);
  }
  return [...found]
    .map(([name, { uses, ...one }]) => ({ name, ...one, uses: [...uses] }))
    .toSorted((a, b) => b.weight - a.weight || a.name.localeCompare(b.name));
}

/** Candidates that are not in the set, those that would save most first. */
function unchosen(items: readonly Item[], known: readonly Knowledge[], present: Present): Choice['leftOut'] {
  const best = new Map<number, number>();
  for (const { unit, configs } of known.map((one) => ({ unit: one.unit, configs: one.configs() })))
    for (const { uses, cost } of configs)
      for (const at of uses)
        best.set(at, Math.max(best.get(at) ?? 0, unit.weight * (unit.before.cost - cost)));
  return items
    .filter(({ at, kind }) => (kind === 'create') !== present.has(at))
    .toSorted((a, b) => (best.get(b.at) ?? 0) - (best.get(a.at) ?? 0) || a.at - b.at)
    .map(({ at, id, kind }) => ({ candidate: id, because: reasonOf(kind, best.get(at)) }));
}

function reasonOf(kind: Item['kind'], saved: number | undefined): string {
  if (kind === 'drop')
    return 'A query would get slower, or what it gives back is worth less than what it serves.';
  if (saved === undefined) return 'No plan used it while all candidates were there.';
  return 'The chosen set serves its queries as well, or the budgets and writes cost more than it saves.';
}

/** Rounded up, so that it stays true. */
function percentUp(share: number): string {
  const percent = 100 * share;
  const digits = percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return `${Math.ceil(percent * 10 ** digits - 1e-9) / 10 ** digits} %`;
}
