import { plural } from '../../base/text.ts';
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import type { Snapshot } from '../../engine/model.ts';
import { report } from '../../report/build.ts';
import type { Claim, Evidence, Report } from '../../report/model.ts';
import { block } from '../snapshot/blocks.ts';
import { errorsClaim, leftoversClaim, queriesClaim, shortened } from './confirm-claims.ts';
import type { Confirmed, StatementFigures } from './model.ts';
import { fewest } from './statements.ts';

/** Draws up the report: a claim per step, and claims about queries, errors and what was left over. */
export function confirmReport(done: Confirmed): Report {
  const { before, after, statements, counters, again } = done;
  const claims = [
    ...done.steps.flatMap((_step, at) => stepClaim(done, at)),
    leftoversClaim(done),
    queriesClaim(done),
    errorsClaim(done),
  ];
  const missed = claims.filter(({ verdict }) => verdict === 'missed');
  const open = claims.filter(({ verdict }) => verdict === 'not-proven');
  const told = statements
    .filter(({ verdict }) => verdict !== 'alike')
    .toSorted((a, b) => weight(b) - weight(a));
  return report({
    command: 'confirm',
    title: done.title,
    headline: missed[0]
      ? `Not as it was meant: ${missed[0].says} — no. ${missed[0].because}`
      : open[0]
        ? `As it was meant, as far as was seen; open: ${open.map(({ id }) => id).join(', ')}.`
        : 'As it was meant: structure, queries and errors.',
    started: done.started,
    server: `PostgreSQL ${after.source.version}`,
    claims,
    blocks: [
      ...block(
        'statements',
        'Statements that changed, or of which too little is known',
        ['statement', 'verdict', 'before>', 'after>', 'change>', '± noise>', 'calls>'],
        told.map((one) => [
          shortened(one.sql),
          {
            text: one.verdict,
            tone: one.verdict === 'slower' ? 'bad' : one.verdict === 'faster' ? 'good' : 'plain',
          },
          one.before ? formatMs(one.before.meanMs) : '',
          formatMs(one.after.meanMs),
          one.change && one.before
            ? `${one.change.ms >= 0 ? '+' : '−'}${formatMs(Math.abs(one.change.ms))}`
            : '',
          one.change ? formatMs(one.change.noise) : '',
          `${one.before?.calls ?? 0} → ${one.after.calls}`,
        ]),
      ),
    ],
    limits: [
      ...done.limits,
      ...(before
        ? []
        : [
            'There are no figures from before: take them with dbd confirm --take before.dbds ahead of a change.',
          ]),
      ...(counters?.workload === 'began again'
        ? ['The counters of statements were reset since: what is told of after is since then only.']
        : []),
      ...(counters?.workload === 'unknown' ? ['No statement was counted both before and after.'] : []),
      ...(counters?.tables === 'began again' ? ['The counters of tables and indexes were reset since.'] : []),
      ...(before ? [`What is told of after begins at ${before.takenAt}; the change itself is in it.`] : []),
    ],
    next:
      missed[0] || open[0]
        ? [{ command: again, why: `again when every query was called ${fewest} times or more` }]
        : [],
    output: {
      change: done.change,
      statements,
      expected: done.expected.map(({ says, helper, step, holds }) => ({
        says,
        helper,
        step: done.steps[step]!.id,
        holds: holds(after.catalog),
      })),
    },
  });
}

/** Everything that a step had the last word on, with the figures of its tables and indexes. */
function stepClaim(done: Confirmed, at: number): readonly Claim[] {
  const step = done.steps[at]!;
  const own = done.expected.filter((one) => one.step === at && !one.helper);
  if (own.length === 0) return [];
  const failed = own.flatMap(({ says, holds }) => {
    const answer = holds(done.after.catalog);
    return answer === true ? [] : [`${says}: ${answer}`];
  });
  return [
    {
      id: `step-${step.id}`,
      kind: 'change',
      says: own.map(({ says }) => says).join('; '),
      verdict: failed.length === 0 ? 'proven' : 'missed',
      because: failed.length === 0 ? 'The catalog of this database says so.' : `${failed.join('; ')}.`,
      evidence: [...new Set(done.tables[at])].flatMap((name) => figuresOf(done, name)),
    },
  ];
}

/** A table's size, dead rows and indexes' scans, before and after. */
function figuresOf({ before, after }: Confirmed, name: string): readonly Evidence[] {
  const bytes = (snapshot: Snapshot | undefined) =>
    snapshot?.relations.find((one) => one.name === name && one.kind !== 'index')?.bytes;
  const dead = (snapshot: Snapshot | undefined) =>
    snapshot?.activity.tables.find((one) => one.name === name)?.dead;
  const [size, old] = [bytes(after), bytes(before)];
  if (size === undefined) return [];
  const indexes = after.relations.filter((one) => one.kind === 'index' && one.table?.name === name);
  const scans = indexes.map((index) => {
    const count = (snapshot: Snapshot | undefined) =>
      snapshot?.activity.indexes.find((one) => one.name === index.name)?.scans;
    const was = count(before);
    return `${index.name} ${was === undefined ? '' : `${formatCount(was)} → `}${formatCount(count(after) ?? 0)}`;
  });
  return [
    {
      basis: 'measured',
      text: `${name}: ${old === undefined ? '' : `${formatBytes(old)} → `}${formatBytes(size)}; dead rows ${dead(before) === undefined ? '' : `${formatCount(dead(before)!)} → `}${formatCount(dead(after) ?? 0)}${scans.length > 0 ? `; ${plural(scans.length, 'index', 'indexes')} scanned: ${scans.join(', ')}` : ''}`,
    },
  ];
}

const weight = ({ change, after, verdict }: StatementFigures): number =>
  (verdict === 'slower' ? 1e12 : 0) + Math.abs(change?.ms ?? 0) * after.calls;
