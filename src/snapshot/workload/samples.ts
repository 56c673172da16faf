/** Values of real calls, taken from server logs into a snapshot's workload. */
import { step, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import type { CapturedStatement, Engine, LoggedCall, Snapshot } from '../../engine/model.ts';

/** What reading logs gave. */
export interface SampledSnapshot {
  readonly snapshot: Snapshot;
  /** Calls that logs hold, and those of them that are calls of counted statements. */
  readonly calls: number;
  readonly matched: number;
  /** Counted statements that have values now. */
  readonly statements: number;
  /** What was not used, one sentence each. */
  readonly limits: readonly string[];
}

export interface SampleOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** Log files, `.gz` too. */
  readonly paths: readonly string[];
  /** Sets of values that each statement keeps. */
  readonly perStatement?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

const usualSamples = 12;
/** Different sets remembered per statement while reading, and the longest one, characters: bounds the memory whatever the logs hold. */
const remembered = 200;
const longestSet = 4000;
/** Texts whose key is remembered. */
const rememberedKeys = 20_000;

interface Seen {
  readonly values: readonly (string | null)[];
  calls: number;
  slowestMs: number;
}

interface Gathered {
  readonly sets: Map<string, Seen>;
  calls: number;
}

/** Reads logs as streams and gives each counted statement values of its real calls: common, rare and slow ones. Throws `file.missing` and `file.unreadable`. */
export async function sampledSnapshot(options: SampleOptions): Promise<SampledSnapshot> {
  const { engine, snapshot, paths, emit, signal } = options;
  await engine.grammar.ready();
  const find = finder(engine, snapshot.workload.statements);
  const gathered = new Map<CapturedStatement, Gathered>();
  const faults = { cut: 0, 'too long': 0, 'values cut': 0 };
  let calls = 0;
  let matched = 0;
  await step(
    emit,
    'read the logs',
    async () => {
      for (const path of paths) {
        for await (const one of engine.capturedSql.readLog(path, {
          encoding: snapshot.source.encoding,
          signal,
        })) {
          if (one.kind === 'fault') {
            faults[one.why] += 1;
            continue;
          }
          if (one.database !== undefined && one.database !== snapshot.source.database) continue;
          const pieces = engine.capturedSql.pieces(one.sql);
          for (const sql of pieces) {
            calls += 1;
            // The time is that of all pieces together.
            const ms = pieces.length > 1 ? 0 : (one.ms ?? 0);
            const hit = find({ ...one, sql });
            if (!hit) continue;
            matched += 1;
            gather(gathered, hit.statement, hit.values, ms);
          }
        }
      }
    },
    () => `${formatCount(matched)} of ${formatCount(calls)} calls are of counted statements`,
  );
  const perStatement = options.perStatement ?? usualSamples;
  const statements = snapshot.workload.statements.map((statement) => {
    const found = gathered.get(statement);
    return found ? { ...statement, samples: spread(found, perStatement) } : statement;
  });
  return {
    snapshot: { ...snapshot, workload: { ...snapshot.workload, statements } },
    calls,
    matched,
    statements: gathered.size,
    limits: [
      ...(calls === 0
        ? [
            'The logs hold no statement: they are written with log_min_duration_statement, log_statement or auto_explain, and with lc_messages = C.',
          ]
        : []),
      ...(calls > 0 && matched === 0 ? ['No statement of the logs is one that the server counted.'] : []),
      ...(faults.cut > 0
        ? [
            `${plural(faults.cut, 'entry', 'entries')} of the logs ${faults.cut === 1 ? 'is' : 'are'} cut off.`,
          ]
        : []),
      ...(faults['too long'] > 0
        ? [
            `${plural(faults['too long'], 'entry', 'entries')} of the logs ${faults['too long'] === 1 ? 'is' : 'are'} longer than is read.`,
          ]
        : []),
      ...(faults['values cut'] > 0
        ? [
            `${plural(faults['values cut'], 'call')} had values that the server cut off (log_parameter_max_length).`,
          ]
        : []),
    ],
  };
}

type Hit = { readonly statement: CapturedStatement; readonly values: readonly (string | null)[] };

/** Finds the counted statement of a logged call: by the counter's id, by its text, by its parse tree. */
function finder(
  { capturedSql }: Engine,
  statements: readonly CapturedStatement[],
): (call: LoggedCall) => Hit | undefined {
  const usable = statements.filter(({ cut }) => !cut);
  const byId = groups(usable, ({ id }) => id);
  const byKey = groups(usable, ({ sql }) => capturedSql.key(sql));
  const byTree = groups(usable, ({ sql }) => capturedSql.fingerprint(sql));
  const keys = new Map<string, readonly CapturedStatement[]>();
  const candidates = (sql: string): readonly CapturedStatement[] => {
    const key = capturedSql.key(sql);
    const known = keys.get(key);
    if (known) return known;
    const found = byKey.get(key) ?? byTree.get(capturedSql.fingerprint(sql)) ?? [];
    if (keys.size >= rememberedKeys) keys.clear();
    keys.set(key, found);
    return found;
  };
  return (call) => {
    for (const statement of [...call.ids.flatMap((id) => byId.get(id) ?? []), ...candidates(call.sql)]) {
      const values = capturedSql.valuesOf(statement.sql, call);
      if (values && values.length > 0) return { statement, values };
    }
    return undefined;
  };
}

function groups<K>(
  statements: readonly CapturedStatement[],
  keyOf: (statement: CapturedStatement) => K | undefined,
): ReadonlyMap<K | undefined, readonly CapturedStatement[]> {
  const found = new Map<K | undefined, CapturedStatement[]>();
  for (const statement of statements) {
    const key = keyOf(statement);
    if (key === undefined) continue;
    const list = found.get(key);
    if (list) list.push(statement);
    else found.set(key, [statement]);
  }
  return found;
}

function gather(
  all: Map<CapturedStatement, Gathered>,
  statement: CapturedStatement,
  values: readonly (string | null)[],
  ms: number,
): void {
  let found = all.get(statement);
  if (!found) all.set(statement, (found = { sets: new Map(), calls: 0 }));
  found.calls += 1;
  const key = JSON.stringify(values);
  if (key.length > longestSet) return;
  const seen = found.sets.get(key);
  if (seen) {
    seen.calls += 1;
    seen.slowestMs = Math.max(seen.slowestMs, ms);
    return;
  }
  if (found.sets.size >= remembered) {
    // A newcomer takes the place of a set that was called once and is no slower: every later call has a fair chance, common and slow ones stay.
    if (found.calls % remembered !== 0 && ms <= slowest(found)) return;
    const [victim] = [...found.sets].toSorted(
      ([, a], [, b]) => a.calls - b.calls || a.slowestMs - b.slowestMs,
    );
    found.sets.delete(victim![0]);
  }
  found.sets.set(key, { values, calls: 1, slowestMs: ms });
}

function slowest({ sets }: Gathered): number {
  let most = 0;
  for (const { slowestMs } of sets.values()) most = Math.max(most, slowestMs);
  return most;
}

/** Half of them the most common sets, a quarter the slowest, the rest rare ones spread over those that remain. */
function spread({ sets }: Gathered, count: number): CapturedStatement['samples'] {
  const all = [...sets.values()];
  const common = all.toSorted((a, b) => b.calls - a.calls).slice(0, Math.ceil(count / 2));
  const slow = all
    .filter((one) => !common.includes(one))
    .toSorted((a, b) => b.slowestMs - a.slowestMs)
    .slice(0, Math.floor(count / 4));
  const rest = all
    .filter((one) => !common.includes(one) && !slow.includes(one))
    .toSorted((a, b) => a.calls - b.calls);
  const places = count - common.length - slow.length;
  const rare = Array.from(
    { length: Math.min(places, rest.length) },
    (_, at) => rest[Math.floor((at * rest.length) / Math.min(places, rest.length))]!,
  );
  return [...common, ...slow, ...rare].map(({ values }) => values);
}
