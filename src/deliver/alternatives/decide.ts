/** What the figures of two designs decide. */
import { formatBytes, formatMs } from '../../base/units.ts';
import type { Beside, Measured, Middle, Seen } from './model.ts';

const secondsPerDay = 86_400;
/** A design is told as better when it takes at most this share of the chosen one's work, at the worse ends of both intervals. */
const clearly = 0.8;

/** How another design's figure stands to the chosen one's. */
export type Standing = 'faster' | 'slower' | 'alike';

export interface Decision {
  /** `kept`: the chosen design does less work. `better`: the other one clearly does. `open`: no verdict can be given. */
  readonly verdict: 'kept' | 'better' | 'less' | 'alike' | 'open';
  readonly sentence: string;
}

/** Work of a day in seconds of the server, at the declared rates. */
export interface Daily {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Only intervals that do not touch make a difference, of the median and of the lower quartile: what only one of them shows is noise. */
export function standing(chosen: Measured, other: Measured): Standing {
  const all = [chosen.ms, chosen.floor].map((one, index) => apart(one, [other.ms, other.floor][index]!));
  return all[0] === all[1] ? all[0]! : 'alike';
}

function apart(chosen: Middle, other: Middle): Standing {
  if (other.high < chosen.low) return 'faster';
  return other.low > chosen.high ? 'slower' : 'alike';
}

/** Sum over all patterns and chores; only patterns that were measured on both designs count. */
export function daily(seen: Seen, claims: ReadonlySet<string>): Daily {
  const sum = (of: (ms: Middle) => number): number =>
    seen.patterns
      .filter(({ claim }) => claims.has(claim))
      .reduce((total, { ms, perSecond }) => total + of(ms) * perSecond * secondsPerDay, 0) / 1000;
  const chores = seen.chores.reduce((total, { ms, perDay }) => total + (ms * perDay) / 1000, 0);
  return {
    value: sum(({ value }) => value) + chores,
    low: sum(({ low }) => low) + chores,
    high: sum(({ high }) => high) + chores,
  };
}

/** Claims that were measured on both. */
export function both(chosen: Seen, other: Seen): ReadonlySet<string> {
  const known = new Set(other.patterns.map(({ claim }) => claim));
  return new Set(chosen.patterns.map(({ claim }) => claim).filter((claim) => known.has(claim)));
}

/** The verdict on one other design; a winner is named only where intervals do not overlap. */
export function decide(chosen: Seen, { variant, seen, sameness }: Beside): Decision {
  const claims = both(chosen, seen);
  const different = [...sameness].filter(([, one]) => one.kind === 'different').map(([claim]) => claim);
  if (different.length > 0)
    return {
      verdict: 'open',
      sentence: `No verdict: ${different.join(', ')} ${different.length > 1 ? 'are' : 'is'} not answered alike by ${seen.name}.`,
    };
  if (claims.size === 0)
    return { verdict: 'open', sentence: 'No verdict: no access pattern ran on both designs.' };
  const [one, two] = [daily(chosen, claims), daily(seen, claims)];
  const told = differences(chosen, seen, claims);
  const work = `${work_(one)} against ${work_(two)} of work per day at the declared rates`;
  const sizes = sizesText(chosen, seen);
  const tell = (verdict: Decision['verdict'], head: string): Decision => ({
    verdict,
    sentence: `${[head, ...told, work, ...sizes].join('; ')}. Choosing “${seen.name}” also means: ${variant.price}.`,
  });
  const standings = [...claims].map((claim) => standing(find(chosen, claim), find(seen, claim)));
  const chores = chosen.chores.length + seen.chores.length > 0;
  if (one.high < two.low && (chores || standings.includes('slower')))
    return tell('kept', `Kept: ${chosen.name}`);
  if (two.high < one.low && (chores || standings.includes('faster'))) {
    const targets = [...claims].every((claim) => !slowerBy(chosen, seen, claim));
    const clear = two.high < clearly * one.low && targets;
    return tell(clear ? 'better' : 'less', clear ? `${seen.name} is better` : `${seen.name} takes less work`);
  }
  return tell('alike', told.length > 0 ? `No difference in the work of a day` : 'No difference measured');
}

function slowerBy(chosen: Seen, other: Seen, claim: string): boolean {
  const [one, two] = [find(chosen, claim), find(other, claim)];
  return standing(one, two) === 'slower' && two.ms.low > 2 * one.ms.high;
}

/** Patterns that differ, the one with the greatest effect on a day first. */
function differences(chosen: Seen, other: Seen, claims: ReadonlySet<string>): readonly string[] {
  return [...claims]
    .map((claim) => ({ claim, one: find(chosen, claim), two: find(other, claim) }))
    .filter(({ one, two }) => standing(one, two) !== 'alike')
    .toSorted((a, b) => effect(b) - effect(a))
    .map(({ claim, one, two }) => {
      const [fast, slow] = one.ms.value < two.ms.value ? [one, two] : [two, one];
      const by = fast === one ? chosen.name : other.name;
      return `${claim}: ${by} ${ratio(fast.ms.value, slow.ms.value)} (${formatMs(fast.ms.value)} against ${slow.cut > 0 ? 'more than ' : ''}${formatMs(slow.ms.value)})`;
    });
}

function effect({ one, two }: { readonly one: Measured; readonly two: Measured }): number {
  return Math.abs(one.ms.value - two.ms.value) * one.perSecond;
}

/** `41 × faster`, or what is saved where that is little. */
function ratio(fast: number, slow: number): string {
  const times = slow / fast;
  return times >= 1.5
    ? `${times >= 10 ? Math.round(times) : times.toFixed(1)} × faster`
    : `${Math.round((1 - fast / slow) * 100)} % faster`;
}

function sizesText(chosen: Seen, other: Seen): readonly string[] {
  const [one, two] = [chosen.tableBytes + chosen.indexBytes, other.tableBytes + other.indexBytes];
  return Math.abs(one - two) < 0.05 * Math.max(one, two)
    ? []
    : [`${formatBytes(one)} against ${formatBytes(two)} of tables and indexes`];
}

function work_({ value, low, high }: Daily): string {
  const text = (seconds: number): string => (Number.isFinite(seconds) ? formatMs(seconds * 1000) : 'unknown');
  return `${text(value)} (${text(low)} to ${text(high)})`;
}

function find(seen: Seen, claim: string): Measured {
  return seen.patterns.find((one) => one.claim === claim)!;
}
