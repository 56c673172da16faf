/** A bench as a report. */
import { cpus, totalmem } from 'node:os';
import { plural } from '../../base/text.ts';
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { column, fact, report } from '../../report/build.ts';
import type { Block, Cell, Claim, Finding, Report } from '../../report/model.ts';
import type { BenchFigures, BenchRun, Saturation } from '../../workload/bench/model.ts';
import type { ExcludedQuery } from '../../workload/model.ts';
import type { Percentile } from '../../workload/percentile.ts';
import { measured } from '../claims/claims.ts';
import type { Benched, BenchOptions } from './model.ts';

/** Tables, bars and the buckets; queries with a target are claims. */
export function benchReport(benched: Benched, options: BenchOptions, started: number): Report {
  const { run, saturation } = benched;
  return report({
    command: 'bench',
    title: `Bench on ${benched.target}`,
    headline: run ? runSentence(run.figures, run.seconds, run.loop) : kneeSentence(saturation!),
    started,
    server: benched.server,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${formatBytes(totalmem())}`,
    claims: run ? [...benchClaims(run), ...unrunClaims(benched.excluded, targetsOf(options), run.loop)] : [],
    findings: run ? findingsOf(run.figures) : [],
    blocks: run ? runBlocks(run.figures, run.seconds) : saturationBlocks(saturation!),
    limits: limitsOf(benched, options),
    output: {
      target: benched.target,
      ...(run ? { loop: run.loop, seconds: run.seconds, queries: run.figures } : {}),
      ...(saturation ? { saturation } : {}),
      excluded: benched.excluded,
    },
  });
}

function targetsOf({ source }: BenchOptions): ReadonlyMap<string, number> {
  const asked =
    source.kind === 'workload'
      ? source.workload.queries
      : source.task.requirements.access.map(({ id, p95 }) => ({
          name: id,
          ...(p95 === undefined ? {} : { p95 }),
        }));
  return new Map(asked.flatMap(({ name, p95 }) => (p95 === undefined ? [] : [[name, p95] as const])));
}

function limitsOf({ run, saturation, limits, excluded }: Benched, { mode }: BenchOptions): readonly string[] {
  return [
    ...limits,
    ...[...new Set(excluded.map(({ reason }) => reason))].map((reason) =>
      `Not run: ${excluded
        .filter((one) => one.reason === reason)
        .map(({ name }) => name)
        .join(', ')}: ${reason}.`.replace(/\.\.$/, '.'),
    ),
    ...(mode.kind === 'closed'
      ? ['A closed loop asks less when answers are slow, so it hides queues; the open loop shows them.']
      : []),
    ...(run?.clientLimited || saturation?.clientLimited
      ? ['The measuring process itself fell behind: the server may be faster than these figures.']
      : []),
    'Server and measuring process share this machine when the target is here, and whatever else runs on it is in the figures.',
  ];
}

function runSentence(figures: readonly BenchFigures[], seconds: number, loop: string): string {
  const achieved = figures.reduce((sum, one) => sum + one.achieved, 0);
  const failed = figures.reduce((sum, one) => sum + one.failed + one.timedOut, 0);
  const done = figures.reduce((sum, one) => sum + one.completed, 0);
  return `${formatCount(achieved)} calls a second were answered over ${formatMs(seconds * 1000)} (${loop} loop, ${done} calls), ${failed === 0 ? 'none failed' : `${failed} failed or ran out of time`}.`;
}

function kneeSentence({ kept, lost, steps }: Saturation): string {
  if (kept === undefined) return 'Even the smallest rate that was tried is not kept up.';
  if (lost === undefined)
    return `Kept up at ${formatCount(kept)} calls a second, the greatest rate that was tried in ${plural(steps.length, 'step')}.`;
  return `Kept up to ${formatCount(kept)} calls a second, lost at ${formatCount(lost)}: the knee lies between.`;
}

const latency = (one: Percentile | undefined): string => (one ? formatMs(one.value) : '–');
const spread = (one: Percentile | undefined): string =>
  one ? `${formatMs(one.low)} – ${Number.isFinite(one.high) ? formatMs(one.high) : 'open'}` : '–';

function runBlocks(figures: readonly BenchFigures[], seconds: number): readonly Block[] {
  const open = figures.some(({ offered }) => offered !== undefined);
  return [
    {
      id: 'latencies',
      title: 'Latencies',
      kind: 'table',
      columns: [
        column('query'),
        ...(open ? [column('asked/s', 'right')] : []),
        column('answered/s', 'right'),
        column('calls', 'right'),
        column('p50', 'right'),
        column('p90', 'right'),
        column('p95', 'right'),
        column('p95 interval', 'right'),
        column('p99', 'right'),
        column('max', 'right'),
        column('failed', 'right'),
      ],
      rows: figures.map((one): readonly Cell[] => [
        one.name,
        ...(open ? [formatCount(one.offered ?? 0)] : []),
        formatCount(one.achieved),
        one.completed,
        latency(one.p50),
        latency(one.p90),
        latency(one.p95),
        spread(one.p95),
        latency(one.p99),
        one.max === undefined ? '–' : formatMs(one.max),
        one.failed + one.timedOut === 0
          ? 0
          : { text: String(one.failed + one.timedOut), tone: 'bad' as const },
      ]),
      note: open
        ? `Over ${formatMs(seconds * 1000)}. A latency counts from the moment a call was due, so waiting for a busy server is in it.`
        : `Over ${formatMs(seconds * 1000)}. A latency counts from the moment a call was sent.`,
    },
    {
      id: 'p95',
      title: 'p95 by query',
      kind: 'bars',
      unit: 'ms',
      bars: figures.flatMap(({ name, p95, target }) =>
        p95 ? [{ label: name, after: p95.value, ...(target === undefined ? {} : { target }) }] : [],
      ),
    },
    ...errorBlock(figures),
  ];
}

function errorBlock(figures: readonly BenchFigures[]): readonly Block[] {
  const rows = figures.flatMap((one): readonly (readonly Cell[])[] => [
    ...Object.entries(one.states).map(([state, count]) => [one.name, state, count, one.messages[0] ?? '']),
    ...(one.timedOut > 0 ? [[one.name, 'timeout', one.timedOut, 'cancelled, or never sent in time']] : []),
  ]);
  return rows.length === 0
    ? []
    : [
        {
          id: 'errors',
          title: 'Failures',
          kind: 'table',
          columns: [
            column('query'),
            column('SQLSTATE', 'code'),
            column('calls', 'right'),
            column('first message'),
          ],
          rows,
        },
      ];
}

function saturationBlocks(saturation: Saturation): readonly Block[] {
  const { steps, kept, lost, surelyKept, surelyLost, contradictions, repetitions } = saturation;
  const rate = (one: number | undefined): string =>
    one === undefined ? 'not found' : `${formatCount(one)} calls a second`;
  const byRate = steps.toSorted((a, b) => a.offered - b.offered);
  return [
    {
      id: 'knee',
      title: 'Saturation',
      kind: 'facts',
      facts: [
        fact('kept up to', rate(kept), 'measured'),
        fact('lost at', rate(lost), 'measured'),
        fact(
          'repetitions',
          `${repetitions}, of which ${contradictions} contradicted the others of the same rate${contradictions > 0 ? ': the machine is noisy' : ''}`,
          'measured',
        ),
        ...(contradictions === 0
          ? []
          : [
              fact(
                'in every run',
                `kept up to: ${rate(surelyKept)}; lost from: ${rate(surelyLost)}`,
                'measured',
              ),
            ]),
      ],
    },
    {
      id: 'steps',
      title: 'Rate by rate',
      kind: 'table',
      columns: [
        column('asked/s', 'right'),
        column('answered/s', 'right'),
        column('p95', 'right'),
        column('failed', 'right'),
        column('verdict'),
      ],
      rows: byRate.map((one): readonly Cell[] => [
        formatCount(one.offered),
        formatCount(one.achieved),
        formatMs(one.p95),
        one.failed,
        { text: one.because, tone: one.good ? 'good' : 'bad' },
      ]),
      note: 'A rate is kept up when 95 % of its calls are answered in the measured time, none fails, and p95 stays below ten times that of the quietest step.',
    },
    {
      id: 'p95-by-rate',
      title: 'p95 by rate',
      kind: 'bars',
      unit: 'ms',
      bars: byRate.map((one) => ({ label: `${formatCount(one.offered)}/s`, after: one.p95 })),
    },
  ];
}

/** Share of calls beyond which those without an answer are more than a 95th percentile leaves out. */
const beyond = 0.05;

/** Targets of the file, judged where the load ran, by the worse end of the interval; a server is not blamed for a measuring process that fell behind. */
export function benchClaims({ loop, seconds, figures, clientLimited }: BenchRun): readonly Claim[] {
  return figures.flatMap((one): readonly Claim[] => {
    const { name, target, p95, completed, failed, timedOut, offered, achieved } = one;
    if (target === undefined) return [];
    const common = claimOf(name, target, loop);
    const say = (verdict: Claim['verdict'], because: string): readonly Claim[] => [
      { ...common, verdict, because, evidence: [measured(because)] },
    ];
    if (!p95) return [{ ...common, verdict: 'missed', because: 'No call was answered.', evidence: [] }];
    const over = p95.low > target;
    const because = `p95 is ${latency(p95)} (${spread(p95)}, ${p95.n} calls), the target ${formatMs(target)}`;
    const lost = failed + timedOut;
    const unanswered = `${because}, of the calls that were answered: ${lost} of ${completed + lost} were not`;
    if (lost > beyond * (completed + lost)) return say('missed', `${unanswered}.`);
    if (over && !clientLimited) return say('missed', `${because}.`);
    if (p95.high > target)
      return say('not-proven', `${because}${over ? '; but the measuring process itself fell behind' : ''}.`);
    if (lost > 0) return say('not-proven', `${unanswered}.`);
    // Three standard deviations of the number of calls that come by chance.
    const [asked, answered] = [(offered ?? 0) * seconds, achieved * seconds];
    if (answered < asked - 3 * Math.sqrt(asked))
      return say(
        'not-proven',
        `${because}, but ${formatCount(achieved)} calls a second were answered of ${formatCount(offered ?? 0)} asked for.`,
      );
    return say('proven', `${because}.`);
  });
}

/** Targets of queries that did not run. */
export function unrunClaims(
  excluded: readonly ExcludedQuery[],
  targets: ReadonlyMap<string, number>,
  loop: BenchRun['loop'],
): readonly Claim[] {
  return excluded.flatMap(({ name, reason }): readonly Claim[] => {
    const target = targets.get(name);
    if (target === undefined) return [];
    const because = `It was not run: ${reason.replace(/\.$/, '')}.`;
    return [{ ...claimOf(name, target, loop), verdict: 'not-proven', because, evidence: [] }];
  });
}

function claimOf(name: string, target: number, loop: BenchRun['loop']): Pick<Claim, 'id' | 'kind' | 'says'> {
  const how = loop === 'closed' ? ' in a closed loop' : '';
  return {
    id: name,
    kind: 'access',
    says: `${name} answers within ${formatMs(target)} at p95${how}, on this target`,
  };
}

function findingsOf(figures: readonly BenchFigures[]): readonly Finding[] {
  return figures
    .filter(({ failed, timedOut }) => failed + timedOut > 0)
    .map(({ name, failed, timedOut, states, messages }) => ({
      rule: 'query-fails-under-load',
      severity: failed > 0 ? 'error' : 'warning',
      place: name,
      message: `${name}: ${[
        ...(failed > 0
          ? [`${plural(failed, 'call')} failed (${Object.keys(states).join(', ')}: ${messages[0] ?? ''})`]
          : []),
        ...(timedOut > 0 ? [`${plural(timedOut, 'call')} ran out of time`] : []),
      ].join(', ')}.`,
    }));
}
