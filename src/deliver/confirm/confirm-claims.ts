/** Claims about a database after a change that no single step answers for. */
import { formatCount, formatMs } from '../../base/units.ts';
import type { Snapshot } from '../../engine/model.ts';
import type { Claim } from '../../report/model.ts';
import type { Confirmed, StatementFigures } from './model.ts';
import { fewest } from './statements.ts';

/** Helpers of the change, and invalid indexes and unchecked constraints that were not there before. */
export function leftoversClaim({ expected, before, after }: Confirmed): Claim {
  const helpers = expected
    .filter(({ helper }) => helper)
    .flatMap(({ says, holds }) => (holds(after.catalog) === true ? [] : [says.replace(/ is gone$/, '')]));
  const known = new Set(before ? halfDone(before) : []);
  const half = halfDone(after).filter((one) => !known.has(one));
  const left = [...helpers.map((one) => `${one} is still there`), ...half];
  return {
    id: 'leftovers',
    kind: 'change',
    says: 'No helper of the change, no invalid index and no unchecked constraint is left',
    verdict: left.length === 0 ? 'proven' : 'missed',
    because: left.length === 0 ? 'The catalog holds none.' : `${left.join('; ')}.`,
    evidence: [],
  };
}

function halfDone({ catalog }: Snapshot): readonly string[] {
  return catalog.tables.flatMap(({ name, indexes, constraints }) => [
    ...indexes.filter(({ valid }) => !valid).map((index) => `index ${index.name} of ${name} is invalid`),
    ...constraints
      .filter(({ validated, enforced }) => !validated && enforced)
      .map((one) => `constraint ${one.name} of ${name} is not validated`),
  ]);
}

/** No statement became slower; what was called too seldom, or varies too much, on tables of the change is not proven. */
export function queriesClaim({ before, statements, tables }: Confirmed): Claim {
  const touched = new Set(tables.flat());
  const near = (one: StatementFigures): boolean => one.tables.some((name) => touched.has(name));
  const slower = statements.filter(({ verdict }) => verdict === 'slower');
  const unsure = statements.filter((one) => near(one) && (one.verdict === 'few' || one.verdict === 'noisy'));
  const judged = statements.filter(({ verdict }) => verdict === 'alike' || verdict === 'faster').length;
  const claim = { id: 'queries', kind: 'change' as const, says: 'No query became slower' };
  const evidence = [...slower, ...unsure]
    .slice(0, 10)
    .map((one) => ({ basis: 'measured' as const, text: say(one), shown: one.sql }));
  if (slower.length > 0)
    return { ...claim, verdict: 'missed', because: slower.slice(0, 3).map(say).join('; ') + '.', evidence };
  if (!before)
    return { ...claim, verdict: 'not-proven', because: 'There are no figures from before.', evidence };
  if (unsure.length > 0)
    return {
      ...claim,
      verdict: 'not-proven',
      because: `${judged} are as fast as before; not enough is known of ${unsure.slice(0, 3).map(say).join('; ')}${unsure.length > 3 ? ` and ${unsure.length - 3} more` : ''}.`,
      evidence,
    };
  if (judged === 0)
    return {
      ...claim,
      verdict: 'not-proven',
      because: 'No statement was counted often enough before and after.',
      evidence,
    };
  return {
    ...claim,
    verdict: 'proven',
    because: `${formatCount(judged)} statements that were called ${fewest} times or more on both sides cost what they did before, or less.`,
    evidence,
  };
}

function say({ sql, before, after, change, verdict }: StatementFigures): string {
  const calls = `${formatCount(before?.calls ?? 0)} and ${formatCount(after.calls)} calls`;
  if (verdict === 'few') return `\`${shortened(sql)}\` (${calls}: not enough)`;
  const mean = `${formatMs(before?.meanMs ?? 0)} → ${formatMs(after.meanMs)}`;
  const grown =
    before && before.meanMs > 0
      ? ` (${change!.ms >= 0 ? '+' : '−'}${Math.round((Math.abs(change!.ms) / before.meanMs) * 100)} %, noise ± ${formatMs(change!.noise)}, ${calls})`
      : '';
  return `\`${shortened(sql)}\` ${mean}${grown}`;
}

/** Share of transactions that were rolled back, and deadlocks: before, and since. */
export function errorsClaim({ before, after, counters }: Confirmed): Claim {
  const claim = { id: 'errors', kind: 'change' as const, says: 'No more transactions fail than before' };
  if (!before || counters?.tables === 'began again')
    return {
      ...claim,
      verdict: 'not-proven',
      because: before ? 'The counters were reset since.' : 'There are no figures from before.',
      evidence: [],
    };
  const [was, is] = [before.activity.database, after.activity.database];
  const since = (name: string): number => (is[name] ?? 0) - (was[name] ?? 0);
  const share = (failed: number, all: number): number => (all > 0 ? failed / all : 0);
  const old = share(was['rollbacks'] ?? 0, (was['commits'] ?? 0) + (was['rollbacks'] ?? 0));
  const total = since('commits') + since('rollbacks');
  const now = share(since('rollbacks'), total);
  const noise = 3 * Math.sqrt(Math.max(old * (1 - old), 1 / Math.max(1, total)) / Math.max(1, total));
  const figures = `${percent(old)} rolled back before, ${percent(now)} of ${formatCount(total)} since (noise ± ${percent(noise)}); ${formatCount(since('deadlocks'))} deadlocks since`;
  const worse = now - old > noise || since('deadlocks') > 0;
  return {
    ...claim,
    verdict: worse ? 'missed' : total < fewest ? 'not-proven' : 'proven',
    because: `${figures}${total < fewest ? ': not enough' : ''}.`,
    evidence: [{ basis: 'measured', text: figures }],
  };
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;

/** A statement in one line. */
export function shortened(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
