/** Builds one design from the rows put aside: structure, rows, summaries, and the indexes that pay for it. */
import { findTable } from '../../catalog/find.ts';
import { keyOf, nameOf, sameName } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Task } from '../../task/model.ts';
import { planVolumes } from '../../twin/volumes.ts';
import type { TableVolume } from '../../twin/model.ts';
import type { Stage } from '../deliverables/model.ts';
import type { TriedIndex, TuneResult } from '../../tune/model.ts';
import { SqlError } from '../../base/error.ts';
import { replacedBy, tuneTask } from '../measuring/measure.ts';
import type { Planned } from '../model.ts';
import { tableOf } from '../trials/observe.ts';
import { addParts } from '../twin/twin-parts.ts';
import { applyTo, inspected } from '../twin/twin.ts';
import { planTask } from '../wanted.ts';
import type { Built, Loading, Variant } from './model.ts';
import { aside, asideSchema, type Source } from './source.ts';

const quiet = (): void => undefined;

/** The design that the task chose, given the same chance to find further indexes at these rows as its rivals. */
export function buildChosen(stage: Stage, source: Source, name: string): Promise<Built> {
  return buildVariant(stage, source, { name, task: stage.task });
}

/** A design of the task: the indexes of the chosen one where they fit, and those that are found for it in less time. Throws what designing and planning throw. */
export async function buildVariant(
  stage: Stage,
  source: Source,
  variant: Pick<Variant, 'name' | 'task' | 'load' | 'prepare' | 'ownValues'>,
): Promise<Built> {
  const { engine, sandbox, seed, signal } = stage;
  const { task } = variant;
  const planned = await planOf(stage, task);
  const database = await stand(stage, source, task, planned, variant);
  try {
    const same = await giveIndexes(stage, database, planned, stage.tuned);
    const more = await tuneTask({
      engine,
      sandbox,
      database,
      task,
      planned: { ...planned, after: await inspected(engine, database) },
      volumes: volumesOf(stage, task, planned),
      hints: stage.twin.hints,
      quick: true,
      seed,
      emit: quiet,
      signal,
    });
    const found = await giveIndexes(stage, database, planned, more);
    return {
      name: variant.name,
      task,
      planned,
      database,
      ownValues: variant.ownValues ?? false,
      indexes: [...same, ...found],
    };
  } catch (error) {
    await sandbox.dropDatabase(database);
    throw error;
  }
}

function planOf(stage: Stage, task: Task): Promise<Planned> {
  const { engine, sandbox, current, before, limitMs, signal } = stage;
  return planTask({ engine, sandbox, current, before, task, limitMs, emit: quiet, signal });
}

/** Builds indexes on the loaded rows, and drops supporting ones that they replace; what does not fit the design is left out. Returns what was built. */
async function giveIndexes(
  { engine }: Stage,
  database: SandboxDatabase,
  { design }: Planned,
  tuned: TuneResult,
): Promise<readonly string[]> {
  const session = await engine.connect(database.ownerUrl, { application: 'dbd alternatives' });
  const built: TriedIndex[] = [];
  try {
    for (const index of tuned.kept)
      await session.query(index.sql).then(
        () => built.push(index),
        (error: unknown) => {
          if (!(error instanceof SqlError)) throw error;
        },
      );
    for (const { table, name } of replacedBy({ ...tuned, kept: built }, design.supports))
      await session
        .query(`DROP INDEX ${engine.quote.name({ schema: table.schema, name })}`)
        .catch((error: unknown) => {
          // Another index has replaced it before.
          if (!(error instanceof SqlError)) throw error;
        });
    return built.map(({ sql }) => sql);
  } finally {
    await session.close();
  }
}

function volumesOf(stage: Stage, task: Task, { after, design }: Planned): readonly TableVolume[] {
  return planVolumes({
    catalog: after,
    volumes: task.requirements.volumes,
    tableOf: (of) => tableOf(after, design, of),
    lifecycle: task.requirements.lifecycle,
    rows: stage.rows,
    derived: design.derived.map((summary) => summary.table),
    ...(stage.scale === undefined ? {} : { scale: stage.scale }),
  });
}

