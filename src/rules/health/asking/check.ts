/** Asks every rule about a running database, and tells which ones could not be answered. */
import type { HealthPart, UnseenPart } from '../../../engine/health/model.ts';
import type { Finding, Severity } from '../../../report/model.ts';
import { matches } from '../../check.ts';
import type { Deviation } from '../../model.ts';
import { healthRules } from '../all.ts';
import type { HealthGroup, HealthNeed, HealthOffence, HealthRule, HealthSubject } from '../model.ts';

export interface HealthChecked {
  /** Gravest first, those with a way to mend them before others. */
  readonly findings: readonly Finding[];
  readonly explained: readonly { readonly finding: Finding; readonly deviation: Deviation }[];
  readonly asked: readonly HealthRule[];
  /** Rules without a verdict, or with one about a part only. */
  readonly unjudged: readonly Unjudged[];
}

export interface Unjudged {
  readonly rule: string;
  readonly because: string;
  /** The statement or the option that opens it. */
  readonly instead: string;
  /** It was asked about what could be seen. */
  readonly partly: boolean;
}

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Asks the rules that are on; `only` asks no others; `today` decides which deviations are over, as `2026-11-20`. */
export function checkHealth(
  subject: HealthSubject,
  options: { readonly only: readonly string[]; readonly today: string },
): HealthChecked {
  const { standards } = subject.structure;
  const asked = healthRules.filter(
    ({ id }) => standards.rules[id] !== 'off' && (options.only.length === 0 || options.only.includes(id)),
  );
  const findings: Finding[] = [];
  const explained: { finding: Finding; deviation: Deviation }[] = [];
  const unjudged: Unjudged[] = [];
  for (const rule of asked) {
    const gaps = [...blindOf(rule, subject), ...rule.needs.flatMap((need) => gapOf(need, subject))];
    unjudged.push(...gaps.map((gap) => ({ rule: rule.id, ...gap })));
    if (gaps.some(({ partly }) => !partly)) continue;
    for (const offence of rule.find(subject)) {
      const finding = findingOf(rule, offence, standards.rules[rule.id]);
      const fitting = standards.deviations.filter(
        (one) => (one.rule === rule.id || one.rule === '*') && matches(one.object, offence.object),
      );
      const valid = fitting.find(({ until }) => until === undefined || until >= options.today);
      if (valid) explained.push({ finding, deviation: valid });
      else
        findings.push(
          fitting[0]
            ? {
                ...finding,
                message: `${finding.message} It was allowed until ${fitting[0].until!}: ${fitting[0].because}`,
              }
            : finding,
        );
    }
  }
  return {
    asked,
    explained,
    unjudged,
    findings: findings.toSorted(
      (a, b) =>
        weight[a.severity] - weight[b.severity] || Number(a.fix === undefined) - Number(b.fix === undefined),
    ),
  };
}

function findingOf(rule: HealthRule, offence: HealthOffence, given: Severity | 'off' | undefined): Finding {
  return {
    rule: rule.id,
    severity: given === undefined || given === 'off' ? (offence.severity ?? rule.severity) : given,
    place: offence.object,
    message: offence.message,
    why: `${rule.because.charAt(0).toUpperCase()}${rule.because.slice(1)}. ${rule.threshold}`,
    instead: rule.instead,
    ...(offence.fix === undefined ? {} : { fix: `${offence.fix};` }),
  };
}

const ofSnapshot: ReadonlySet<HealthNeed> = new Set(['statistics', 'since', 'statements']);

const ofTables: ReadonlySet<HealthGroup> = new Set(['indexes', 'tables', 'types', 'partitions', 'rights']);

/** Where the structure could not be read, rules about the server are asked all the same. */
function blindOf(rule: HealthRule, { unread }: HealthSubject): readonly Omit<Unjudged, 'rule'>[] {
  const byServer = rule.needs.some((need) => !ofSnapshot.has(need)) && !ofTables.has(rule.group);
  return unread === undefined || byServer
    ? []
    : [{ because: unread, instead: 'Look again when nobody holds the table.', partly: false }];
}

/** Why a need is not met, as far as it is not. */
function gapOf(need: HealthNeed, subject: HealthSubject): readonly Omit<Unjudged, 'rule'>[] {
  const { server, snapshot, later, days } = subject;
  if (need === 'rate')
    return later
      ? []
      : [
          {
            because: 'it needs two looks at the counters',
            instead: server ? 'Give --window 10s.' : 'Give --database and --window 10s.',
            partly: false,
          },
        ];
  if (need === 'since')
    return days === undefined
      ? [
          {
            because: 'the server does not tell since when it counts',
            instead: server ? 'Reset the counters once.' : 'Give --database instead of a snapshot.',
            partly: false,
          },
        ]
      : [];
  if (need === 'statements')
    return snapshot.workload.statements.length > 0
      ? []
      : [{ because: snapshot.workload.source, instead: 'Install pg_stat_statements.', partly: false }];
  if (need === 'statistics')
    return snapshot.unseen
      .filter(({ what }) => what.startsWith('statistics of'))
      .map(({ what, why, grant }) => ({
        because: `${what} could not be seen: ${why}`,
        instead: grant ?? 'Read it as the owner of the table.',
        partly: true,
      }));
  if (!server || ofSnapshot.has(need))
    return [
      {
        because: 'a snapshot does not hold it',
        instead: 'Give --database instead of a snapshot.',
        partly: false,
      },
    ];
  return server.unseen
    .filter(({ parts }) => parts.includes(need as HealthPart))
    .map(({ what, grant }: UnseenPart) => ({
      because: `${what} could not be seen`,
      instead: grant,
      partly: need === 'sessions' || need === 'replication' || need === 'holders',
    }));
}
