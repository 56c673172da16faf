/** The filled twin of a task: today's tables filled, the change applied, its new tables filled at three sizes. */
import { applyChange } from '../../apply/apply.ts';
import { step, type Emit } from '../../base/event.ts';
import { formatCount } from '../../base/units.ts';
import { findTable } from '../../catalog/find.ts';
import { keyOf, nameOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Change } from '../../change/model.ts';
import type { Design } from '../../design/model.ts';
import { exampleOf } from '../../design/patterns/values.ts';
import type { Config } from '../../config/model.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import { withDeadline } from '../../rehearse/doing.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Field, Task } from '../../task/model.ts';
import { fillTwin } from '../../twin/fill/fill.ts';
import { checkGenerators } from '../../twin/fill/generators.ts';
import { knowledgeOf } from '../../twin/sampled/knowledge.ts';
import { measuredVolumes } from '../../twin/measured.ts';
import type { FillHint, FillResult, TableVolume } from '../../twin/model.ts';
import { planVolumes } from '../../twin/volumes.ts';
import { fillToday, portions } from './today.ts';
import { addParts } from './twin-parts.ts';
import type { Planned, SizedDatabase } from '../model.ts';
import { beginningsOf } from '../trials/beginnings.ts';
import { tableOf } from '../trials/observe.ts';
import { refillsOf } from './upkeep.ts';

export interface TwinOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Bare structure of today. */
  readonly current: SandboxDatabase;
  readonly before: Catalog;
  readonly planned: Planned;
  readonly task: Task;
  readonly rows: number;
  readonly scale?: number;
  /** What production holds, where nothing is declared. */
  readonly snapshot?: Snapshot;
  readonly config?: Pick<Config, 'generators'>;
  readonly seed: number;
  /** Longest time the change may take in one go, milliseconds. */
  readonly limitMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface Twin {
  readonly volumes: readonly TableVolume[];
  /** Today's tables filled, nothing changed yet: where rehearsals start. */
  readonly base: SandboxDatabase;
  /** Changed and filled, smallest first; the last one holds all rows. */
  readonly sizes: readonly SizedDatabase[];
  readonly fills: readonly FillResult[];
  readonly hints: readonly FillHint[];
}

/** Builds the twin; every later measurement runs on it or on copies of it. */
export async function buildTwin(options: TwinOptions): Promise<Twin> {
  const { engine, sandbox, current, before, planned, task, emit } = options;
  const { after, design, change } = planned;
  checkGenerators(options.config?.generators, [before, after]);
  const hints = hintsOf(task, design, after);
  const volumes = planVolumes({
    catalog: after,
    volumes: task.requirements.volumes,
    tableOf: (of) => tableOf(after, design, of),
    lifecycle: task.requirements.lifecycle,
    rows: options.rows,
    ...(options.snapshot ? { measured: measuredVolumes(options.snapshot) } : {}),
    derived: refillsOf(design).flatMap(({ table, kind }) => (kind === 'settle' ? [] : [table])),
    ...(options.scale === undefined ? {} : { scale: options.scale }),
  });
  const common = {
    engine,
    sandbox,
    hints,
    volumes,
    seed: options.seed,
    ...(options.config?.generators ? { generators: options.config.generators } : {}),
    emit: quiet(emit),
    signal: options.signal,
    until: options.snapshot ? new Date(options.snapshot.takenAt) : new Date(),
    ...(options.snapshot ? { besideKnown: true } : {}),
  };
  const fresh = after.tables.filter((table) => !findTable(before, table)).map(nameOf);
  const {
    base,
    smaller: bases,
    fills: first,
  } = await step(
    emit,
    "fill today's tables",
    () =>
      fillToday({
        ...common,
        current,
        catalog: before,
        ...(options.snapshot ? { known: knowledgeOf(options.snapshot, options.config?.generators) } : {}),
      }),
    (today) => `${formatCount(rowsOf(today.fills))} rows`,
  );
  const fills = [...first];

  const whole = await sandbox.createDatabase({ from: base });
  await step(emit, 'apply the change to the twin', async () => {
    for (const { database } of [...bases, { database: whole }])
      await applyTo(engine, database, change, options);
    await addParts(
      engine,
      [...bases.map(({ database }) => database), whole],
      design.parted,
      volumes,
      common.until,
    );
  });
  const filled = design.parted.length > 0 ? await inspected(engine, whole) : after;
  const refill = refillsOf(design);
  const isDerived = (name: Name): boolean =>
    refill.some(({ table, kind }) => kind !== 'settle' && sameName(table, name));
  const made = fresh.filter((name) => !isDerived(name));
  // Rows that are corrected afterwards may stand in tables of today.
  const kept = [
    ...fresh.filter(isDerived),
    ...after.tables
      .filter((table) => refill.some((each) => each.kind === 'settle' && sameName(each.table, table)))
      .map(nameOf),
  ];
  const fillMade = (database: SandboxDatabase, from: number, to: number): Promise<FillResult> =>
    fillTwin({ ...common, database, catalog: filled, tables: made, portion: { from, to } });
  const fillKept = (database: SandboxDatabase, to: number): Promise<FillResult> =>
    fillTwin({ ...common, database, catalog: after, tables: kept, portion: { from: 0, to }, refill });
  if (fresh.length === 0)
    return { volumes, base, sizes: [...bases, { portion: 1, database: whole }], fills, hints };

  const sizes: SizedDatabase[] = [];
  await step(
    emit,
    'fill the new tables',
    async () => {
      // Where today's tables grow too, each size has a database of its own; else one database grows, and is copied on its way.
      // Derived tables of the copies are filled meanwhile: they need their own sources only.
      const beside: Promise<FillResult>[] = [];
      try {
        for (const size of bases) {
          await fillMade(size.database, 0, size.portion);
          beside.push(fillKept(size.database, size.portion));
        }
        let from = 0;
        for (const to of bases.length > 0 ? [1] : portions) {
          fills.push(await fillMade(whole, from, to));
          if (to < 1) {
            const database = await sandbox.createDatabase({ from: whole });
            sizes.push({ portion: to, database });
            beside.push(fillKept(database, to));
          }
          from = to;
        }
        fills.push(await fillKept(whole, 1));
      } finally {
        await Promise.allSettled(beside);
      }
      await Promise.all(beside);
    },
    () => `${formatCount(rowsOf(fills.slice(1)))} rows`,
  );
  return { volumes, base, sizes: [...bases, ...sizes, { portion: 1, database: whole }], fills, hints };
}

