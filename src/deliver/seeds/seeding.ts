/** Seeds for a structure: made, written as SQL, and loaded twice into copies of the structure. */
import { findTable } from '../../catalog/find.ts';
import { keyOf, nameOf } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import { openDictionary } from '../../data/dictionary.ts';
import { makeSeeds } from '../../data/make.ts';
import type { Forbidden, Seeds } from '../../data/model.ts';
import { columnNamed, privateColumns, type PrivacyOfColumn } from '../../data/private.ts';
import { proveSeeds, type Proof } from '../../data/prove.ts';
import { seedSizes } from '../../data/sizes.ts';
import { developmentSql, referenceSql } from '../../data/write.ts';
import type { Design } from '../../design/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { PrivateColumn } from '../../mask/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Row, Task } from '../../task/model.ts';
import type { FillHint, TableVolume } from '../../twin/model.ts';

/** Days over which points in time lie: enough for a month's report to show something. */
const windowDays = 90;
/** Rows of the current structure whose values are kept out of the seeds. */
const mostCurrent = 10_000;

/** What {@link seedStructure} needs. */
export interface SeedingOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** The structure without rows but those that belong to it; nobody may be connected to it. */
  readonly structure: SandboxDatabase;
  readonly catalog: Catalog;
  readonly volumes: readonly TableVolume[];
  readonly hints: readonly FillHint[];
  /** The task and where its parts are, when there is one. */
  readonly task?: Task;
  readonly design?: Design;
  /** Rows of the largest table. */
  readonly rows: number;
  readonly seed: number;
  readonly locale: string;
  /** End of the time in which the rows lie. */
  readonly until: Date;
  /** The development rows may be loaded beside others. */
  readonly append: boolean;
  /** Tables that get no rows of their own, with the reason. */
  readonly apart: readonly { readonly table: Name; readonly because: string }[];
  /** Numbers that keys must lie above: `schema.table.column` → the greatest. */
  readonly taken?: ReadonlyMap<string, number>;
  /** SQL over `n`, the row's number from 1, by `schema.table.column`. */
  readonly generators?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Seeds with their scripts and what loading them showed. */
export interface Seeding {
  readonly seeds: Seeds;
  readonly reference?: string;
  readonly development?: string;
  readonly proof: Proof;
  /** Columns whose given values must not come up, with those values. */
  readonly forbidden: readonly Forbidden[];
  readonly privates: readonly PrivateColumn[];
}

/** Makes the seeds of a structure and proves them. */
export async function seedStructure(options: SeedingOptions): Promise<Seeding> {
  const { engine, sandbox, structure, catalog, task, design, seed } = options;
  const privates = privateColumns(catalog, task && design ? claimsOf(task, design, catalog) : []);
  const forbidden = await forbiddenValues(options, privates);
  const derived = design?.derived ?? [];
  const seeds = await makeSeeds({
    engine,
    sandbox,
    structure,
    catalog,
    dictionary: await openDictionary(options.locale, seed),
    sizes: seedSizes(options.volumes, options.rows),
    hints: options.hints,
    privates,
    forbidden,
    apart: [
      ...derived.map(({ table }) => ({ table, because: 'it is calculated from other tables' })),
      ...options.apart,
    ],
    ...(options.taken ? { taken: options.taken } : {}),
    ...(options.generators ? { generators: options.generators } : {}),
    seed,
    until: options.until,
    windowDays,
    signal: options.signal,
  });
  // What triggers keep up to date is right when the rows are in.
  const onSchedule = derived.filter(({ entity }) =>
    task?.requirements.entities.some(({ id, derived: own }) => id === entity && own?.keep === 'on-schedule'),
  );
  const title = task ? ` of ${task.id}` : '';
  const reference = referenceSql(engine, seeds, title);
  const write = (append: boolean): string | undefined =>
    developmentSql(engine, catalog, seeds, {
      title,
      append,
      afterwards: onSchedule.map(({ table, source, refill }) => ({
        about: `${table.name} is calculated from ${source.name}`,
        sql: `${engine.seed.clear(table)}\n${refill}`,
      })),
    });
  const development = write(options.append);
  const proof = await proveSeeds({
    engine,
    sandbox,
    structure,
    catalog,
    ...(reference === undefined ? {} : { reference }),
    ...(development === undefined ? {} : { development: write(false)! }),
    referenceTables: seeds.reference.map(({ table }) => table),
    forbidden,
  });
  return {
    seeds,
    ...(reference === undefined ? {} : { reference }),
    ...(development === undefined ? {} : { development }),
    proof,
    forbidden,
    privates,
  };
}

