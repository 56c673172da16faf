/** Makes seeds: rows in a copy of the structure, kept as far as the server takes them with everything switched on. */
import { DbdError, fail } from '../base/error.ts';
import { keyOf, nameOf, printName } from '../catalog/identity.ts';
import type { Catalog, Name, Table } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { PrivateColumn } from '../mask/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { FillHint } from '../twin/model.ts';
import { makeRows } from '../twin/fill/rows.ts';
import type { Dictionary } from './dictionary.ts';
import { seedHints } from './hints.ts';
import { insertRows, moveOn, run, setLate, type Choice } from './load.ts';
import type { Forbidden, Seeds, SeedTable } from './model.ts';
import { groupsOf, type Group } from './order.ts';
import { agree, choicesOf, clean, onlyOneValue } from './refine.ts';
import { readReference, seedable } from './reference.ts';
import { fingerprints } from './rows.ts';

/** Times that the rows are made anew because triggers turned out to write a table. */
const mostRounds = 4;

/** What {@link makeSeeds} needs. */
export interface SeedOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** A database with the structure, and no rows but those that belong to it; nobody may be connected to it. */
  readonly structure: SandboxDatabase;
  readonly catalog: Catalog;
  readonly dictionary: Dictionary;
  /** Rows per table, `schema.name`; other tables stay empty. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly hints: readonly FillHint[];
  readonly privates: readonly PrivateColumn[];
  readonly forbidden: readonly Forbidden[];
  /** Tables that get no rows of their own, with the reason. */
  readonly apart: readonly { readonly table: Name; readonly because: string }[];
  /** Numbers that keys must lie above: `schema.table.column` → the greatest. */
  readonly taken?: ReadonlyMap<string, number>;
  /** SQL over `n`, the row's number from 1, by `schema.table.column`. */
  readonly generators?: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Points in time lie in so many days before this one. */
  readonly until: Date;
  readonly windowDays: number;
  readonly signal: AbortSignal;
}

/** Rows that belong to the structure, and rows to develop with. */
export async function makeSeeds(options: SeedOptions): Promise<Seeds> {
  const { engine, privates } = options;
  const byTriggers = new Map<string, Name>();
  for (let round = 0; ; round++) {
    const made = await withCopy(options, async (quiet, loud) => {
      const reference = await readReference(engine, loud, options.catalog, privates);
      const maker: Maker = { ...options, quiet, loud, byTriggers, kept: reference.kept };
      return { reference, ...(await develop(maker)) };
    });
    // A table that triggers fill gets its rows from them; what was made for it before that was known is made again without it.
    const clash = made.development.some(({ table }) => byTriggers.has(keyOf(table)));
    if (clash && round < mostRounds) continue;
    return {
      reference: made.reference.tables,
      kept: made.reference.kept,
      development: made.development,
      without: made.without,
      masked: privates.filter((column) =>
        made.development.some(({ table }) => table.schema === column.schema && table.name === column.table),
      ),
      limits: [...made.reference.limits, ...made.limits],
    };
  }
}

async function withCopy<T>(
  options: SeedOptions,
  work: (quiet: Session, loud: Session) => Promise<T>,
): Promise<T> {
  const { engine, sandbox } = options;
  const copy = await sandbox.createDatabase({ from: options.structure });
  const sessions: Session[] = [];
  const open = async (url: string): Promise<Session> => {
    const session = await engine.connect(url, { application: 'dbd seed', statementTimeoutMs: 60_000 });
    sessions.push(session);
    return session;
  };
  try {
    const admin = await open(copy.adminUrl);
    const rest = engine.fill.rest(sandbox.owner, copy.name);
    await admin.run(rest.on);
    const quiet = await open(copy.ownerUrl);
    await admin.run(rest.off);
    return await work(quiet, await open(copy.ownerUrl));
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
    await sandbox.dropDatabase(copy);
  }
}

interface Maker extends SeedOptions {
  readonly quiet: Session;
  readonly loud: Session;
  readonly byTriggers: Map<string, Name>;
  readonly kept: ReadonlyMap<string, number>;
}

interface Developed {
  readonly development: readonly SeedTable[];
  readonly without: Seeds['without'];
  readonly limits: readonly string[];
}

