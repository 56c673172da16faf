/** max_wal_size at a small scale: the same updates with both values, checkpoints and WAL counted. */
import { setTimeout } from 'node:timers/promises';
import { DbdError } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import { formatBytes } from '../../base/units.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { Session } from '../../engine/model.ts';
import { updatesOf } from '../proof/updates.ts';
import { bytesOf } from './known.ts';
import type { Draft, SettingsOptions, SettingTrial } from './model.ts';
import type { Tried } from './tried.ts';
import { busiest, dayOf } from './busiest.ts';

/** The smallest value that servers take; the one now is tried as this much, the other in proportion. */
const smallest = 32 * 1024 ** 2;
/** Updates go on until the small server has written so often what fits between two checkpoints, in so many batches at most. */
const fills = 2;
const mostBatches = 24;
const batchRows = 20_000;
/** Tables of at most so many bytes are updated as a whole. */
const large = 128 * 1024 ** 2;
/** What the server needs to tell of a checkpoint that has ended, milliseconds. */
const tellingMs = 100;

type Filled = NonNullable<SettingsOptions['filled']>;

/** Tries a larger max_wal_size; a sentence tells why it could not be. */
export async function tryWalSize(options: SettingsOptions, filled: Filled, draft: Draft): Promise<Tried> {
  const derived = (because: string): Tried => ({ draft, outcome: 'derived', because });
  const { engine } = options;
  const { sandbox } = filled;
  const table = busiest(options);
  const [now, advised] = [bytesOf(draft.now), bytesOf(draft.advised)];
  if (sandbox.provider === 'named server')
    return derived('Settings of a server of others are not changed for a trial.');
  if (!table || now === undefined || advised === undefined)
    return derived('No table of the workload is updated.');
  const database = await sandbox.createDatabase({ from: filled.database });
  const admin = await engine.connect(database.adminUrl, { application: 'dbd tune' });
  await sandbox.durable(true);
  try {
    const { bytes: size } = await engine.trials.upkeep(admin, table);
    const storm = async (bytes: number, batches: number): Promise<Seen | undefined> => {
      const takeBack = await engine.trials.serve(admin, sized(bytes));
      try {
        const first = await checkpointsSoFar(options, admin);
        let wal = 0;
        let batch = 0;
        for (; batch < batches && (batches < mostBatches || wal < smallest * fills); batch += 1) {
          options.signal.throwIfAborted();
          const statements = size > large ? await some(options, admin, table, batch) : all(options, table);
          if (!statements) return undefined;
          wal += await written(options, admin, statements);
        }
        // The last reading asked for a checkpoint itself.
        const early = (await checkpointsSoFar(options, admin)) - first - 1;
        return { batches: batch, wal, early: Math.max(0, early) };
      } finally {
        await takeBack();
      }
    };
    const before = await storm(smallest, mostBatches);
    // The other value gets the same updates, not the same bytes.
    const after = before && (await storm((advised / now) * smallest, before.batches));
    if (!before || !after) return derived('No rows of a table could be updated.');
    const trial: SettingTrial = {
      says: `The same ${plural(before.batches, 'burst')} of updates of ${keyOf(table)} with both values at 1/${Math.round(now / smallest)} of their size: ${before.early} early checkpoints and ${formatBytes(before.wal)} of WAL against ${after.early} and ${formatBytes(after.wal)}.`,
      queries: [],
      figures: [
        { what: 'early checkpoints', before: before.early, after: after.early },
        { what: 'WAL bytes', before: before.wal, after: after.wal },
      ],
    };
    if (before.early === 0) return derived('The twin’s rows are too few to fill the log.');
    return after.early < before.early
      ? { draft, trial, outcome: 'advised', because: '' }
      : { draft, trial, outcome: 'withheld', because: 'Checkpoints came as early with it.' };
  } catch (error) {
    if (!(error instanceof DbdError) || error.code === 'interrupted') throw error;
    return derived(`It could not be tried: ${error.message}`);
  } finally {
    await admin.close();
    await sandbox.durable(false);
    await sandbox.dropDatabase(database);
  }
}

/** After a checkpoint, so that what is under way has ended. */
async function checkpointsSoFar({ engine }: SettingsOptions, session: Session): Promise<number> {
  await engine.trials.checkpoint(session);
  await setTimeout(tellingMs);
  return (await engine.trials.checkpoints(session)).early;
}

interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Every row is written again. */
function all({ engine }: SettingsOptions, table: Table): readonly Statement[] {
  const { quote } = engine;
  const column = table.columns.find(({ generated, identity }) => !generated && identity !== 'always')!;
  const name = quote.identifier(column.name);
  return [{ sql: `UPDATE ${quote.full(table)} SET ${name} = ${name}`, values: [] }];
}

/** Rows all over a large table; undefined when none can be found again. */
async function some(
  options: SettingsOptions,
  session: Session,
  table: Table,
  batch: number,
): Promise<readonly Statement[] | undefined> {
  const columns = table.columns.map(({ name }) => name);
  const { engine, seed } = options;
  const day = dayOf(options, table);
  return (await updatesOf({ engine, seed: seed + batch }, session, table, columns, day, batchRows))
    ?.statements;
}

interface Seen {
  readonly batches: number;
  readonly wal: number;
  readonly early: number;
}

function sized(bytes: number): Readonly<Record<string, string>> {
  return { min_wal_size: '32MB', max_wal_size: `${Math.round(bytes / 1024 ** 2)}MB` };
}

/** Bytes of WAL of one batch, which stays. */
async function written(
  { engine }: SettingsOptions,
  session: Session,
  statements: readonly Statement[],
): Promise<number> {
  let sum = 0;
  for (const { sql, values } of statements)
    sum += (await engine.trials.written(session, sql, values)).walBytes;
  return sum;
}
