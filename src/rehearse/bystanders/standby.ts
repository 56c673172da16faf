/** A streaming standby with readers, looked at while a change runs on its primary. */
import { DbdError } from '../../base/error.ts';
import type { Name } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { Follower, Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { LoadResult, PreparedQuery, RunningLoad } from '../../workload/model.ts';
import { startLoad } from '../../workload/run.ts';
import type { LoadSettings } from '../model.ts';
import { LongReaders } from './long-readers.ts';
import type { NoStandby, StandbyFacts } from './model.ts';

/** Milliseconds between two looks at the primary. */
const sampleMs = 50;
/** Longest wait for the standby after the change, milliseconds. */
const catchUpMs = 15_000;
/** Connections of the standby's short reads. */
const connections = 6;

export interface StandbyOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly queries: readonly PreparedQuery[];
  /** Tables that the long readers hold. */
  readonly tables: readonly Name[];
  readonly settings: LoadSettings;
  readonly signal: AbortSignal;
}

interface Sample {
  /** `performance.now()`. */
  readonly at: number;
  readonly written: number;
  readonly replayed: number;
  readonly retained: number;
}

/** A standby that runs, with its readers. */
export interface BesideStandby {
  /** Ends the readers of the time without the change, and begins those beside it. */
  changeBegins(): Promise<void>;
  /** Waits until it has caught up, ends the readers, and tells what was seen. */
  changeEnded(): Promise<StandbyFacts>;
  /** Greatest distance between two moments of `performance.now()`. */
  lag(from: number, to: number): { readonly lagBytes: number; readonly lagMs: number };
  stop(): Promise<void>;
}

/** Starts the standby and its readers; tells why there is none where it cannot be made. */
export async function openStandby(
  options: StandbyOptions,
): Promise<{ readonly running: BesideStandby } | NoStandby> {
  const { sandbox, settings, signal } = options;
  const none = (because: string): NoStandby => ({ kind: 'none', because });
  if (!sandbox.follow) return none('the files of a server that was named by its address cannot be copied');
  let follower: Follower;
  try {
    follower = await sandbox.follow({ delayMs: settings.standbyDelayMs, signal });
  } catch (error) {
    if (signal.aborted || !(error instanceof DbdError)) throw error;
    return none(error.message);
  }
  try {
    return { running: await Running.start(options, follower) };
  } catch (error) {
    await follower.stop();
    throw error;
  }
}

class Running implements BesideStandby {
  readonly #options: StandbyOptions;
  readonly #follower: Follower;
  readonly #leader: Session;
  readonly #onlooker: Session;
  readonly #samples: Sample[] = [];
  readonly #sampling: Promise<void>;
  #watching = true;
  #load: RunningLoad | undefined;
  #readers: LongReaders | undefined;
  #before = 0;
  #atBegin: Readonly<Record<string, number>> = {};

  private constructor(options: StandbyOptions, follower: Follower, leader: Session, onlooker: Session) {
    this.#options = options;
    this.#follower = follower;
    this.#leader = leader;
    this.#onlooker = onlooker;
    this.#sampling = this.#sample();
  }

  static async start(options: StandbyOptions, follower: Follower): Promise<Running> {
    const { engine, database } = options;
    const leader = await engine.connect(database.adminUrl, { application: 'dbd standby' });
    try {
      const onlooker = await engine.connect(follower.url(database), { application: 'dbd standby' });
      const running = new Running(options, follower, leader, onlooker);
      await running.#read(options.settings.seed + 10);
      return running;
    } catch (error) {
      await leader.close();
      throw error;
    }
  }

