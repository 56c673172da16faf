/** What `dbd tune` says: the advice with its prices, each query before and after, and what is not advised. */
import { formatBytes, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { printName } from '../../catalog/identity.ts';
import { report } from '../../report/build.ts';
import type { Next, Report, Verdict } from '../../report/model.ts';
import { blocksOf } from './blocks.ts';
import type { Tuned } from './model.ts';
import { outputOf } from './output.ts';

/** Makes the report; `started` is `performance.now()` when the command began. */
export function tuneReport(tuned: Tuned, started: number): Report {
  const { snapshot, title, limits, folder, way } = tuned;
  return report({
    command: 'tune',
    title: `Tune ${title}`,
    headline: headlineOf(tuned),
    started,
    verdict: verdictOf(tuned),
    server: `PostgreSQL ${snapshot.source.version}`,
    blocks: blocksOf(tuned),
    limits: [
      ...doubtsOf(tuned).map((doubt) => `Not proven as a whole: ${doubt}`),
      ...limits,
      ...tuned.settings.limits,
      ...(tuned.proof?.limits ?? ['Nothing was built: all figures are estimates of the planner.']),
      ...(tuned.scale !== undefined && tuned.scale < 1
        ? [
            `Rows were made for ${(100 * tuned.scale).toFixed(tuned.scale < 0.01 ? 2 : 0)} % of production's: times here are not production's; which side is faster, rows and pages carry over best.`,
          ]
        : []),
      ...(way?.failed ? [`The change could not be carried out: ${way.failed.message}`] : []),
    ],
    next: nextOf(tuned, folder),
    output: outputOf(tuned),
  });
}

function headlineOf(tuned: Tuned): string {
  const { proof, choice, work } = tuned;
  if (work.queries.length === 0)
    return `No statement to tune for: ${work.unsupported.length === 0 ? work.source.replace(/^none: /, '') : `${plural(work.unsupported.length, 'statement')} cannot be used`}.`;
  if (!proof) {
    const { before, chosen } = choice.bound;
    const count = choice.create.length + choice.drop.length + choice.statistics.length;
    return count === 0
      ? 'Nothing to change: no candidate makes the workload cheaper by estimate.'
      : `${plural(count, 'change')} would take ${share(1 - chosen / Math.max(1e-9, before))} off the estimated cost; nothing was built, so nothing is proven.`;
  }
  const advised = proof.indexes.length + proof.drops.length + proof.statistics.length;
  const faster = proof.queries.filter(({ verdict }) => verdict === 'faster').length;
  const withheld = proof.withheld.length === 0 ? '' : `; ${plural(proof.withheld.length, 'idea')} withheld`;
  if (choice.create.length + choice.drop.length + choice.statistics.length === 0)
    return 'Nothing to change: no candidate makes the workload cheaper by estimate.';
  if (advised === 0) return `Nothing is advised: no change held when it was built${withheld}.`;
  const bytes = proof.indexes.reduce((sum, one) => sum + (one.bytesThere ?? one.bytes), 0);
  const total = proof.total;
  return `${plural(advised, 'change')} ${advised === 1 ? 'was' : 'were'} built and measured: ${plural(faster, 'query', 'queries')} faster${total ? `, ${formatMs(total.beforeMs)} → ${formatMs(total.afterMs)} of work a day` : ''}, ${formatBytes(bytes)} of indexes${withheld}.`;
}

/** Proven where all that was chosen held, on as many rows as production has, for queries that are all spoken for by production's own figures; else conditions. */
function verdictOf(tuned: Tuned): Verdict {
  const { way } = tuned;
  if (way?.failed || (way?.left ?? []).some(({ order }) => !order)) return 'failed';
  return doubtsOf(tuned).length === 0 ? 'proven' : 'conditions';
}

/** Why a set is not proven as a whole. */
function doubtsOf({ proof, choice, work, scale }: Tuned): readonly string[] {
  if (work.queries.length === 0) return ['No statement was there to tune for.'];
  if (!proof) return ['Nothing was built.'];
  if (choice.create.length + choice.drop.length + choice.statistics.length === 0)
    return ['Nothing was chosen, so nothing was tried.'];
  const open = proof.queries.filter(({ verdict }) => verdict === 'not-proven' || verdict === 'slower').length;
  return [
    ...(proof.withheld.length === 0 ? [] : [`${plural(proof.withheld.length, 'idea')} did not hold.`]),
    ...(open === 0 ? [] : [`${plural(open, 'query', 'queries')} may be slower with the set.`]),
    ...(proof.compared ? [] : ['The twin was not held against figures of production.']),
    ...(scale === undefined || scale >= 1 ? [] : ['The twin holds a part of the rows.']),
  ];
}

function nextOf(tuned: Tuned, folder: string | undefined): readonly Next[] {
  const { proof, choice, snapshot, work } = tuned;
  if (work.queries.length === 0)
    return [
      {
        command: 'dbd tune … --workload postgresql.log',
        why: 'takes the statements of a log, or of SQL files',
      },
    ];
  if (!proof)
    return choice.create.length === 0
      ? []
      : [{ command: 'dbd tune …', why: 'without --no-build the set is built on a filled twin and measured' }];
  if (folder !== undefined && tuned.way)
    return [
      { command: `dbd rehearse ${folder}`, why: 'locks and stalls of the change beside the load' },
      { command: `dbd preflight ${folder}`, why: 'asks the running database, read-only' },
    ];
  return proof.indexes.length === 0
    ? []
    : [
        {
          command: 'dbd tune … --out changes',
          why: `writes the change to a folder, ready for ${printName({ schema: '', name: snapshot.source.database })}`,
        },
      ];
}

/** `12.3 %`. */
export function share(part: number): string {
  return `${(100 * part).toFixed(Math.abs(part) < 0.1 ? 1 : 0)} %`;
}
