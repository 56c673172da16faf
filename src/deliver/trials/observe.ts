/** Tries every rule, relation, lifecycle and privacy claim on the filled twin. */
import { step, type Emit } from '../../base/event.ts';
import { findTable } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../catalog/model.ts';
import type { Design } from '../../design/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Entity, Row, Rule, Task } from '../../task/model.ts';
import type { Observations, RelationTest, RuleTest } from '../model.ts';
import { testEntity, type FieldTest, type Held } from './entity-tests.ts';
import { beginningsOf, watchedColumns } from './beginnings.ts';
import { tryFeatures } from './features/features.ts';
import { testHistory } from './history-tests.ts';
import { testLookup } from './lookup-tests.ts';
import { runPartitions, type PartitionRun } from './partitions.ts';
import { looksAtOthers, racesOf, tryGiven } from './given-rows.ts';
import { runPurge } from './purge.ts';
import { tryReaders } from './roles/readers.ts';
import { tryRoutines } from './routines/routine-tests.ts';
import { runStorm, type Storm } from './storm.ts';
import {
  tryDeleteParent,
  tryDuplicate,
  tryOrphan,
  tryRow,
  type RowTestContext,
  type Values,
} from './row-tests.ts';

/** Rows of a table from which on a purge has batches enough to show what it does. */
const plentyRows = 100_000;

export interface ObserveOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly design: Design;
  readonly task: Task;
  /** A smaller filling of the same structure: what a storm of writes shows does not depend on the rows that lie there. */
  readonly small: SandboxDatabase;
  readonly emit: Emit;
}

/** Runs all tests; the databases keep their rows. */
export async function observe(options: ObserveOptions): Promise<Observations> {
  const { engine, database, catalog, design, task, emit } = options;
  const rules = new Map<string, readonly RuleTest[]>();
  const relations = new Map<string, readonly RelationTest[]>();
  const fields = new Map<string, readonly FieldTest[]>();
  const asked = task.requirements;
  const told = (needed: boolean): Emit => (needed ? emit : () => undefined);
  const plain = asked.rules.length + asked.relations.length + asked.entities.length > 0;
  await step(told(plain), 'try rules, relations and fields', async () => {
    const session = await engine.connect(database.ownerUrl, {
      application: 'dbd row tests',
      statementTimeoutMs: 30_000,
    });
    const hints = beginningsOf(design);
    const context: RowTestContext = {
      session,
      quote: engine.quote,
      probe: engine.probe,
      catalog,
      hints,
      bystanders: new Set(design.nevers.map((each) => each.constraint)),
    };
    try {
      for (const rule of task.requirements.rules) rules.set(rule.id, await tryRule(context, design, rule));
      for (const relation of task.requirements.relations)
        relations.set(relation.id, await tryRelation(context, design, relation.id));
      for (const entity of task.requirements.entities) {
        const table = tableOf(catalog, design, entity.id);
        const named = (name: string): readonly string[] => design.columns.get(entity.id)?.get(name) ?? [name];
        if (table)
          fields.set(entity.id, [
            ...(await testEntity(context, table, entity, named, heldAs(design, table, entity))),
            ...(await testHistory(context, table, entity)),
            ...(await testLookup(context, table, entity, named)),
          ]);
      }
    } finally {
      await session.close();
    }
  });
  // Copies are made of a database that nobody is connected to.
  if (design.features.length > 0)
    await step(emit, 'try states, versions, messages, periods and trees', () =>
      tryFeatures(
        { engine, sandbox: options.sandbox, database: options.small, catalog, design, task, seed: 1 },
        fields,
      ),
    );
  const purges = await step(told(design.purges.size > 0), 'purge what is too old', () => tryPurges(options));
  const partitions = await tryPartitions(options);
  const storms = await step(
    told(design.derived.length > 0),
    'write to summaries concurrently, and count again',
    () => tryStorms(options),
  );
  const tableOfName = (of: string): Table | undefined => tableOf(catalog, design, of);
  const valuesIn = (of: string, row: Row): Values => columnValues(design, of, row);
  const races = await step(
    told(asked.rules.some(looksAtOthers)),
    'write beside rules from two sessions at once',
    () => racesOf(options, asked.rules, tableOfName, valuesIn),
  );
  const routines = await step(told(asked.routines.length > 0), 'call routines', () =>
    tryRoutines(options, asked.routines, valuesIn),
  );
  const readers = await readersOf(options);
  return { rules, races, routines, relations, fields, purges, partitions, storms, readers };
}

async function tryStorms({
  engine,
  sandbox,
  small,
  catalog,
  design,
  task,
}: ObserveOptions): Promise<Observations['storms']> {
  const storms = new Map<string, Storm>();
  for (const summary of design.derived) {
    const claim = task.requirements.entities.find((entity) => entity.id === summary.entity)?.derived;
    if (claim === undefined || claim.keep === 'none') continue;
    const named = design.columns.get(summary.entity);
    const columns = [...Object.keys(claim.by), ...Object.keys(claim.set)].flatMap(
      (name) => named?.get(name) ?? [name],
    );
    const copy = await sandbox.createDatabase({ from: small });
    try {
      const subtract = claim.onSourceDelete === 'subtract';
      storms.set(
        summary.entity,
        await runStorm({
          engine,
          database: copy,
          catalog,
          summary,
          columns,
          subtract,
          watched: watchedColumns(design, summary.source),
          hints: beginningsOf(design),
          seed: 1,
        }),
      );
    } finally {
      await sandbox.dropDatabase(copy);
    }
  }
  return storms;
}

