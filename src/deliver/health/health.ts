/** Asks a running database, or a snapshot of one, how it is. */
import { plural } from '../../base/text.ts';
import { formatBytes } from '../../base/units.ts';
import { column, report } from '../../report/build.ts';
import type { Block, Finding, Report, Severity } from '../../report/model.ts';
import { checkHealth, type HealthChecked, type Unjudged } from '../../rules/health/asking/check.ts';
import { healthSubject } from '../../rules/health/asking/subject.ts';
import { noStandards } from '../../rules/check.ts';
import type { HealthFacts } from '../../rules/health/model.ts';
import type { Standards } from '../../rules/model.ts';
import type { StorageAdvice } from '../../tune/storage/model.ts';
import { storageSavings } from '../../tune/storage/storage.ts';
import { beyond, readBaseline, writeBaseline } from './baseline.ts';
import { healthFacts, type HealthSource } from './facts.ts';
import { fixScript } from './script.ts';

/** What `dbd health` is asked. */
export interface HealthCommand extends HealthSource {
  readonly failOn: Severity;
  readonly only: readonly string[];
  readonly standards?: Standards;
  readonly baseline?: { readonly path: string; readonly shown: string; readonly write: boolean };
  /** The report is the script that mends. */
  readonly script: boolean;
  /** Decides which deviations are over, `2026-11-20`. */
  readonly today: string;
}

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Asks every rule; throws what {@link healthFacts} and the baseline's file throw. */
export async function health(command: HealthCommand): Promise<Report> {
  const started = performance.now();
  const { engine, baseline } = command;
  const facts = await healthFacts(command);
  const subject = healthSubject(engine, facts, command.standards ?? noStandards);
  const checked = checkHealth(subject, command);
  if (baseline?.write) await writeBaseline(baseline.path, baseline.shown, checked.findings);
  const { added, known, gone } =
    baseline === undefined
      ? { added: checked.findings, known: 0, gone: 0 }
      : beyond(checked.findings, await readBaseline(baseline.path, baseline.shown));
  const failing = added.filter(({ severity }) => weight[severity] <= weight[command.failOn]);
  const storage = await storageSavings({ engine, facts, signal: command.signal });
  const { source } = facts.snapshot;
  const title = `${source.database} on ${engine.title} ${source.version}`;
  const denied = checked.unjudged.some(({ instead }) => instead.startsWith('GRANT'));
  return report({
    command: 'health',
    title,
    started,
    verdict: failing.length > 0 ? 'failed' : denied ? 'conditions' : 'proven',
    headline: headlineOf(checked, added, known),
    findings: command.script ? [] : added,
    blocks: command.script
      ? [{ id: 'fix', title: 'Fix', kind: 'code', language: 'sql', text: fixScript(added, title) }]
      : [...storageBlocks(storage), ...unjudgedBlocks(checked.unjudged), ...explainedBlocks(checked)],
    server: `${engine.title} ${source.version}`,
    limits: limitsOf(facts, known, gone),
    output: {
      counts: Object.fromEntries(
        (['error', 'warning', 'info'] as const).map((severity) => [
          severity,
          added.filter((one) => one.severity === severity).length,
        ]),
      ),
      baseline: { known, gone },
      unjudged: checked.unjudged,
      storage: { bytes: storage.bytes, of: storage.of, savings: storage.savings },
      explained: checked.explained.map(({ finding, deviation }) => ({
        ...finding,
        explained: deviation.because,
      })),
      rules: checked.asked.map(({ id, group, severity, finds, because, instead, threshold }) => ({
        id,
        group,
        severity,
        finds,
        because,
        instead,
        threshold,
      })),
    },
    next:
      !command.script && added.some(({ fix }) => fix !== undefined)
        ? [{ command: 'dbd health … --fix', why: 'prints the SQL that mends, to read and run' }]
        : [],
  });
}

