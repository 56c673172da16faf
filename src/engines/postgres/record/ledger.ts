import type { HeldLock, Mark, Recorded, RecordOptions, Seen, Watcher } from '../../../engine/model.ts';
import { rewritesSilently, writing } from './reading.ts';

/** A record while it is being written. */
export type Entry = { -readonly [K in keyof Recorded]: Recorded[K] };

/** What is known of a statement before it runs. */
export interface About {
  readonly sql: string;
  readonly kind: string | undefined;
  readonly session: number;
  readonly application: string | undefined;
  readonly pid: number;
  readonly watched: boolean;
  readonly sampled: boolean;
}

/** How a statement ended. */
export interface Outcome {
  readonly rows?: number;
  readonly error?: { readonly message: string; readonly sqlstate: string };
}

const nothing: Seen = { locks: [], rewrites: [], scans: [], skipped: [], walBytes: 0 };
/** Short enough to meet most locks of a statement that somebody would notice. */
const sampleEveryMs = 5;

/** Everything that all sessions of one proxy write down, and the moments when none of them is at work. */
export class Ledger {
  readonly entries: Entry[] = [];
  readonly problems: string[] = [];
  connections = 0;
  running = 0;
  splits = 0;
  last: string | undefined;
  touched = performance.now();
  readonly #began = performance.now();
  readonly #watcher: Watcher;
  readonly #hook: RecordOptions['beforeTransaction'];
  readonly #busy = new Set<number>();
  readonly #marks = new Map<Entry, Mark>();
  #hooked: Promise<void> | undefined;
  #written = false;

  constructor(options: RecordOptions) {
    this.#watcher = options.watcher;
    this.#hook = options.beforeTransaction;
  }

  /** Milliseconds since anything happened; none while a statement runs or rows are being made. */
  get idleMs(): number {
    return this.running > 0 || this.#hooked ? 0 : performance.now() - this.touched;
  }

  /** Writes down a statement that was never run. */
  note(about: Pick<About, 'sql' | 'kind' | 'session' | 'application'>, more: Partial<Recorded>): Entry {
    const { sql, kind, session, application } = about;
    this.last = sql;
    const entry: Entry = {
      sql,
      ...(kind === undefined ? {} : { kind }),
      session,
      ...(application === undefined ? {} : { application }),
      at: performance.now() - this.#began,
      ms: 0,
      sampled: false,
      ...nothing,
      ...more,
    };
    this.entries.push(entry);
    return entry;
  }

  /** Runs a statement and writes down what it did; `run` resolves while its transaction is still open unless `sampled`. */
  async observe(about: About, run: () => Promise<Outcome>, onto?: Entry): Promise<Entry> {
    const mark = about.watched ? await this.#try(() => this.#watcher.before(about.pid)) : undefined;
    const sampler =
      about.sampled && about.watched
        ? await this.#try(() => this.#watcher.sample(about.pid, sampleEveryMs))
        : undefined;
    const entry = onto ?? this.note(about, { sampled: about.sampled });
    this.running += 1;
    const start = performance.now();
    let outcome: Outcome;
    try {
      outcome = await run();
    } finally {
      this.running -= 1;
      this.touched = performance.now();
      entry.ms += performance.now() - start;
    }
    if (outcome.rows !== undefined) entry.rows = (entry.rows ?? 0) + outcome.rows;
    if (outcome.error) entry.error = outcome.error;
    const seen = mark && (await this.#try(() => this.#watcher.after(about.pid, mark)));
    const sampled = sampler && (await this.#try(() => sampler.stop()));
    if (seen) merge(entry, seen, sampled ?? []);
    if (mark && !outcome.error && rewritesSilently(about.kind)) this.#marks.set(entry, mark);
    if (!outcome.error && writing(about.kind)) this.#written = true;
    return entry;
  }

  /** After a commit: finds new storage that shows only then. */
  async settle(entries: readonly Entry[]): Promise<void> {
    const silent = entries.filter((entry) => this.#marks.has(entry));
    const [first] = silent;
    if (!first) return;
    const mark = this.#marks.get(first)!;
    for (const entry of silent) this.#marks.delete(entry);
    const found = await this.#try(() => this.#watcher.rewritten(mark));
    for (const table of found ?? []) {
      if (entries.some((entry) => entry.rewrites.includes(table))) continue;
      const strong = silent.filter((entry) =>
        entry.locks.some((lock) => lock.relation === table && lock.mode === 'ACCESS EXCLUSIVE'),
      );
      const by = strong.at(-1) ?? (silent.length === 1 ? first : undefined);
      if (by) by.rewrites = [...by.rewrites, table];
    }
  }

  /** Called before an idle session begins: waits while rows are being made, and lets them be made when nobody is at work. */
  async enter(session: number, sql: string): Promise<void> {
    while (this.#hooked) await this.#hooked;
    if (this.#hook && this.#written && this.#busy.size === 0) {
      this.#written = false;
      const hook = this.#hook;
      this.#hooked = this.#try(() => hook({ session, sql })).then(() => {
        this.#hooked = undefined;
        this.touched = performance.now();
      });
      this.#busy.add(session);
      await this.#hooked;
    }
    this.#busy.add(session);
  }

  /** The session is idle again, or gone. */
  leave(session: number): void {
    this.#busy.delete(session);
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!this.problems.includes(words)) this.problems.push(words);
      return undefined;
    }
  }
}

function merge(entry: Entry, seen: Seen, sampled: readonly HeldLock[]): void {
  // What was sampled belongs to the statement alone; what is held at its end is at least as strong where both are known.
  const held = new Set(seen.locks.map((lock) => lock.relation));
  entry.locks = [...seen.locks, ...sampled.filter((lock) => !held.has(lock.relation))];
  entry.rewrites = [...new Set([...entry.rewrites, ...seen.rewrites])];
  entry.scans = [...new Set([...entry.scans, ...seen.scans])];
  entry.skipped = [...new Set([...entry.skipped, ...seen.skipped])];
  entry.walBytes += seen.walBytes;
}
