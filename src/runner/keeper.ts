/** Keeps the progress of backfills in the history, and holds them back while a cap is passed. */
import { fail } from '../base/error.ts';
import { formatCount, formatMs } from '../base/units.ts';
import type { Keeper } from '../apply/backfill.ts';
import { pause } from '../apply/locks.ts';
import type { UnitStep } from '../apply/units.ts';
import type { Pressure, Session } from '../engine/model.ts';
import { limitPatienceMs, type Limits } from './limits.ts';
import type { Run } from './model.ts';
import { blockerText, type StallWatch } from './patience.ts';
import { stepHash } from './steps.ts';

/** Time of one batch, share of the time, and growth of a table where the target says nothing. */
const standard = { batchMs: 100, load: 0.75, bloat: 1.2 } as const;
/** Milliseconds between two looks at the caps (closer ones where the log is capped), and between two lines of progress. */
const every = { lookMs: 500, lookLogMs: 50, tellMs: 5000 } as const;
/** Milliseconds that a batch needs at most before a window closes. */
const batchNeedsMs = 2000;
/** Calls of the canary whose 99th percentile counts. */
const canaryCalls = 100;
/** Share of what a bloat cap allows at which the table is vacuumed: the rest is room for what comes meanwhile. */
const vacuumAt = 0.45;

export interface KeeperOptions {
  readonly run: Run;
  readonly change: string;
  readonly looker: Session;
  readonly stalls: StallWatch;
  readonly limits: Limits;
}

/** The keeper of one step. */
export function keeperOf({ run, change, looker, stalls, limits }: KeeperOptions, entry: UnitStep): Keeper {
  const { engine, place, signal, emit } = run;
  const { budgets, schema } = place.target;
  const batch = entry.step.batch!;
  const name = `${change}/${entry.origin}, step ${entry.step.id}`;
  const key = { change, step: entry.step.id, stepHash: stepHash(entry.step) };
  const bloat = budgets.bloat ?? standard.bloat;
  const began = performance.now();
  let first: number | undefined;
  let looked = 0;
  let tells = began;
  let before: Pressure | undefined;
  const canary: number[] = [];

  const passed = async (now: Pressure, own: number): Promise<string | undefined> => {
    if (budgets.lagMs !== undefined && (now.lagMs ?? 0) > budgets.lagMs)
      return `a standby is ${formatMs(now.lagMs!)} behind (cap ${formatMs(budgets.lagMs)})`;
    if (
      now.dead !== undefined &&
      now.live !== undefined &&
      own > 0 &&
      now.dead > Math.max(100_000, now.live * (bloat - 1) * 1.5)
    )
      return `${formatCount(now.dead)} rows of ${batch.table.schema}.${batch.table.name} are dead and cannot be cleaned up${now.oldest ? ` while process ${now.oldest.pid} is in its transaction` : ''}`;
    const p99 = await canaryP99();
    if (p99 !== undefined && p99 > budgets.canaryP99Ms!)
      return `the canary's 99th percentile is ${formatMs(p99)} (cap ${formatMs(budgets.canaryP99Ms!)})`;
    return undefined;
  };
  const canaryP99 = async (): Promise<number | undefined> => {
    if (budgets.canary === undefined || budgets.canaryP99Ms === undefined) return undefined;
    for (let call = 0; call < 5; call++) {
      const at = performance.now();
      await looker.query(budgets.canary);
      canary.push(performance.now() - at);
    }
    canary.splice(0, Math.max(0, canary.length - canaryCalls));
    return canary.toSorted((a, b) => a - b)[Math.floor(canary.length * 0.99)];
  };
  /** Waits until the log written since the last look fits the cap; returns how long that was. */
  const paceLog = async (now: Pressure): Promise<number> => {
    if (budgets.walPerSecond === undefined || !before) return 0;
    const owed = ((now.walBytes - before.walBytes) / budgets.walPerSecond) * 1000 - (now.at - before.at);
    if (owed > 0) await pause(owed, signal);
    return Math.max(0, owed);
  };

  return {
    targetMs: budgets.batchMs ?? standard.batchMs,
    load: budgets.load ?? standard.load,
    deadlockMs: place.facts.deadlockMs,
    deadShare: (bloat - 1) * vacuumAt,
    async saved() {
      const all = await engine.history.progress(place.session, schema);
      const found = all.find((one) => one.change === change && one.step === entry.step.id);
      if (!found || found.stepHash !== key.stepHash || found.done) return undefined;
      emit({
        kind: 'note',
        text: `${name}: goes on after ${formatCount(found.rows)} rows, at ${found.watermark?.join(', ') ?? 'the start'}`,
      });
      return found;
    },
    save: (progress) => engine.history.saveProgress(place.session, schema, { ...progress, ...key }),
    async between(progress, own) {
      if (stalls.stopped) throw stalls.stopped;
      limits.open(name, batchNeedsMs);
      const now = performance.now();
      first ??= progress.rows;
      if (now - tells > every.tellMs) {
        tells = now;
        const rate = ((progress.rows - first) / (now - began)) * 1000;
        emit({
          kind: 'note',
          text: `${name}: ${formatCount(progress.rows)} rows, ${formatCount(Math.round(rate))}/s, batches of ${formatCount(progress.size)}, at ${progress.watermark?.join(', ') ?? 'the start'} of ${progress.end?.join(', ') ?? '?'}`,
        });
      }
      if (now - looked < (budgets.walPerSecond === undefined ? every.lookMs : every.lookLogMs)) return;
      looked = now;
      const until = now + Math.min(limitPatienceMs, budgets.patienceMs ?? limitPatienceMs);
      for (let told = false; ; told = true) {
        const pressure = await engine.history.pressure(looker, batch.table, place.session.pid);
        // What was waited for is paid; it must not count as time in which log may be written.
        before = { ...pressure, at: pressure.at + (await paceLog(pressure)) };
        const why = await passed(pressure, own);
        if (why === undefined) return;
        if (signal.aborted)
          fail('interrupted', 'The backfill was stopped while it waited for a cap; it goes on from there.');
        if (performance.now() > until)
          fail('runner.limit', `${name} stopped: ${why}.`, {
            hint: 'What was done stays, and `dbd migrate` goes on from there when that is over.',
          });
        if (!told) emit({ kind: 'note', text: `${name} pauses: ${why}` });
        await pause(every.lookMs, signal);
        limits.open(name, batchNeedsMs);
      }
    },
    async gaveWay(tries, error) {
      if (stalls.stopped) throw stalls.stopped;
      if (tries === 1) stalls.begin();
      const { blockers } = stalls;
      if (tries > 10) await stalls.again(Math.min(tries, 3), error, name);
      else if (tries === 5 && blockers.length > 0)
        emit({ kind: 'note', text: `${name} gives way to ${blockerText(blockers[0]!)}` });
    },
    async liveRows() {
      const { live } = await engine.history.pressure(looker, batch.table, place.session.pid);
      return live;
    },
  };
}
