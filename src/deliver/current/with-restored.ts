/** A restored copy or thin clone of production as the twin: structure and rows are there. */
import { fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import { formatCount } from '../../base/units.ts';
import { isBookkeeping } from '../../rehearse/wrapped/bookkeeping.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import { startOnCopy } from '../../sandbox/named-server.ts';
import type { LoadedCurrent } from '../../twin/current.ts';
import type { TableVolume } from '../../twin/model.ts';
import type { AssumedFill } from '../twin/assumed-twin.ts';

export interface WithRestored {
  readonly engine: Engine;
  /** A superuser's address of the copy. */
  readonly url: string;
  /** When it was taken, as it was told. */
  readonly taken: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What a copy holds. */
export interface Restored {
  readonly current: LoadedCurrent;
  readonly fill: AssumedFill;
}

/** Copies it once on its server, does the work on that copy, and drops everything that was made, also on the signal. */
export async function withRestored<T>(
  { engine, url, taken, emit, signal }: WithRestored,
  work: (restored: Restored, sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  await engine.grammar.ready();
  const { sandbox, base } = await step(emit, 'copy the restored database', () => startOnCopy(engine, url));
  const stop = (): void => void sandbox.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const session = await engine.connect(base.adminUrl, { application: 'dbd restored' });
    const catalog = await engine.inspect(session);
    const tables = catalog.tables.filter((table) => table.kind !== 'foreign' && !isBookkeeping(table));
    await engine.stats.analyze(
      session,
      tables.filter(({ partitionOf }) => !partitionOf),
    );
    const sizes = await engine.stats.sizes(session).finally(() => session.close());
    const volumes = sizes
      .filter(({ kind, rows }) => kind === 'table' && rows > 0)
      .map(({ name, rows }): TableVolume => ({
        table: name,
        now: Math.round(rows),
        horizon: Math.round(rows),
        rows: Math.round(rows),
        basis: 'snapshot',
        scale: 1,
        slice: 1,
        perDay: 0,
      }));
    const rows = volumes.reduce((sum, volume) => sum + volume.rows, 0);
    const place = new URL(url).pathname.slice(1);
    return await work(
      {
        current: {
          database: base,
          catalog,
          source: `a restored copy of production, ${decodeURIComponent(place)}, taken ${taken}`,
          limits: [
            `Its ${formatCount(rows)} rows are production's of that time; it was copied on its own server, and nothing was done to it.`,
            'Full reads of tables are told by the log of the server, which is not ours to read here: they are not among what was seen.',
          ],
        },
        fill: { volumes, rows, limits: [], restored: { taken } },
      },
      sandbox,
    );
  } catch (error) {
    if (signal.aborted)
      fail('interrupted', 'The work was stopped; nothing was left behind.', { cause: error });
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await sandbox.stop();
  }
}
