/** How true the rows of a run's own twin are, in few seconds, as its report cites it. */
import { step, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import type { Block, Finding } from '../../report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import type { Task } from '../../task/model.ts';
import type { AccessResult } from '../../tune/model.ts';
import { measureFidelity } from '../../twin/fidelity/fidelity.ts';
import type { Fidelity } from '../../twin/fidelity/model.ts';
import { whyNoLatencyVerdict } from '../../twin/fidelity/verdicts.ts';
import { fidelityBlocks } from '../twins/fidelity-blocks.ts';

/** Longest time that the queries are replayed, and with `--quick`, milliseconds. */
const usualMs = 10_000;
const quickMs = 3_000;
/** Queries that one sentence names. */
const named = 3;

/** What a report says of its twin's rows. */
export interface CitedFidelity {
  /** Undefined where nothing was measured; the limits say why. */
  readonly fidelity?: Fidelity;
  /** Statements of production that were replayed. */
  readonly queries: readonly CapturedQuery[];
  readonly limits: readonly string[];
}

export interface CitedOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly snapshot: Snapshot;
  /** Filled, nothing changed yet; it stays as it is. */
  readonly database: SandboxDatabase;
  readonly queries: readonly CapturedQuery[];
  readonly rows: { readonly here: number; readonly there: number };
  readonly quick: boolean;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Replays production's statements on a copy of the twin and compares statistics; says in one sentence when that was not possible. */
export async function citedFidelity(options: CitedOptions): Promise<CitedFidelity> {
  const { engine, sandbox, snapshot, database, queries, rows, quick, emit, signal } = options;
  const unmeasured = (why: string): CitedFidelity => ({
    queries,
    limits: [
      `How true the rows made from the snapshot are was not measured: ${why}. \`dbd twin <file> --filled\` measures it.`,
    ],
  });
  if (queries.length === 0) return unmeasured('it holds no statement of the application that can be run');
  if (rows.here === 0) return unmeasured('the twin holds none');
  // Writes are taken back, but leave their traces in the pages.
  const copy = await sandbox.createDatabase({ from: database });
  try {
    const fidelity = await step(
      emit,
      'measure how true the rows are',
      () =>
        measureFidelity({
          engine,
          snapshot,
          twin: { url: copy.ownerUrl, adminUrl: copy.adminUrl },
          workload: queries,
          scale: rows.there > 0 ? Math.min(1, rows.here / rows.there) : 1,
          kind: 'filled',
          timeLimitMs: quick ? quickMs : usualMs,
          emit: () => undefined,
          signal,
        }),
      ({ line }) => line,
    );
    return { fidelity, queries, limits: tell(fidelity) };
  } finally {
    await sandbox.dropDatabase(copy);
  }
}

function tell(fidelity: Fidelity): readonly string[] {
  const { line, marks, passed, queries, limits } = fidelity;
  const missed = marks.filter(({ met }) => !met);
  const verdict = passed
    ? 'the mark is met'
    : missed.length === 0
      ? 'too little could be looked at for a mark'
      : `the mark is missed (${missed.map(({ name, found }) => `${name}: ${found}`).join('; ')})`;
  const without = queries.filter((query) => whyNoLatencyVerdict(query) !== undefined);
  return [
    `Rows made from the snapshot: ${line}; ${verdict}.`,
    ...(without.length > 0
      ? [
          `Latencies of ${without
            .slice(0, named)
            .map(({ name }) => name)
            .join(
              ', ',
            )}${without.length > named ? ` and ${plural(without.length - named, 'more statement')}` : ''} get no verdict, since this twin does not run them as production does.`,
        ]
      : []),
    ...limits,
  ];
}

/** The mark, the queries and the columns that differ, where they were measured. */
export function citedBlocks(cited: CitedFidelity | undefined): readonly Block[] {
  return cited?.fidelity ? fidelityBlocks(cited.fidelity) : [];
}

/** Findings about statements that the twin does not run as production does say so. */
export function markedFindings(
  findings: readonly Finding[],
  cited: CitedFidelity | undefined,
): readonly Finding[] {
  const doubts = new Map(
    (cited?.fidelity?.queries ?? []).flatMap((query) => {
      const why = whyNoLatencyVerdict(query);
      return why === undefined ? [] : [[query.name, why] as const];
    }),
  );
  return findings.map((finding) => {
    const doubt = doubts.get(finding.place.split(',')[0]!);
    return doubt === undefined || finding.rule !== 'queries-stalled'
      ? finding
      : { ...finding, message: `${finding.message} Its own time on this twin is no measure: ${doubt}` };
  });
}

/** Access patterns whose statement production runs too get no verdict from a twin that does not run it as production does. */
export function withheldAccess(
  results: readonly AccessResult[],
  task: Task,
  cited: CitedFidelity | undefined,
  { capturedSql, grammar }: Engine,
): readonly AccessResult[] {
  const fidelity = cited?.fidelity;
  if (!cited || !fidelity) return results;
  const names = new Map(cited.queries.map(({ name, captured }) => [capturedSql.key(captured.sql), name]));
  return results.map((result) => {
    const access = task.requirements.access.find(({ id }) => id === result.claim);
    const texts = access?.sql === undefined ? (access?.transaction ?? []) : [access.sql];
    const doubt = texts
      .flatMap((sql) => names.get(capturedSql.key(grammar.parameters(sql).sql)) ?? [])
      .flatMap((name) => {
        const why = whyNoLatencyVerdict(fidelity.queries.find((query) => query.name === name));
        return why === undefined ? [] : [{ name, why }];
      })[0];
    if (!doubt || result.p95 === undefined) return result;
    return {
      ...result,
      verdict: 'not-proven',
      because: `${result.because.replace(/\.$/, '')}; but no verdict follows, since the rows of the twin miss the mark for ${doubt.name}: ${doubt.why}`,
    };
  });
}
