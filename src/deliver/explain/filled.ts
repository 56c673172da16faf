/** The statement on a filled twin: run once with figures, and fixes really made and timed in turns. */
import { DbdError, SqlError } from '../../base/error.ts';
import { formatMs } from '../../base/units.ts';
import type { Engine, Plan, Session, Snapshot } from '../../engine/model.ts';
import type { PlanFix } from '../../rules/plan/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { WorkQuery } from '../../tune/advice/model.ts';
import { verdictOf } from '../../tune/proof/judged.ts';
import { measureRounds, type Rounds } from '../../tune/proof/rounds.ts';
import type { Strategy, TriedFix } from './model.ts';
import { rewrittenBy } from './tries.ts';

/** Runs of one trial: seven rounds of both sides, and the first ones that nobody times. */
const runs = 18;

export interface FilledOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly snapshot: Snapshot;
  readonly query: WorkQuery;
  /** Longest time of one run, and of all runs of one trial, milliseconds. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Gives a filled database the planner's settings of the source: without them its plans would be others than there. */
export async function settle(
  { engine, snapshot }: Pick<FilledOptions, 'engine' | 'snapshot'>,
  database: SandboxDatabase,
): Promise<readonly string[]> {
  const session = await engine.connect(database.adminUrl, { application: 'dbd explain' });
  try {
    return (await engine.hollow.settle(session, snapshot)).map(({ what, why }) => `${what}: ${why}`);
  } finally {
    await session.close();
  }
}

/** The plan as it was run, in a transaction that is taken back, or why it was not. */
export async function ranPlan(
  { engine, database, limitMs }: FilledOptions,
  sql: string,
  values: readonly unknown[],
): Promise<Plan | string> {
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd explain',
    statementTimeoutMs: limitMs,
  });
  try {
    await session.query('BEGIN');
    // The first run fills caches and settles row versions; the second is the one that counts.
    for (let run = 0; ; run += 1) {
      await session.query('SAVEPOINT run');
      const plan = await engine.plans.explain(session, sql, values, { analyze: true });
      await session.query('ROLLBACK TO SAVEPOINT run');
      if (run > 0 || (plan.executionMs ?? 0) > limitMs / 4) return plan;
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.code === 'sql.timeout'
      ? `It did not end within ${formatMs(limitMs)} on the twin's rows (--limit).`
      : `It fails on the twin's rows: ${error.message}.`;
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
    await session.close();
  }
}

/** A place where fixes are made for a while: a copy of the filled database, beside the database itself. */
export class Workbench {
  readonly #options: FilledOptions;
  readonly #copy: SandboxDatabase;
  readonly #here: Session;
  readonly #there: Session;
  #made = 0;

  private constructor(options: FilledOptions, copy: SandboxDatabase, here: Session, there: Session) {
    this.#options = options;
    this.#copy = copy;
    this.#here = here;
    this.#there = there;
  }

  /** Copies the database, to which nobody may be connected; throws `sandbox.*`. */
  static async open(options: FilledOptions): Promise<Workbench> {
    const { engine, sandbox, database, limitMs } = options;
    const copy = await sandbox.createDatabase({ from: database });
    await settle(options, copy);
    const more = { application: 'dbd explain', statementTimeoutMs: limitMs };
    const here = await engine.connect(database.ownerUrl, more);
    try {
      return new Workbench(options, copy, here, await engine.connect(copy.ownerUrl, more));
    } catch (error) {
      await here.close();
      throw error;
    }
  }