/** The structure of a database of the sandbox. */
export async function inspected(engine: Engine, database: SandboxDatabase): Promise<Catalog> {
  const session = await engine.connect(database.ownerUrl, { application: 'dbd structure' });
  return engine.inspect(session).finally(() => session.close());
}

/** Applies a change to a database of the sandbox, unwatched. */
export async function applyTo(
  engine: Engine,
  database: SandboxDatabase,
  change: Change,
  limits: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const session = await engine.connect(database.ownerUrl, { application: 'dbd change' });
  try {
    await withDeadline({ session, ...limits }, (signal) =>
      applyChange({ engine, session, change, direction: 'up', emit: () => undefined, signal }),
    );
  } finally {
    await session.close();
  }
}

/** What a field shows of its values: its examples, else what its tags or its shape allow. */
function examplesOf({ examples, values, shape }: Field): readonly unknown[] {
  if (examples.length > 0) return examples;
  if (values) return [...values.map((value) => [value]), ...(values.length > 1 ? [values.slice(0, 2)] : [])];
  return shape ? [exampleOf(shape)] : [];
}

/** What the task tells about values: examples of fields, skews of volumes, what rows begin with. */
export function hintsOf(task: Task, design: Design, catalog: Catalog): readonly FillHint[] {
  const columnOf = (of: string, name: string): string => design.columns.get(of)?.get(name)?.[0] ?? name;
  const fromFields = task.requirements.entities.flatMap((entity) => {
    const table = tableOf(catalog, design, entity.id);
    if (!table) return [];
    return entity.fields
      .map((field): FillHint => ({
        table,
        column: columnOf(entity.id, field.name),
        examples: examplesOf(field),
      }))
      .filter(({ examples = [] }) => examples.length > 0);
  });
  const fromVolumes = task.requirements.volumes.flatMap((volume) => {
    const table = tableOf(catalog, design, volume.of);
    if (!table) return [];
    return Object.entries(volume.skew).map(([name, skew]): FillHint => ({
      table,
      column: columnOf(volume.of, name),
      skew,
    }));
  });
  return [...fromFields, ...fromVolumes, ...beginningsOf(design)];
}

/** Rows of each filled table of the twin: each filling tells how many it had when it was done. */
export function rowsByTable(fills: readonly FillResult[]): ReadonlyMap<string, number> {
  return new Map(fills.flatMap((fill) => fill.tables).map(({ table, rows }) => [keyOf(table), rows]));
}

/** Rows that the twin holds. */
export function rowsOf(fills: readonly FillResult[]): number {
  return [...rowsByTable(fills).values()].reduce((sum, rows) => sum + rows, 0);
}

/** Notes and warnings of an inner step, without its own steps. */
function quiet(emit: Emit): Emit {
  return (event) => {
    if (event.kind === 'note' || event.kind === 'warning') emit(event);
  };
}
