/** Reads everything about a database that rules of health ask for. */
import { blankCatalog } from '../../catalog/blank.ts';
import { DbdError, fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import type { Engine, ServerHealth, Snapshot } from '../../engine/model.ts';
import { readSnapshot } from '../../snapshot/file.ts';
import type { HealthFacts, NodeUses } from '../../rules/health/model.ts';

export interface HealthSource {
  readonly engine: Engine;
  readonly from:
    | { readonly kind: 'database'; readonly url: string }
    | { readonly kind: 'snapshot'; readonly path: string };
  /** Addresses of the other nodes. */
  readonly replicas: readonly string[];
  /** Milliseconds between two looks at the counters; one look without. */
  readonly windowMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Longest time of one of our statements, milliseconds, and statements of the workload that are looked at. */
const statementMs = 20_000;
const statements = 500;

/** Reads a database in short read-only transactions, or a snapshot's file; throws `connect.*`, `file.*`, `snapshot.invalid`. */
export async function healthFacts(source: HealthSource): Promise<HealthFacts> {
  const { engine, from, replicas } = source;
  if (from.kind === 'snapshot')
    return { snapshot: await readSnapshot(from.path), nodes: await nodesOf(source) };
  // Settings of a session would stay behind in a pooler's: all limits are those of our transactions.
  const session = await engine.connect(from.url, { application: 'dbd health', names: 'database' });
  const cancel = (): void => void session.cancel();
  source.signal.addEventListener('abort', cancel, { once: true });
  try {
    const { emit, signal } = source;
    const server = await step(emit, 'look at the server', () => engine.health.look(session));
    const { snapshot, unread } = await engine.capture
      .read(session, { probes: [], statementMs, statements, emit, signal })
      .then(
        (read) => ({ snapshot: read, unread: undefined }),
        (error: unknown) => {
          // In a storm of locks the server still tells who is at its root.
          if (!(error instanceof DbdError) || error.code !== 'sql.timeout') throw error;
          return { snapshot: nothing(engine, server), unread: error.message };
        },
      );
    const densities = await engine.health.density(session, largest(snapshot));
    const later =
      source.windowMs === undefined
        ? undefined
        : await step(emit, 'look a second time', async () => {
            const passed = (Date.now() / 1000 - server.counters.at) * 1000;
            await pause(Math.max(0, Math.min(source.windowMs!, source.windowMs! - passed)), signal);
            return engine.health.count(session);
          });
    const nodes = await nodesOf(source);
    const system = replicas.length === 0 ? undefined : (await engine.health.uses(session)).system;
    for (const node of nodes)
      if (system !== undefined && node.system !== undefined && node.system !== system)
        fail('usage.wrong-option', `${node.node} is no node of the same cluster.`, {
          hint: 'Give the replicas of this very database with --replica.',
        });
    return {
      snapshot,
      server,
      nodes,
      ...(densities.length > 0 ? { densities } : {}),
      ...(later ? { later } : {}),
      ...(unread === undefined ? {} : { unread }),
    };
  } finally {
    source.signal.removeEventListener('abort', cancel);
    await session.close();
  }
}

/** The largest tables and indexes from 100 MB on: each of their pages is looked at. */
function largest({ relations }: Snapshot): Parameters<Engine['health']['density']>[1] {
  return relations
    .filter(
      ({ kind, bytes = 0, index }) =>
        (kind === 'table' || index?.method === 'btree') && bytes >= 100 * 1024 ** 2,
    )
    .toSorted((a, b) => b.bytes! - a.bytes!)
    .slice(0, 10)
    .map(({ schema, name, index }) => ({ schema, name, kind: index === undefined ? 'table' : 'index' }));
}

async function nodesOf({ engine, replicas }: HealthSource): Promise<readonly NodeUses[]> {
  const found: NodeUses[] = [];
  for (const url of replicas) {
    const session = await engine.connect(url, { application: 'dbd health', names: 'database' });
    try {
      found.push({ ...(await engine.health.uses(session)), node: engine.addresses.read(url).place });
    } finally {
      await session.close();
    }
  }
  return found;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

/** A snapshot of a database that could not be read. */
function nothing(engine: Engine, server: ServerHealth): Snapshot {
  const { at, version, versionNumber, database, standby } = server;
  return {
    takenAt: at,
    source: {
      engine: engine.name,
      version,
      versionNumber,
      banner: '',
      database,
      how: 'connection',
      role: { name: '', superuser: false, memberOf: [] },
      standby,
      encoding: '',
      blockSize: 8192,
    },
    locale: { provider: 'libc', collate: '', ctype: '' },
    settings: [],
    catalog: { ...blankCatalog, engine: engine.name, version },
    order: [],
    roles: [],
    relations: [],
    columns: [],
    extended: [],
    sequences: [],
    activity: { tables: [], indexes: [], database: {} },
    workload: { source: '', statements: [] },
    probes: { ran: [], fanOut: [], pairs: [], offsets: [], prefixes: [], ends: [] },
    unseen: [],
    masked: [],
  };
}