  /** Makes a fix, times it in turns, and takes it away; a text says why it could not be. */
  async measure(fix: PlanFix): Promise<Rounds | string> {
    switch (fix.kind) {
      case 'index': {
        this.#made += 1;
        const name = { schema: fix.table.schema, name: `dbd_try_${this.#made}` };
        const { quote } = this.#options.engine;
        return this.#with(
          `CREATE INDEX ${quote.identifier(name.name)} ON ${quote.full(fix.table)} ${fix.definition}`,
          `DROP INDEX ${quote.full(name)}`,
        );
      }
      case 'statistics': {
        this.#made += 1;
        const { engine } = this.#options;
        const name = { schema: fix.table.schema, name: `dbd_try_${this.#made}` };
        return this.#with(
          engine.trials.statistics(name, fix.table, fix.columns),
          `DROP STATISTICS ${engine.quote.full(name)}`,
          // Statistics of one age on both sides, or a new sample alone would change the plan.
          () => Promise.all([this.#here, this.#there].map((side) => engine.stats.analyze(side, [fix.table]))),
        );
      }
      case 'setting':
        return this.setting({ [fix.name]: fix.value });
      case 'rewrite': {
        const { engine, query, snapshot } = this.#options;
        const sql = rewrittenBy(engine, query.sql, snapshot.catalog, fix.rule);
        if (sql === undefined) return 'No rewrite is known that does it; it has to be done by hand.';
        return this.#rounds(this.#here, this.#here, sql);
      }
      case 'statement':
        return 'The statistics and pages of the twin are fresh, so it would show nothing there.';
      case 'advice':
        return 'It is advice and no change that a twin could be given.';
    }
  }

  /** Times the statement, or another text of it, with settings against itself without them. */
  async setting(settings: Readonly<Record<string, string>>, sql?: string): Promise<Rounds | string> {
    const { engine, database, limitMs } = this.#options;
    let side: Session;
    try {
      side = await engine.connect(database.ownerUrl, {
        application: 'dbd explain',
        statementTimeoutMs: limitMs,
        settings,
      });
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      return `The twin refuses the setting: ${error.message}`;
    }
    try {
      return await this.#rounds(this.#here, side, sql);
    } finally {
      await side.close();
    }
  }

  async #with(make: string, undo: string, then?: () => Promise<unknown>): Promise<Rounds | string> {
    try {
      await this.#there.query(make);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return `The twin refuses it: ${error.message}.`;
    }
    try {
      await then?.();
      return await this.#rounds(this.#here, this.#there);
    } finally {
      await this.#there.query(undo);
      await then?.();
    }
  }

  async #rounds(before: Session, after: Session, sql?: string): Promise<Rounds | string> {
    const { engine, query, snapshot, limitMs, signal } = this.#options;
    const promised = engine.trials.promised(query.sql, snapshot.catalog);
    const found = await measureRounds(query, promised, {
      engine,
      before: { session: before },
      after: { session: after, ...(sql === undefined ? {} : { sql }) },
      timeoutMs: limitMs,
      signal,
    });
    return 'unable' in found ? found.unable : found;
  }

  /** Drops the copy. */
  async close(): Promise<void> {
    await this.#here.close();
    await this.#there.close();
    await this.#options.sandbox.dropDatabase(this.#copy).catch(() => undefined);
  }
}

/** Why so many runs would take too long; undefined when they do not. */
export function tooLong(ran: Plan | undefined, limitMs: number): string | undefined {
  const once = ran?.executionMs;
  if (once === undefined) return 'The statement itself did not end on the twin.';
  return once * runs > limitMs
    ? `One run takes ${formatMs(once)}: the turns of a trial would take longer than ${formatMs(limitMs)} (--limit).`
    : undefined;
}

/** What the turns say of a fix whose estimate stands beside them. */
export function withTimes(fix: TriedFix, rounds: Rounds | string): TriedFix {
  if (typeof rounds === 'string')
    return fix.verdict === 'not-tried'
      ? { ...fix, because: rounds }
      : { ...fix, because: `${fix.because} Not measured: ${lower(rounds)}` };
  const { verdict, because } = verdictOf(rounds);
  return {
    ...fix,
    time: { before: rounds.before, after: rounds.after, ratio: rounds.ratio },
    basis: 'measured',
    verdict: verdict === 'faster' ? 'helps' : verdict === 'slower' ? 'slower' : 'no-gain',
    because: verdict === 'not-proven' ? `Not proven: ${because}` : because,
  };
}

/** A strategy with what its turns showed. */
export function timedStrategy(strategy: Strategy, rounds: Rounds | string): Strategy {
  return typeof rounds === 'string' ? strategy : { ...strategy, time: rounds.after, ratio: rounds.ratio };
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