/** Structure and rows of a design in a database of its own. */
async function stand(
  stage: Stage,
  source: Source,
  task: Task,
  planned: Planned,
  how: Pick<Variant, 'load' | 'prepare'>,
): Promise<SandboxDatabase> {
  const { engine, sandbox } = stage;
  const database = await sandbox.createDatabase({ from: source.database });
  try {
    await applyTo(engine, database, planned.change, stage);
    await addParts(engine, [database], planned.design.parted, volumesOf(stage, task, planned), new Date());
    const session = await restingSession(stage, database);
    try {
      for (const sql of how.prepare ?? []) await session.query(sql);
      await load(stage, session, source, planned, how.load ?? new Map());
    } finally {
      await session.close();
    }
    return database;
  } catch (error) {
    await sandbox.dropDatabase(database);
    throw error;
  }
}

/** A session of the owner in which foreign keys and triggers rest. */
async function restingSession({ engine, sandbox }: Stage, database: SandboxDatabase): Promise<Session> {
  const rest = engine.fill.rest(sandbox.owner, database.name);
  const admin = await engine.connect(database.adminUrl, { application: 'dbd alternatives' });
  try {
    await admin.run(rest.on);
    return await engine
      .connect(database.ownerUrl, { application: 'dbd alternatives', statementTimeoutMs: 60_000 })
      .finally(() => admin.run(rest.off));
  } finally {
    await admin.close();
  }
}

async function load(
  stage: Stage,
  session: Session,
  source: Source,
  { after, design }: Planned,
  loads: ReadonlyMap<string, Loading>,
): Promise<void> {
  const { engine, before } = stage;
  const fresh = after.tables.filter((table) => !table.partitionOf && !findTable(before, table));
  const loaded: Table[] = [];
  for (const table of fresh) {
    const from = source.tables.find((one) => one.name === table.name);
    if (!from) continue;
    await session.query(insertOf(stage, table, from, loads.get(table.name)));
    loaded.push(table);
  }
  for (const { refill } of design.derived) await session.query(refill);
  for (const { sql } of design.upkeep) if (sql !== '') await session.query(sql);
  await session.query(`DROP SCHEMA ${asideSchema} CASCADE`);
  for (const table of loaded) await engine.fill.advance(session, table);
  const summaries = design.derived.flatMap(
    (summary) => fresh.find((table) => sameName(table, summary.table)) ?? [],
  );
  const kept = design.upkeep.flatMap((one) => fresh.find((table) => sameName(table, one.table)) ?? []);
  const names = [...loaded, ...summaries, ...kept].map(nameOf);
  await engine.fill.settle(session, [...new Map(names.map((name) => [keyOf(name), name])).values()]);
}

function insertOf(stage: Stage, table: Table, from: Table, loading: Loading = { columns: {} }): string {
  const { quote } = stage.engine;
  const pairs = table.columns
    .filter((column) => !column.generated)
    .flatMap(({ name }): readonly (readonly [string, string])[] => {
      const own = loading.columns[name];
      if (own !== undefined) return [[name, own]];
      return from.columns.some((column) => column.name === name)
        ? [[name, `s.${quote.identifier(name)}`]]
        : [];
    });
  const numbered = table.columns.some((column) => column.identity);
  return (
    `INSERT INTO ${quote.name(table)} (${pairs.map(([name]) => quote.identifier(name)).join(', ')})${numbered ? ' OVERRIDING SYSTEM VALUE' : ''}\n` +
    `SELECT ${pairs.map(([, value]) => value).join(', ')}\nFROM ${aside(stage, from.name)} AS s${loading.joins ? ` ${loading.joins}` : ''}\nORDER BY s.ctid`
  );
}