/** Privacy claims whose column is there. */
function claimsOf(task: Task, design: Design, catalog: Catalog): readonly PrivacyOfColumn[] {
  return task.requirements.privacy.flatMap((privacy): readonly PrivacyOfColumn[] => {
    const at = privacy.of.lastIndexOf('.');
    const of = privacy.of.slice(0, at);
    const field = privacy.of.slice(at + 1);
    const table = findTable(catalog, design.tables.get(of) ?? of);
    const names = design.columns.get(of)?.get(field) ?? [field];
    return names.flatMap((name) => {
      const column = columnNamed(catalog, table, name);
      return table && column
        ? [
            {
              id: privacy.id,
              table: nameOf(table),
              column: column.name,
              class: privacy.class,
              ...(privacy.mask === undefined ? {} : { mask: privacy.mask }),
            },
          ]
        : [];
    });
  });
}

/** Values of private columns that the task or the current rows show. */
async function forbiddenValues(
  options: SeedingOptions,
  privates: readonly PrivateColumn[],
): Promise<readonly Forbidden[]> {
  const { engine, structure, task, design } = options;
  const session = await engine.connect(structure.ownerUrl, {
    application: 'dbd seed',
    statementTimeoutMs: 30_000,
  });
  try {
    const found: Forbidden[] = [];
    for (const column of privates) {
      const table: Name = { schema: column.schema, name: column.table };
      const name = engine.quote.identifier(column.column);
      const { rows } = await session.query<{ value: string }>(
        `SELECT DISTINCT ${name}::text AS value FROM ${engine.quote.name(table)} WHERE ${name} IS NOT NULL AND ${name}::text <> '' LIMIT ${mostCurrent}`,
      );
      const told = task && design ? toldValues(task, design, options.hints, table, column.column) : [];
      found.push({
        table,
        column: column.column,
        values: [...new Set([...rows.map(({ value }) => value), ...told])],
      });
    }
    return found;
  } finally {
    await session.close();
  }
}

/** Values of a column that stand in the task: examples, and rows that test rules. */
function toldValues(
  task: Task,
  design: Design,
  hints: readonly FillHint[],
  table: Name,
  column: string,
): readonly string[] {
  const examples = hints
    .filter((hint) => keyOf(hint.table) === keyOf(table) && hint.column === column)
    .flatMap((hint) => hint.examples ?? []);
  const fromRows = task.requirements.rules
    .filter(({ of }) => {
      const name = design.tables.get(of);
      return name ? keyOf(name) === keyOf(table) : of === table.name;
    })
    .flatMap((rule) => {
      const places = design.columns.get(rule.of);
      const named = (field: string): boolean => (places?.get(field) ?? [field]).includes(column);
      return [...rule.accept, ...rule.reject, ...rule.given].flatMap((row: Row) =>
        Object.entries(row).flatMap(([field, value]) => (named(field) ? [value] : [])),
      );
    });
  return [...examples, ...fromRows].flatMap((value) =>
    typeof value === 'string' || typeof value === 'number'
      ? String(value).trim() === ''
        ? []
        : [String(value)]
      : [],
  );
}

/** Tables that the design made for its own ends (archives, queues of a load, messages): what uses them fills them. */
export function innerTables(
  task: Task,
  design: Design,
  before: Catalog,
  after: Catalog,
): SeedingOptions['apart'] {
  if (task.requirements.schema !== undefined) return [];
  const { entities, relations } = task.requirements;
  const named = [...entities, ...relations].map(({ id }) => id);
  const asked = new Set(named.flatMap((id) => design.tables.get(id) ?? []).map(keyOf));
  return after.tables
    .filter((table) => !asked.has(keyOf(table)) && !findTable(before, table) && !table.partitionOf)
    .map((table) => ({ table: nameOf(table), because: 'the change keeps it for its own use' }));
}