async function develop(maker: Maker): Promise<Developed> {
  const { engine, loud, catalog, byTriggers, signal } = maker;
  const tables = seedable(engine, catalog);
  const apart = new Map(maker.apart.map(({ table, because }) => [keyOf(table), because]));
  const development: SeedTable[] = [];
  const without: Seeds['without'][number][] = [];
  const limits: string[] = [];
  for (const table of tables) for (const sql of engine.seed.open(table).before) await run(engine, loud, sql);
  for (const group of groupsOf(tables)) {
    signal.throwIfAborted();
    const wanted = group.tables.filter((table) => {
      const key = keyOf(table);
      const because = byTriggers.has(key) ? 'triggers write its rows' : apart.get(key);
      if (because !== undefined) without.push({ table: nameOf(table), because, meant: true });
      return because === undefined && (maker.kept.get(key) ?? 0) === 0 && (maker.sizes.get(key) ?? 0) > 0;
    });
    if (wanted.length === 0) continue;
    // Only triggers write other tables than the one that rows are inserted into.
    const before = wanted.some(({ triggers }) => triggers.length > 0)
      ? await fingerprints(engine, loud, tables)
      : undefined;
    try {
      const made = await makeGroup(maker, { ...group, tables: wanted }, development);
      development.push(...made.tables);
      limits.push(...made.limits);
      for (const table of wanted.filter((one) => !made.tables.some((other) => other.table === one)))
        without.push({
          table: nameOf(table),
          because: 'the server took none of the rows made for it',
          meant: false,
        });
    } catch (error) {
      if (!(error instanceof DbdError) || error.code === 'interrupted') throw error;
      without.push(
        ...wanted.map((table) => ({ table: nameOf(table), because: error.message, meant: false })),
      );
    }
    if (!before) continue;
    const after = await fingerprints(engine, loud, tables);
    const parents = ancestors(wanted, tables);
    for (const table of tables) {
      const key = keyOf(table);
      // A trigger that only changes rows of a table that these rows refer to keeps a figure there; its rows are made like others.
      if (!wanted.includes(table) && !parents.has(key) && before.get(key) !== after.get(key))
        byTriggers.set(key, nameOf(table));
    }
  }
  return { development, without, limits };
}

/** Tables that these refer to, directly or not, `schema.name`. */
function ancestors(tables: readonly Table[], all: readonly Table[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...tables];
  for (const table of waiting)
    for (const { references } of table.constraints) {
      if (!references || found.has(keyOf(references))) continue;
      found.add(keyOf(references));
      waiting.push(...all.filter((other) => keyOf(other) === keyOf(references)));
    }
  return found;
}

async function makeGroup(
  maker: Maker,
  group: Group,
  loaded: readonly SeedTable[],
): Promise<{ readonly tables: readonly SeedTable[]; readonly limits: readonly string[] }> {
  const { engine, quiet, loud, sizes } = maker;
  if (group.impossible)
    fail(
      'twin.fill',
      `${printName(group.impossible.table)} needs rows of ${printName(group.impossible.constraint.references!)} and the other way round, and ${group.impossible.constraint.name} cannot be deferred.`,
      { hint: 'Declare one of the foreign keys DEFERRABLE.' },
    );
  const made = await makeRows({
    engine,
    session: quiet,
    catalog: maker.catalog,
    hints: group.tables.flatMap((table) => seedHints(table, sizes.get(keyOf(table))!, maker)),
    seed: maker.seed,
    tables: group.tables.map((table) => ({ table, rows: sizes.get(keyOf(table))! })),
    windowDays: maker.windowDays,
    until: maker.until,
    ...(maker.taken ? { taken: maker.taken } : {}),
    ...(maker.generators ? { generators: maker.generators } : {}),
  });
  const limits: string[] = [];
  const inserted: SeedTable[] = [];
  const started = new Map<Table, readonly Choice[]>();
  await loud.run('BEGIN');
  try {
    if (group.deferred) await run(engine, loud, engine.seed.defer);
    for (const one of made) {
      const wanted = agree(clean(one, group, maker), loaded, engine);
      const choices = choicesOf(wanted, maker.catalog);
      const taken = await insertRows(engine, loud, wanted, choices);
      if (taken.refused > 0)
        limits.push(
          `${taken.refused} of ${wanted.rows.length} rows made for ${printName(one.table)} were refused by the server and left out: ${taken.because!}`,
        );
      inserted.push({ ...wanted, rows: taken.rows });
      const begins = taken.chosen?.column ?? onlyOneValue(wanted.table, wanted.columns, taken.rows, choices);
      if (begins !== undefined)
        started.set(
          one.table,
          choices.filter(({ column }) => column === begins),
        );
    }
    for (const { table } of inserted) await engine.fill.advance(loud, nameOf(table));
    const tables: SeedTable[] = [];
    for (const table of inserted) {
      const whole = { ...table, rows: await setLate(engine, loud, table) };
      const states = started.get(table.table);
      const moved = states ? await moveOn(engine, loud, whole, states) : undefined;
      tables.push({ ...whole, ...(moved ? { moved } : {}) });
    }
    await loud.run('COMMIT');
    return { tables: tables.filter(({ rows }) => rows.length > 0), limits };
  } catch (error) {
    await loud.run('ROLLBACK');
    throw error;
  }
}
