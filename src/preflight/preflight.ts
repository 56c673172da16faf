/** A change is held against a running database: what its rows would refuse, and what its sessions would hold up. */
import { step as told, type Emit } from '../base/event.ts';
import { fail } from '../base/error.ts';
import { version } from '../base/version.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Engine, FactsContext, LiveFacts, Session, Statement } from '../engine/model.ts';
import { checksOf } from './checks.ts';
import type { Go, PlannedStep, Preflight, PreflightStep, Reason } from './model.ts';
import { worst } from './worst.ts';
import { generalReasons, notesOf, reasonsOf, spaceFor } from './reasons.ts';

export interface PreflightOptions {
  readonly engine: Engine;
  /** Read-only session of the database; every question has a transaction of its own. */
  readonly session: Session;
  /** Session of the primary, when the other one is of a standby: sessions and locks are looked at there. */
  readonly primary?: Session;
  readonly steps: readonly PlannedStep[];
  /** Hash of the change. */
  readonly change: string;
  /** Longest time of one question, milliseconds. */
  readonly timeoutMs: number;
  /** Free disk space in bytes as somebody said. */
  readonly freeBytes?: number;
  /** A run that was broken off: its answers are taken over where they were asked alike. */
  readonly earlier?: Preflight;
  /** Called after each step, with what is known so far. */
  readonly save?: (sofar: Preflight) => Promise<void>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Offending rows that are shown and counted at most. */
const [shown, counted] = [5, 10_000];

/** Runs all questions of a change, looks at what goes on, and says for each step whether it can go. Throws `sql.syntax`, `connect.lost`, `interrupted`. */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { engine, session, steps, emit, signal } = options;
  await engine.grammar.ready();
  const began = new Date().toISOString();
  const catalog = await told(emit, 'read the structure', () => engine.inspect(session));
  const parsed = steps.map((one) => engine.grammar.split(one.sql));
  const derivedFrom = steps.map((one, at) =>
    one.work === undefined ? parsed[at]! : engine.grammar.split(one.work),
  );
  const preconditions = engine.preconditions.of(derivedFrom.flat(), {
    catalog,
    serverVersion: session.serverVersion,
  });
  const touched = tablesOf(engine, parsed.flat(), catalog.tables);
  const live = await told(emit, 'look at what goes on', () =>
    engine.live.look(options.primary ?? session, { tables: touched }),
  );
  const own = options.primary ? await engine.live.look(session) : live;
  if (options.primary && (own.identity.system === undefined || own.identity.system !== live.identity.system))
    fail('preflight.refused', 'The standby and the primary do not show that they are of the same server.', {
      hint: 'Name the primary of this very standby with --primary.',
    });
  const general = [...generalReasons(live)];
  const notes = [...notesOf(live)];
  const needs: { readonly bytes: number; readonly why: string }[] = [];
  const done: PreflightStep[] = [];
  const result = (): Preflight => ({
    schema: 'dbd.preflight/1',
    change: options.change,
    dbd: version,
    began,
    ended: new Date().toISOString(),
    server: { ...own.identity, standby: own.standby },
    ...(options.primary ? { primary: live.identity } : {}),
    verdict:
      done.length < steps.length
        ? worst(['open', ...done.map(({ verdict }) => verdict)])
        : worst([...done.map(({ verdict }) => verdict), ...general.map(({ verdict }) => verdict)]),
    steps: done,
    reasons: done.length < steps.length ? [...general, unfinished(steps.length - done.length)] : general,
    notes,
  });
  const asking = {
    engine,
    session,
    options: { timeoutMs: options.timeoutMs, show: shown, count: counted },
    earlier: answersOf(options.earlier, own.identity, began),
  };
  let context: FactsContext | undefined = { catalog, serverVersion: session.serverVersion };
  let first = 0;
  for (const [at, one] of steps.entries()) {
    signal.throwIfAborted();
    const statements = parsed[at]!;
    const asks = preconditions.slice(first, first + derivedFrom[at]!.length).flat();
    first += derivedFrom[at]!.length;
    const checks = await told(emit, `step ${one.id}`, () => checksOf(asking, one, asks));
    const reasons: Reason[] = [];
    for (const statement of statements) {
      const facts = context && engine.facts.of(statement, context);
      reasons.push(...reasonsOf(engine, live, statement, facts));
      const need = engine.live.space(statement, facts, live.sizes);
      if (need) needs.push(need);
      context = context && engine.facts.after(statement, context);
    }
    const verdicts = checks.map(({ outcome }): Go =>
      outcome === 'fails' ? 'stop' : outcome === 'open' ? 'open' : 'go',
    );
    done.push({
      id: one.id,
      origin: one.origin,
      sql: one.sql,
      verdict: worst([...verdicts, ...reasons.map(({ verdict }) => verdict)]),
      checks,
      reasons,
    });
    // The last one is told with what the steps need together, and not before.
    if (at < steps.length - 1) await options.save?.(result());
  }
  const space = spaceFor(needs, options.freeBytes);
  general.push(...space.reasons);
  notes.push(...space.notes);
  return result();
}

const unfinished = (count: number): Reason => ({
  verdict: 'open',
  about: 'unfinished',
  text: `${count} of the steps were not asked about: the run was broken off.`,
  instead: 'Run it again with --resume.',
});

/** Longest time after which answers of a run that was broken off still count, milliseconds: rows change. */
const freshMs = 3_600_000;

/** Answers that say something about rows of this very database, not long ago; the others are asked again. */
function answersOf(
  earlier: Preflight | undefined,
  { system, database }: LiveFacts['identity'],
  now: string,
): ReadonlyMap<string, NonNullable<PreflightStep['checks'][number]['answer']>> {
  const age = earlier === undefined ? Number.NaN : Date.parse(now) - Date.parse(earlier.ended);
  const same =
    system !== undefined && earlier?.server.system === system && earlier.server.database === database;
  if (!same || !(age >= 0 && age <= freshMs)) return new Map();
  const checks = earlier.steps.flatMap((one) => one.checks);
  return new Map(
    checks.flatMap(({ sql, answer }) =>
      sql !== undefined && answer?.kind === 'passed' ? [[sql, answer] as const] : [],
    ),
  );
}

/** Tables of the database that the statements touch, and their partitions. */
function tablesOf(
  { grammar }: Engine,
  statements: readonly Statement[],
  tables: readonly { readonly schema: string; readonly name: string }[],
): readonly string[] {
  const names = statements.flatMap((statement) => grammar.touches(statement));
  return tables
    .filter((table) =>
      names.some((name) => name.name === table.name && (name.schema === '' || name.schema === table.schema)),
    )
    .map(keyOf);
}
