/** The write-ahead log under a burst of updates. */
import { SqlError } from '../../base/error.ts';
import { formatBytes } from '../../base/units.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { Session, Written } from '../../engine/model.ts';
import { fact } from '../../report/build.ts';
import { percentile } from '../../workload/percentile.ts';
import { fewestRounds, ratioOf } from '../proof/rounds.ts';
import { updatesOf } from '../proof/updates.ts';
import { busiest, dayOf } from './busiest.ts';
import { settingOf } from './known.ts';
import type { Draft, SettingsOptions, SettingTrial } from './model.ts';
import type { Tried } from './tried.ts';

const manual = 'PostgreSQL manual, Write Ahead Log: wal_compression';
const burstRows = 1000;
/** WAL has to shrink to this share at least, and writing must take no longer than this ratio. */
const enough = 0.8;
const slowest = 1.05;
/** Best first; older servers know `on` alone. */
const methods = ['lz4', 'on'];

type Filled = NonNullable<SettingsOptions['filled']>;

/** wal_compression where it is off: advised only when a burst of production-like updates writes clearly less and takes no longer. */
export async function tryWalCompression(
  options: SettingsOptions,
  filled: Filled | undefined,
): Promise<Tried | undefined> {
  const { snapshot, engine } = options;
  const setting = settingOf(snapshot, 'wal_compression');
  const table = busiest(options);
  if (!setting || setting.value !== 'off' || !filled || !table) return undefined;
  const { sandbox } = filled;
  const database = await sandbox.createDatabase({ from: filled.database });
  const admin = await engine.connect(database.adminUrl, { application: 'dbd tune' });
  await sandbox.durable(true);
  try {
    const day = dayOf(options, table);
    const updates = await updatesOf(
      options,
      admin,
      table,
      table.columns.map(({ name }) => name),
      day,
      burstRows,
    );
    const method = updates && (await accepted(admin));
    if (!updates || !method) return undefined;
    const seen = { off: [] as Written[], on: [] as Written[] };
    for (let pair = 0; pair < fewestRounds; pair += 1)
      for (const side of pair % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
        options.signal.throwIfAborted();
        await admin.query("SELECT set_config('wal_compression', $1, false)", [
          side === 'off' ? 'off' : method,
        ]);
        await engine.trials.checkpoint(admin);
        await admin.query('BEGIN');
        try {
          let sum: Written = { ms: 0, walBytes: 0, fullPageImages: 0 };
          for (const { sql, values } of updates.statements) {
            const one = await engine.trials.written(admin, sql, values);
            sum = {
              ms: sum.ms + one.ms,
              walBytes: sum.walBytes + one.walBytes,
              fullPageImages: sum.fullPageImages + one.fullPageImages,
            };
          }
          seen[side].push(sum);
        } finally {
          await admin.query('ROLLBACK');
        }
      }
    return judged(setting.value, method, table, seen);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return undefined;
  } finally {
    await admin.close();
    await sandbox.durable(false);
    await sandbox.dropDatabase(database);
  }
}

function judged(
  now: string,
  method: string,
  table: Table,
  seen: { readonly off: readonly Written[]; readonly on: readonly Written[] },
): Tried {
  const median = (all: readonly Written[], figure: (one: Written) => number): number =>
    percentile(all.map(figure), 0.5)!.value;
  const wal = {
    before: median(seen.off, ({ walBytes }) => walBytes),
    after: median(seen.on, ({ walBytes }) => walBytes),
  };
  const images = median(seen.off, ({ fullPageImages }) => fullPageImages);
  const time = ratioOf(seen.on.map(({ ms }, i) => ms / seen.off[i]!.ms));
  const ms = { before: median(seen.off, (one) => one.ms), after: median(seen.on, (one) => one.ms) };
  const trial: SettingTrial = {
    says: `A burst of ${burstRows} updates of ${keyOf(table)} after a checkpoint wrote ${formatBytes(wal.before)} of WAL without it and ${formatBytes(wal.after)} with it, in ${time.value.toFixed(2)}x the time (${time.low.toFixed(2)} to ${time.high.toFixed(2)}).`,
    queries: [],
    figures: [
      { what: 'WAL bytes', ...wal },
      { what: 'milliseconds', ...ms },
    ],
  };
  const draft: Draft = {
    name: 'wal_compression',
    scope: { kind: 'server' },
    now,
    advised: method,
    because: `Whole pages after a checkpoint are most of the WAL: compressed, it is ${Math.round((1 - wal.after / wal.before) * 100)} % less.`,
    figures: [fact('full-page images of the burst', String(images), 'measured')],
    toMeasure: 'WAL a day (pg_stat_wal) and processor time, a day before and after.',
    takesEffect: 'reload',
    source: manual,
  };
  const slower = time.value > slowest && time.low > 1;
  if (wal.after > wal.before * enough || slower)
    return {
      draft,
      trial,
      outcome: 'fine',
      because: slower ? 'Writing takes longer with it.' : 'Little of the WAL is whole pages that compress.',
    };
  return { draft, trial, outcome: 'advised', because: '' };
}

/** The best method that this server takes. */
async function accepted(session: Session): Promise<string | undefined> {
  for (const method of methods)
    try {
      await session.query("SELECT set_config('wal_compression', $1, false)", [method]);
      return method;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
    }
  return undefined;
}
