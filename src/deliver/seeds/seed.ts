/** Seeds by themselves: written to a file or shown, and loaded into a database of this machine when one is named. */
import { readFile, writeFile } from 'node:fs/promises';
import { SqlError, fail } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { findColumn, findTable } from '../../catalog/find.ts';
import { keyOf, printName } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { SeedTable } from '../../data/model.ts';
import { countRows } from '../../data/rows.ts';
import { seedable } from '../../data/reference.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { report } from '../../report/build.ts';
import type { Claim, Report } from '../../report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { readTask } from '../../task/task.ts';
import type { Task } from '../../task/model.ts';
import type { LoadedCurrent } from '../../twin/current.ts';
import { measuredVolumes } from '../../twin/measured.ts';
import { planVolumes } from '../../twin/volumes.ts';
import { checkTaskSql } from '../check-task.ts';
import type { ChecklistEntry } from '../deliverables/model.ts';
import { seedsBlock, seedsEntry } from '../deliverables/seeds.ts';
import { innerTables, seedStructure, type Seeding, type SeedingOptions } from './seeding.ts';
import { tableOf } from '../trials/observe.ts';
import { applyTo, hintsOf } from '../twin/twin.ts';
import { planTask } from '../wanted.ts';
import { structureNamed, withCurrent, type WithCurrent } from '../current/with-current.ts';

/** What `dbd seed` is asked. */
export interface SeedCommand extends WithCurrent {
  readonly source?: { readonly text: string | Uint8Array; readonly name?: string };
  readonly kind: 'reference' | 'development' | 'all';
  readonly rows: number;
  readonly seed: number;
  readonly locale: string;
  readonly until: Date;
  /** Address of the database to load; it must be on this machine. */
  readonly database?: string;
  readonly append: boolean;
  /** File for the script. */
  readonly out?: string;
  readonly limitMs: number;
}

const nothing: Readonly<Record<SeedCommand['kind'], string>> = {
  reference: 'The structure came with no rows that belong to it.',
  development: 'No rows could be made.',
  all: 'No rows could be made.',
};

/** Makes seeds and does with them what was asked; throws `seed.refused`, `file.unwritable`. */
export async function seedCommand(options: SeedCommand): Promise<Report> {
  const started = performance.now();
  const { engine, database } = options;
  if (database !== undefined && !engine.seed.isLocal(database))
    fail(
      'seed.refused',
      'Seeds are loaded into a database of this machine only, over a socket or localhost.',
      {
        hint: 'Write them with -o seeds.sql, look at them, and run them there yourself.',
      },
    );
  const task = options.source === undefined ? undefined : readTask(options.source);
  if (task === undefined) structureNamed(options.config, 'seed');
  if (options.out !== undefined) await spareOthers(options.out);
  const extensions = task?.requirements.extensions ?? [];
  return withCurrent({ ...options, extensions }, async (current, sandbox) => {
    const made = await make(options, current, sandbox, task);
    const text = [
      ...(options.kind === 'development' ? [] : [made.reference]),
      ...(options.kind === 'reference' ? [] : [made.development]),
    ]
      .flatMap((part) => part ?? [])
      .join('\n');
    const entry: ChecklistEntry =
      text === '' ? { verdict: 'not-proven', because: nothing[options.kind] } : seedsEntry(made);
    const usable = text !== '' && entry.verdict !== 'missed';
    if (usable && options.out !== undefined) await save(options.out, text);
    const loaded = usable && database !== undefined ? await load(options, made, text, database) : undefined;
    const claim: Claim = {
      id: 'seeds',
      kind: 'change',
      says: 'Seed data',
      ...entry,
      evidence: entry.evidence ?? [],
    };
    return report({
      command: 'seed',
      title: task ? `${task.id} ${task.title}` : 'Seeds',
      started,
      headline: loaded
        ? `${plural(loaded, 'row')} loaded.`
        : options.out !== undefined && usable
          ? `${entry.because.replace(/\.$/, '')}; written to ${options.out}.`
          : entry.because,
      claims: [claim],
      blocks: [
        seedsBlock(made),
        ...(options.out === undefined && loaded === undefined && usable
          ? [{ id: 'script', title: 'Script', kind: 'code' as const, language: 'sql', text }]
          : []),
      ],
      server: `${sandbox.server}, ${sandbox.provider}`,
      limits: [`Structure: ${current.source}.`, ...current.limits, ...made.seeds.limits],
      output: {
        rows: Object.fromEntries(made.proof.rows),
        ...(options.out === undefined ? {} : { file: options.out }),
        ...(loaded === undefined ? {} : { loaded }),
      },
    });
  });
}

