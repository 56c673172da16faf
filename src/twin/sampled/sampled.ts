/** The story of a filled twin: bare tables, rows from statistics, keys and references over them, statistics of its own. */
import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DbdError, SqlError, fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { Engine, RestoredStructure, Session, Snapshot } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { saysFull } from '../../sandbox/place.ts';
import { fillTwin } from '../fill/fill.ts';
import { checkGenerators } from '../fill/generators.ts';
import type { FillResult, TableVolume } from '../model.ts';
import { finishedDatabase, restoredDatabase, twinServer } from '../restored.ts';
import { knowledgeOf } from './knowledge.ts';
import { sizesOf } from './sizes.ts';

export interface FilledOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** Rows of the twin ÷ rows of the source; 1 when neither this nor `rows` is given. */
  readonly scale?: number;
  /** Rows of the whole twin. */
  readonly rows?: number;
  readonly seed: number;
  /** Folder of binaries or a superuser URL that the user named. */
  readonly named?: string;
  /** SQL over `n`, the row's number from 1, by `schema.table.column`. */
  readonly generators?: Readonly<Record<string, string>>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface FilledTwin {
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly url: string;
  readonly volumes: readonly TableVolume[];
  readonly fill: FillResult;
  readonly leftOut: RestoredStructure['leftOut'];
  /** What the rows do not show of the source's. */
  readonly limits: readonly string[];
}

/** Starts a server and fills a database of the snapshot's structure with rows of its statistics; throws `sandbox.*`, `twin.fill`, `interrupted`, and leaves nothing behind then. */
export async function makeFilled(options: FilledOptions): Promise<FilledTwin> {
  const { engine, snapshot, named, emit } = options;
  const sandbox = await twinServer({
    engine,
    snapshot,
    ...(named === undefined ? {} : { named }),
    settings: loadSettings,
    emit,
  });
  try {
    return { sandbox, ...(await filledDatabase({ ...options, sandbox })) };
  } catch (error) {
    // A server whose log has no room left ends itself: its last words tell why the connection was lost.
    const full =
      error instanceof DbdError &&
      error.code === 'connect.lost' &&
      (saysFull(await lastWords(sandbox.log)) || (await isFull(sandbox.log)));
    await sandbox.stop().catch(() => undefined);
    if (full) noRoom(error);
    throw error;
  }
}

/** End of a server's log that is looked at, characters. */
const tail = 20_000;

async function lastWords(log: string): Promise<string> {
  return (await readFile(log, 'utf8').catch(() => '')).slice(-tail);
}

/** Free bytes below which a server can write nothing: one segment of its log. */
const leastBytes = 16 * 1024 * 1024;

/** Where the log stands on the same disk, its last words may be missing too. */
async function isFull(log: string): Promise<boolean> {
  const found = await statfs(dirname(log)).catch(() => undefined);
  return found !== undefined && found.bavail * found.bsize < leastBytes;
}

function noRoom(cause: unknown): never {
  return fail('sandbox.disk', 'The disk that the twin stands on is full.', {
    hint: 'Make a smaller one with --scale or --rows, make room, or name another folder: DBD_CACHE=/path/to/folder.',
    cause,
  });
}

/** Few checkpoints while rows are loaded, and nothing that competes with the load. */
const loadSettings: Readonly<Record<string, string>> = {
  autovacuum: 'off',
  max_wal_size: '4GB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  maintenance_work_mem: '256MB',
};

/** Like {@link makeFilled}, on a server that runs; throws the same and drops the database then. */
export async function filledDatabase(
  options: FilledOptions & { readonly sandbox: Sandbox },
): Promise<Omit<FilledTwin, 'sandbox'>> {
  const { engine, snapshot, sandbox, emit, signal, seed } = options;
  const { catalog } = snapshot;
  checkGenerators(options.generators, [catalog]);
  const known = knowledgeOf(snapshot, options.generators);
  const volumes = sizesOf(catalog, known, options);
  const restore = { engine, sandbox, snapshot, emit, signal };
  const bare = await restoredDatabase({ ...restore, part: 'tables' });
  const { database } = bare;
  try {
    const fill = await fillTwin({
      engine,
      sandbox,
      database,
      catalog,
      volumes,
      seed,
      known,
      bare: true,
      until: new Date(snapshot.takenAt),
      emit,
      signal,
    });
    const finished = await finishedDatabase(restore, bare);
    const refused = finished.leftOut.find(({ sqlstate = '' }) => violations.test(sqlstate));
    if (refused) refuse(refused.path, refused.why);
    await step(emit, 'analyse the rows', () => settle(options, database));
    return {
      database,
      url: database.ownerUrl,
      volumes,
      fill,
      leftOut: finished.leftOut,
      limits: fill.limits,
    };
  } catch (error) {
    await sandbox.dropDatabase(database).catch(() => undefined);
    if (error instanceof SqlError && error.fields.sqlstate === diskFull) noRoom(error);
    throw error;
  }
}

/** SQLSTATE of a server without room to write. */
const diskFull = '53100';

/** Longest time of making a materialised view's rows, milliseconds. */
const refreshMs = 600_000;

/** SQLSTATEs of rows that a constraint does not allow. */
const violations = /^23/;

function refuse(path: string, why: string): never {
  return fail('twin.fill', `No rows were found that satisfy ${path}: ${why}.`, {
    hint: `Give SQL over n, the row number from 1, for a column of its table under generators in dbd.config.yaml, as in public.orders.code: "'C-' || n".`,
    details: { path },
  });
}

/** Statistics everywhere that the source has them, and pages that count as visible to all where they did there: both decide about plans. */
async function settle({ engine, snapshot }: FilledOptions, database: SandboxDatabase): Promise<void> {
  const { catalog, relations } = snapshot;
  const owner: Session = await engine.connect(database.ownerUrl, { statementTimeoutMs: refreshMs });
  try {
    for (const view of inOrder(snapshot)) await engine.fill.refresh(owner, view);
  } finally {
    await owner.close();
  }
  const session: Session = await engine.connect(database.adminUrl);
  try {
    const visible = relations.filter(
      ({ kind, pages, allVisible }) =>
        (kind === 'table' || kind === 'materialized') && pages > 0 && allVisible >= pages / 2,
    );
    await engine.fill.settle(session, visible);
    const settled = new Set(visible.map(keyOf));
    const known = new Set(snapshot.columns.map(({ schema, relation }) => `${schema}.${relation}`));
    await engine.stats.analyze(
      session,
      [...catalog.tables, ...catalog.views].filter(
        (one) => known.has(keyOf(one)) && !settled.has(keyOf(one)),
      ),
    );
  } finally {
    await session.close();
  }
}

/** Materialised views that had rows, those that others read first. */
function inOrder({ catalog, order, relations }: Snapshot): readonly Name[] {
  const place = new Map(order.map((one, i) => [keyOf(one), i]));
  const filled = new Set(relations.filter(({ pages }) => pages > 0).map(keyOf));
  return catalog.views
    .filter((view) => view.materialized && filled.has(keyOf(view)))
    .toSorted((a, b) => (place.get(keyOf(a)) ?? 0) - (place.get(keyOf(b)) ?? 0));
}