async function tryRule(context: RowTestContext, design: Design, rule: Rule): Promise<readonly RuleTest[]> {
  const table = tableOf(context.catalog, design, rule.of);
  if (!table) return [];
  if (looksAtOthers(rule))
    return tryGiven(context, design, rule, table, (row) => columnValues(design, rule.of, row));
  const tests: RuleTest[] = [];
  const add = async (expected: RuleTest['expected'], row: Row): Promise<void> => {
    const attempt = await tryRow(context, table, columnValues(design, rule.of, row));
    tests.push({ expected, row: JSON.stringify(row), ...(attempt ? { attempt } : {}) });
  };
  for (const row of rule.accept) await add('accepted', row);
  for (const row of rule.reject) await add('rejected', row);
  if (rule.unique && rule.reject.length === 0) {
    const named = rule.unique.flatMap((name) => design.columns.get(rule.of)?.get(name) ?? [name]);
    const columns = [...new Set([...named, ...heldAs(design, table).within])];
    const attempt = await tryDuplicate(context, table, columns);
    tests.push({
      expected: 'rejected',
      row: `a second row with the same ${columns.join(', ')}`,
      ...(attempt ? { attempt } : {}),
    });
  }
  return tests;
}

/** A task's row by column: relations stand for their foreign key's columns. */
function columnValues(design: Design, of: string, row: Row): Values {
  const columns = design.columns.get(of);
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      (columns?.get(name) ?? [name]).map((column) => [column, value]),
    ),
  );
}

async function tryRelation(
  context: RowTestContext,
  design: Design,
  id: string,
): Promise<readonly RelationTest[]> {
  const tests: RelationTest[] = [];
  for (const made of design.relations.filter((relation) => relation.id === id)) {
    const table = findTable(context.catalog, made.table);
    const key = table?.constraints.find((constraint) => constraint.name === made.constraint);
    if (!table || !key) continue;
    const orphan = await tryOrphan(context, table, key);
    const deleted = await tryDeleteParent(context, table, key);
    tests.push({
      table: made.table,
      constraint: made.constraint,
      ...(orphan ? { orphan } : {}),
      ...(deleted ? { deleted } : {}),
    });
  }
  return tests;
}

/** The smaller filling where it has rows enough of a table, else the whole one: every row is looked at, and more rows show nothing else. */
async function enough({ engine, small, database }: ObserveOptions, table: Name): Promise<SandboxDatabase> {
  const session = await engine.connect(small.ownerUrl, { application: 'dbd sizes' });
  const { count } = await session
    .query(`SELECT FROM ${engine.quote.name(table)} OFFSET ${plentyRows - 1} LIMIT 1`)
    .finally(() => session.close());
  return count > 0 ? small : database;
}

async function tryPurges(options: ObserveOptions): Promise<Observations['purges']> {
  const { engine, sandbox, catalog, design, task } = options;
  const runs = new Map<string, Awaited<ReturnType<typeof runPurge>>>();
  for (const [id, purge] of design.purges) {
    const copy = await sandbox.createDatabase({ from: await enough(options, purge.table) });
    try {
      const derived = design.derived.filter(
        (summary) => summary.source.name === purge.table.name && summary.source.schema === purge.table.schema,
      );
      runs.set(
        id,
        await runPurge(
          engine,
          copy,
          purge,
          catalog,
          derived.flatMap((summary) => findTable(catalog, summary.table) ?? []),
          task.requirements.lifecycle.find((claim) => claim.id === id)!,
        ),
      );
    } finally {
      await sandbox.dropDatabase(copy);
    }
  }
  return runs;
}

async function tryPartitions(options: ObserveOptions): Promise<Observations['partitions']> {
  const { engine, sandbox, catalog, design, emit } = options;
  const runs = new Map<string, PartitionRun>();
  for (const parted of design.parted)
    await step(emit, `make and drop partitions of ${parted.table.name}`, async () => {
      const copy = await sandbox.createDatabase({ from: await enough(options, parted.table) });
      try {
        const derived = design.derived.filter(({ source }) => sameName(source, parted.table));
        const tables = derived.flatMap((summary) => findTable(catalog, summary.table) ?? []);
        runs.set(parted.entity, await runPartitions(engine, sandbox, copy, parted, tables));
      } finally {
        await sandbox.dropDatabase(copy);
      }
    });
  return runs;
}

async function readersOf({
  engine,
  database,
  catalog,
  design,
  task,
}: ObserveOptions): Promise<Observations['readers']> {
  const readers = new Map<string, Awaited<ReturnType<typeof tryReaders>>>();
  for (const claim of task.requirements.privacy) {
    const at = claim.of.lastIndexOf('.');
    const table = tableOf(catalog, design, claim.of.slice(0, at));
    const name = claim.of.slice(at + 1);
    const column = table?.columns.find(
      (candidate) => candidate.name === (design.columns.get(claim.of.slice(0, at))?.get(name)?.[0] ?? name),
    );
    if (table && column)
      readers.set(claim.id, await tryReaders(engine, database, table, column, claim.readers));
  }
  return readers;
}

/** Column of the tenant among whose rows keys and uniques of a table hold (a summary keeps the key that it was given), and whether the table stood before. */
function heldAs({ tenancy, standing }: Design, table: Table, entity?: Entity): Held {
  const own = entity?.derived ? undefined : tenancy?.tables.find((one) => sameName(one.table, table));
  return {
    within: own && table.rowSecurity !== 'off' ? [own.column] : [],
    stood: standing.some((one) => sameName(one, table)),
  };
}

/** Table of an entity id, an entity's name, or an existing table's name. */
export function tableOf(catalog: Catalog, design: Design, of: string): Table | undefined {
  return findTable(catalog, design.tables.get(of) ?? of);
}