async function make(
  options: SeedCommand,
  current: LoadedCurrent,
  sandbox: Sandbox,
  task: Task | undefined,
): Promise<Seeding> {
  const { engine, emit, signal, limitMs } = options;
  const measured = current.production ? measuredVolumes(current.production.snapshot) : [];
  const common = {
    engine,
    sandbox,
    rows: options.rows,
    seed: options.seed,
    locale: options.locale,
    until: options.until,
    append: options.append,
    ...(options.config.generators ? { generators: options.config.generators } : {}),
    signal,
  };
  const run = (structure: SandboxDatabase, more: Omit<SeedingOptions, keyof typeof common | 'structure'>) =>
    step(emit, 'write seeds and load them', async () =>
      seedStructure({ ...common, structure, ...more, ...(await taken(options, more.catalog)) }),
    );
  if (!task) {
    const { catalog } = current;
    const volumes = planVolumes({
      catalog,
      volumes: [],
      tableOf: () => undefined,
      lifecycle: [],
      measured,
      horizonDays: 0,
    });
    return run(current.database, { catalog, volumes, hints: [], apart: [] });
  }
  checkTaskSql(engine, task);
  const planned = await step(emit, 'design and plan the change', () =>
    planTask({
      engine,
      sandbox,
      current: current.database,
      before: current.catalog,
      task,
      limitMs,
      emit,
      signal,
    }),
  );
  const { after: catalog, design, change } = planned;
  const structure = await sandbox.createDatabase({ from: current.database });
  await applyTo(engine, structure, change, { limitMs, signal });
  return run(structure, {
    catalog,
    design,
    task,
    hints: hintsOf(task, design, catalog),
    apart: innerTables(task, design, current.catalog, catalog),
    volumes: planVolumes({
      catalog,
      volumes: task.requirements.volumes,
      tableOf: (of) => tableOf(catalog, design, of),
      lifecycle: task.requirements.lifecycle,
      measured,
    }),
  });
}

/** Greatest numbers of keys in the database that rows are added to. */
async function taken(
  { engine, database, append }: SeedCommand,
  catalog: Catalog,
): Promise<{ readonly taken?: ReadonlyMap<string, number> }> {
  if (database === undefined || !append) return {};
  return withSession(engine, database, async (session) => {
    const there = await engine.inspect(session);
    const found = new Map<string, number>();
    for (const table of seedable(engine, catalog).filter((one) => findTable(there, one)))
      for (const column of table.columns.filter(({ type }) => engine.types.family(type) === 'integer')) {
        const { rows } = await session.query<{ top: string | null }>(
          `SELECT max(${engine.quote.identifier(column.name)})::text AS top FROM ${engine.quote.name(table)}`,
        );
        found.set(`${keyOf(table)}.${column.name}`, Number(rows[0]!.top ?? 0));
      }
    return { taken: found };
  });
}

/** Throws `file.unwritable` where the file holds something else than seeds. */
async function spareOthers(path: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch(() => '');
  if (there.trim() !== '' && !/^-- (?:Reference|Development) data/.test(there))
    fail('file.unwritable', `${path} holds something else than seeds, so it is not replaced.`, {
      hint: 'Choose another file with -o, or move that one.',
    });
}

async function save(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: NodeJS.ErrnoException) =>
    fail('file.unwritable', `The seeds cannot be written to ${path}: ${cause.code ?? 'unknown'}.`, {
      cause,
      hint: 'Choose another file with -o; its folder must be there.',
    }),
  );
}

/** Runs the script in one transaction; returns the rows that came, by triggers too. */
async function load(options: SeedCommand, made: Seeding, text: string, url: string): Promise<number> {
  const { engine, emit, kind } = options;
  return step(emit, 'load the seeds', () =>
    withSession(engine, url, async (session) => {
      const there = await engine.inspect(session);
      fits(
        [
          ...(kind === 'development' ? [] : made.seeds.reference),
          ...(kind === 'reference' ? [] : made.seeds.development),
        ],
        there,
      );
      const tables = seedable(engine, there);
      const sum = async (): Promise<number> =>
        [...(await countRows(engine, session, tables)).values()].reduce((all, rows) => all + rows, 0);
      await session.query('BEGIN');
      try {
        const before = await sum();
        for (const statement of engine.grammar.split(text))
          if (!engine.seed.isFrame(statement)) await session.query(statement.sql);
        const after = await sum();
        await session.query('COMMIT');
        return after - before;
      } catch (error) {
        await session.query('ROLLBACK');
        if (error instanceof SqlError)
          fail('seed.refused', `Nothing was loaded: ${error.message}`, {
            cause: error,
            hint: options.append
              ? 'Rows that are there stand in the way; another --seed makes other rows.'
              : 'Development rows are for a fresh database; --append adds them beside rows that are there.',
          });
        throw error;
      }
    }),
  );
}

/** Refuses a database that lacks a table or a column of the seeds. */
function fits(tables: readonly SeedTable[], there: Catalog): void {
  for (const { table, columns } of tables) {
    const own = findTable(there, table);
    const lacking = own
      ? columns.find((name) => !findColumn(own, `"${name.replaceAll('"', '""')}"`))
      : undefined;
    if (!own || lacking !== undefined)
      fail(
        'seed.refused',
        `The database has no ${lacking === undefined ? 'table' : `column ${lacking} of`} ${printName(table)}.`,
        { hint: 'Apply the change first, then load its seeds.' },
      );
  }
}

async function withSession<T>(
  engine: Engine,
  url: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await engine.connect(url, {
    application: 'dbd seed',
    statementTimeoutMs: 60_000,
    lockTimeoutMs: 5000,
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
