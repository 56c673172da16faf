import type { Emit } from '../base/event.ts';
import { step } from '../base/event.ts';
import { DbdError } from '../base/error.ts';
import { plural } from '../base/text.ts';
import { differences } from '../catalog/difference.ts';
import { printName, printPart } from '../catalog/identity.ts';
import type { Difference } from '../catalog/model.ts';
import type { Engine, NotExact, RestoredStructure, Snapshot } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import { startSandbox } from '../sandbox/sandbox.ts';

export interface TwinServerOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** Folder of binaries or a superuser URL that the user named; it may be of another major version. */
  readonly named?: string;
  /** Server settings it needs from its start. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly emit: Emit;
}

/** Starts a server of the source's major version, unless another one is named; throws `sandbox.*`. */
export function twinServer(options: TwinServerOptions): Promise<Sandbox> {
  const { engine, snapshot, named, settings, emit } = options;
  return startSandbox(
    engine,
    {
      ...(named === undefined ? { major: majorOf(snapshot.source.versionNumber) } : { named }),
      ...(settings === undefined ? {} : { settings }),
    },
    emit,
  );
}

export interface RestoreOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly snapshot: Snapshot;
  /** Only bare tables, to be finished by {@link finishedDatabase} when they have rows. */
  readonly part?: 'tables';
  readonly emit?: Emit;
  readonly signal: AbortSignal;
}

/** A database with the structure of a snapshot. */
export interface RestoredDatabase {
  readonly database: SandboxDatabase;
  readonly leftOut: RestoredStructure['leftOut'];
  /** What is there and is not as it was: roles, servers of others, orders, how text is sorted. */
  readonly notExact: readonly NotExact[];
  /** How the structure differs from the snapshot's beyond what is left out or not exact; only known for a whole one. */
  readonly differences: readonly Difference[];
}

/** Makes a database with the structure of a snapshot; throws `sandbox.*`, `SqlError`, and leaves no database then. */
export async function restoredDatabase(options: RestoreOptions): Promise<RestoredDatabase> {
  const { sandbox, part } = options;
  const { database, notExact } = await sortedDatabase(options);
  try {
    return await restored(options, database, part, { leftOut: [], notExact });
  } catch (error) {
    await sandbox.dropDatabase(database).catch(() => undefined);
    throw error;
  }
}

/** Makes indexes, keys, references and the rest of a database that {@link restoredDatabase} made with bare tables; returns what both lack. */
export function finishedDatabase(
  options: RestoreOptions,
  bare: Pick<RestoredDatabase, 'database' | 'leftOut' | 'notExact'>,
): Promise<RestoredDatabase> {
  return restored(options, bare.database, 'finish', bare);
}

async function restored(
  options: RestoreOptions,
  database: SandboxDatabase,
  part: 'tables' | 'finish' | undefined,
  before: Pick<RestoredDatabase, 'leftOut' | 'notExact'>,
): Promise<RestoredDatabase> {
  const { engine, sandbox, snapshot, signal, emit = () => undefined } = options;
  const { catalog, order, roles, settings, sequences, locale } = snapshot;
  const ownServer = sandbox.provider !== 'named server';
  return step(
    emit,
    part === 'finish' ? 'make indexes and keys' : 'restore the structure',
    async () => {
      const made = await engine.structures.restore(
        {
          ownerUrl: database.ownerUrl,
          adminUrl: database.adminUrl,
          owner: sandbox.owner,
          roles: ownServer,
          signal,
          installExtension: (name, wanted) => sandbox.installExtension(database, name, wanted),
        },
        { catalog, order, roles, settings, sequences, locale, ...(part === undefined ? {} : { part }) },
      );
      const leftOut = [...before.leftOut, ...made.leftOut];
      const notExact = [
        ...before.notExact,
        ...(part === 'finish' ? [] : otherVersion(options)),
        ...made.notExact,
      ];
      if (part === 'tables') return { database, leftOut, notExact, differences: [] };
      const session = await engine.connect(database.ownerUrl, { application: 'dbd twin' });
      const here = await engine.inspect(session).finally(() => session.close());
      const found = differences(catalog, here, ownServer ? {} : { owners: 'ignore', grants: 'ignore' });
      const told = [...leftOut.map(({ path }) => path), ...notExact.map(({ what }) => what)];
      return { database, leftOut, notExact, differences: found.filter((one) => !isTold(one, told)) };
    },
    ({ leftOut }) => `${plural(catalog.tables.length, 'table')}, ${leftOut.length} left out`,
  );
}

/** Whether a difference follows from an object that is known to be left out or not exact. */
function isTold({ path, before }: Difference, told: readonly string[]): boolean {
  return told.some(
    (gone) =>
      path === gone ||
      path.startsWith(`${gone} `) ||
      (gone.startsWith('role ') &&
        (path.endsWith(` to ${gone.slice(5)}`) || (path.endsWith(' owner') && before === gone.slice(5)))),
  );
}

/** An empty database that sorts text as the original did, or as nearly so as this machine can. */
async function sortedDatabase({
  engine,
  sandbox,
  snapshot,
}: RestoreOptions): Promise<{ readonly database: SandboxDatabase; readonly notExact: readonly NotExact[] }> {
  let last: unknown;
  for (const { locale, why, sorts } of engine.structures.locales(snapshot.locale, snapshot.source.encoding)) {
    try {
      const database = await sandbox.createDatabase({ locale });
      return { database, notExact: why === undefined ? [] : unsorted(engine, snapshot, why, sorts) };
    } catch (error) {
      if (
        !(error instanceof DbdError) ||
        !/^s(?:ql|andbox)\./.test(error.code) ||
        error.code === 'sandbox.disk'
      )
        throw error;
      last = error;
    }
  }
  throw last;
}

function unsorted(engine: Engine, snapshot: Snapshot, why: string, sorts: boolean): readonly NotExact[] {
  const database = { what: `locale of the database ${snapshot.source.database}`, why };
  return sorts
    ? [database]
    : [database, ...sortedColumns(engine, snapshot).map((column) => ({ what: `column ${column}`, why }))];
}

/** Text columns whose order the planner uses: those in indexes, and those with statistics of their order. */
function sortedColumns({ types }: Engine, { catalog, columns }: Snapshot): readonly string[] {
  const withOrder = new Set(
    columns
      .filter(({ histogram, commonValues }) => histogram !== undefined || commonValues !== undefined)
      .map(({ schema, relation, column }) => JSON.stringify([schema, relation, column])),
  );
  const bases = new Map(catalog.types.map((type) => [printName(type), type.base]));
  return catalog.tables.flatMap((table) =>
    table.columns
      .filter(
        ({ type, collation }) => collation === undefined && types.family(bases.get(type) ?? type) === 'text',
      )
      .filter(
        ({ name }) =>
          withOrder.has(JSON.stringify([table.schema, table.name, name])) ||
          table.indexes.some(({ keys, predicate = '' }) =>
            [...keys, predicate].some((key) => key.includes(name)),
          ),
      )
      .map(({ name }) => `${printName(table)}.${printPart(name)}`),
  );
}

/** Planners of other major versions decide otherwise. */
function otherVersion({ engine, sandbox, snapshot: { source } }: RestoreOptions): readonly NotExact[] {
  return majorOf(source.versionNumber) === majorOf(sandbox.serverVersion)
    ? []
    : [
        {
          what: 'server',
          why: `${engine.title} ${source.version} there, ${sandbox.server} here: plans and texts of definitions may differ`,
        },
      ];
}

function majorOf(version: number): number {
  return Math.floor(version / 10_000);
}