  async #read(seed: number): Promise<void> {
    const { engine, database, queries, settings, tables, signal } = this.#options;
    const url = this.#follower.url(database);
    this.#load = await startLoad(engine, {
      url,
      queries: queries.filter((query) => query.kind === 'read'),
      at: settings.at,
      seed,
      timeoutMs: settings.timeoutMs,
      connections,
      durationMs: 300_000,
      readOnly: true,
    });
    this.#readers = new LongReaders(engine, url, tables, settings.readerMs, signal);
  }

  async #sample(): Promise<void> {
    const { engine } = this.#options;
    while (this.#watching) {
      try {
        const { written, replayed, retained } = await engine.standbys.progress(
          this.#leader,
          this.#follower.name,
        );
        const last = this.#samples.at(-1)?.replayed ?? written;
        this.#samples.push({ at: performance.now(), written, replayed: replayed ?? last, retained });
      } catch {
        // The server is going away; what was seen until now counts.
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, sampleMs));
    }
  }

  async changeBegins(): Promise<void> {
    await this.#load?.finish();
    await this.#readers?.stop();
    this.#atBegin = await this.#options.engine.standbys.conflicts(this.#onlooker);
    this.#before = sum(this.#atBegin);
    await this.#read(this.#options.settings.seed + 11);
  }

  async changeEnded(): Promise<StandbyFacts> {
    const { engine, settings } = this.#options;
    const ended = performance.now();
    // The last look may have been before the change's own commit.
    const goal = await engine.standbys
      .progress(this.#leader, this.#follower.name)
      .then(({ written }) => written)
      .catch(() => this.#samples.at(-1)?.written ?? 0);
    const caughtUp = await this.#reached(goal, ended + catchUpMs);
    const load: LoadResult = await this.#load!.finish();
    const readers = await this.#readers!.stop();
    const now = await engine.standbys.conflicts(this.#onlooker);
    const { lagBytes, lagMs } = this.lag(-Infinity, Infinity);
    return {
      kind: 'followed',
      delayMs: settings.standbyDelayMs,
      startedMs: this.#follower.startedMs,
      calls: load.queries.reduce((all, query) => all + query.scheduled, 0),
      cancelledCalls: load.queries.reduce(
        (all, query) =>
          all +
          sum(
            Object.fromEntries(
              Object.entries(query.states).filter(([state]) => engine.standbys.cancelled(state)),
            ),
          ),
        0,
      ),
      longReaders: readers.begun,
      cancelledReaders: readers.cancelled,
      conflicts: Object.fromEntries(
        Object.entries(now).map(([cause, count]) => [cause, count - (this.#atBegin[cause] ?? 0)]),
      ),
      conflictsBefore: this.#before,
      lagBytes,
      lagMs,
      sampleMs,
      retainedBytes: this.#samples.reduce((most, one) => Math.max(most, one.retained), 0),
      ...(caughtUp === undefined ? {} : { caughtUpMs: Math.max(0, caughtUp - ended) }),
    };
  }

  /** The moment at which the standby had replayed as much. */
  async #reached(goal: number, until: number): Promise<number | undefined> {
    for (;;) {
      const found = this.#samples.find((one) => one.replayed >= goal);
      if (found) return found.at;
      if (performance.now() > until || this.#options.signal.aborted) return undefined;
      await new Promise((resolve) => setTimeout(resolve, sampleMs));
    }
  }

  lag(from: number, to: number): { readonly lagBytes: number; readonly lagMs: number } {
    return lagBetween(this.#samples, from, to);
  }

  async stop(): Promise<void> {
    this.#watching = false;
    await this.#load?.finish();
    await this.#readers?.stop();
    await this.#sampling;
    await Promise.all([this.#leader.close(), this.#onlooker.close()]);
    await this.#follower.stop();
  }
}

/** Greatest distance of the samples between two moments: bytes as they were read, milliseconds since the primary had written what the standby had replayed. */
export function lagBetween(
  samples: readonly Sample[],
  from: number,
  to: number,
): { readonly lagBytes: number; readonly lagMs: number } {
  let lagBytes = 0;
  let lagMs = 0;
  let known = 0;
  for (const one of samples) {
    // The newest moment at which the primary had written no more than the standby has now.
    while (known + 1 < samples.length && samples[known + 1]!.written <= one.replayed) known += 1;
    if (one.at < from || one.at > to) continue;
    lagBytes = Math.max(lagBytes, one.written - one.replayed);
    if (one.written > one.replayed) lagMs = Math.max(lagMs, one.at - samples[known]!.at);
  }
  return { lagBytes, lagMs };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
