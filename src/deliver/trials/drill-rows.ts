/** The small copy of the changed database that a drill of backup and recovery runs on. */
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { fillTwin } from '../../twin/fill/fill.ts';
import { planVolumes } from '../../twin/volumes.ts';
import type { Stage } from '../deliverables/model.ts';
import { tableOf } from './observe.ts';
import { refillsOf } from '../twin/upkeep.ts';

/** Rows of the copy: a few megabytes, so that a drill takes seconds. */
const rows = { quick: 4_000, usual: 40_000 };

interface Portion {
  readonly from: number;
  readonly to: number;
}

export interface DrillRows {
  readonly prepare: (sandbox: Sandbox) => Promise<SandboxDatabase>;
  readonly grow: (sandbox: Sandbox, database: SandboxDatabase) => Promise<void>;
  /** What the copy lacks; known after it was made. */
  readonly limits: () => readonly string[];
}

/** The changed structure with few rows: half of them before the base backup, half after it. */
export function drillRows(stage: Stage): DrillRows {
  const { engine, planned, task, signal } = stage;
  const refill = refillsOf(planned.design).filter(({ kind }) => kind !== 'settle');
  const derived = new Set(refill.map(({ table }) => keyOf(table)));
  const leftOut: string[] = [];
  let catalog: Catalog = planned.after;
  const fill = async (
    sandbox: Sandbox,
    database: SandboxDatabase,
    portion: Portion,
    kind: 'own' | 'derived' = 'own',
  ): Promise<void> => {
    const volumes = planVolumes({
      catalog,
      volumes: task.requirements.volumes,
      tableOf: (of) => tableOf(catalog, planned.design, of),
      lifecycle: task.requirements.lifecycle,
      rows: stage.quick ? rows.quick : rows.usual,
      derived: refill.map(({ table }) => table),
    });
    await fillTwin({
      engine,
      sandbox,
      database,
      catalog,
      volumes,
      hints: stage.twin.hints,
      seed: stage.seed,
      tables: catalog.tables.filter((table) => derived.has(keyOf(table)) === (kind === 'derived')),
      portion,
      ...(kind === 'derived' ? { refill } : {}),
      emit: () => undefined,
      signal,
    });
  };
  return {
    async prepare(sandbox) {
      const database = await sandbox.createDatabase();
      const made = await engine.intake.rebuild(database.ownerUrl, planned.after, {
        place: 'the copy of the drill',
        adminUrl: database.adminUrl,
        statementTimeoutMs: stage.limitMs,
        installExtension: (name) => sandbox.installExtension(database, name),
      });
      leftOut.push(...made.leftOut);
      const session = await engine.connect(database.ownerUrl, { application: 'dbd drill' });
      catalog = await engine.inspect(session).finally(() => session.close());
      await fill(sandbox, database, { from: 0, to: 0.5 });
      return database;
    },
    async grow(sandbox, database) {
      await fill(sandbox, database, { from: 0.5, to: 1 });
      if (derived.size > 0) await fill(sandbox, database, { from: 0, to: 1 }, 'derived');
    },
    limits: () => leftOut,
  };
}

/** Bytes that the tables with declared or measured volumes will hold at the horizon: bytes per row of the twin, times rows; undefined without any. */
export function productionBytes({ sizes, volumes }: Stage): number | undefined {
  let bytes = 0;
  for (const volume of volumes) {
    if (volume.basis === 'assumed') continue;
    const own = sizes.find(({ kind, name }) => kind === 'table' && keyOf(name) === keyOf(volume.table));
    if (!own || own.rows <= 0) continue;
    const indexes = sizes.filter(
      ({ kind, table, name }) =>
        kind === 'index' && table === volume.table.name && name.schema === volume.table.schema,
    );
    const all = own.bytes + indexes.reduce((sum, index) => sum + index.bytes, 0);
    bytes += (all / own.rows) * volume.horizon;
  }
  return bytes > 0 ? bytes : undefined;
}