function headlineOf(
  { asked, unjudged, explained }: HealthChecked,
  added: readonly Finding[],
  known: number,
): string {
  const silent = new Set(unjudged.filter(({ partly }) => !partly).map(({ rule }) => rule)).size;
  return [
    `${plural(added.length, 'finding')}${known > 0 ? ` beside ${known} of the baseline` : ''} from ${plural(asked.length, 'rule')}`,
    ...(silent > 0 ? [`${silent} without a verdict`] : []),
    ...(explained.length > 0 ? [`${explained.length} explained`] : []),
  ]
    .join('; ')
    .concat('.');
}

function limitsOf(
  { snapshot, server, nodes, later }: HealthFacts,
  known: number,
  gone: number,
): readonly string[] {
  return [
    server
      ? `Read at ${server.at}${server.standby ? ' on a standby, which shows its own sessions and counters' : ''}.`
      : `Read from a snapshot of ${snapshot.takenAt}: sessions, replication and settings of the server are not in it.`,
    ...(later || !server ? [] : ['Rates were not looked at: give --window 10s.']),
    ...(nodes.length === 0
      ? ['Use of indexes is that of one node: give each other one with --replica.']
      : [`Use of indexes is that of this node and of ${nodes.map(({ node }) => node).join(', ')}.`]),
    'Free space on the disks and the past are not shown by SQL: growth and forecasts are not judged.',
    ...(known + gone > 0 ? [`The baseline holds ${known + gone}; ${gone} of them are gone.`] : []),
    // Levels of trees matter to a twin alone.
    ...snapshot.unseen
      .filter(({ what }) => !what.startsWith('first pages'))
      .map(({ what, why, grant }) => `Not seen: ${what}, ${why}.${grant === undefined ? '' : ` ${grant}`}`),
  ];
}

/** The largest savings of space. */
export function storageBlocks({ savings, bytes, of, limits }: StorageAdvice): readonly Block[] {
  return savings.length === 0
    ? []
    : [
        {
          id: 'storage',
          title: 'Space that could be given back',
          kind: 'table',
          columns: [
            column('What', 'code'),
            column('Of', 'code'),
            column('Saved', 'right'),
            column('Basis'),
            column('Because'),
          ],
          rows: savings
            .slice(0, 15)
            .map((one) => [
              one.kind,
              one.object,
              formatBytes(one.bytes),
              one.basis,
              one.caution === undefined ? one.because : `${one.because} ${one.caution}`,
            ]),
          note: `${formatBytes(bytes)} of ${formatBytes(of)}, the largest saving of each object counted. ${limits.join(' ')}`,
        },
      ];
}

/** Rules that could not be answered, one line for each reason. */
function unjudgedBlocks(unjudged: readonly Unjudged[]): readonly Block[] {
  const reasons = new Map<string, Unjudged[]>();
  for (const one of unjudged) {
    const key = JSON.stringify([one.because, one.instead, one.partly]);
    const list = reasons.get(key);
    if (list) list.push(one);
    else reasons.set(key, [one]);
  }
  return reasons.size === 0
    ? []
    : [
        {
          id: 'unjudged',
          title: 'No verdict',
          kind: 'table',
          columns: [column('Rules', 'code'), column('Because'), column('What opens it')],
          rows: [...reasons.values()].map((list) => [
            [...new Set(list.map(({ rule }) => rule))].join(', '),
            `${list[0]!.because}${list[0]!.partly ? ' (the rest was looked at)' : ''}`,
            list[0]!.instead,
          ]),
        },
      ];
}

function explainedBlocks({ explained }: HealthChecked): readonly Block[] {
  return explained.length === 0
    ? []
    : [
        {
          id: 'deviations',
          title: 'Deviations',
          kind: 'table',
          columns: [column('Rule', 'code'), column('Place', 'code'), column('Because'), column('Until')],
          rows: explained.map(({ finding, deviation }) => [
            finding.rule,
            finding.place,
            deviation.because,
            deviation.until ?? 'for good',
          ]),
        },
      ];
}
