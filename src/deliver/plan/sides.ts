/** The two sides of a plan: each becomes a real database on a server of its own. */
import { applyChange } from '../../apply/apply.ts';
import { fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Change } from '../../change/model.ts';
import type { Config } from '../../config/model.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { loadCurrent, majorOf, type Current } from '../../twin/current.ts';
import { restoredDatabase } from '../../twin/restored.ts';
import { readCurrent } from '../current/read-current.ts';
import { withoutNotes } from './bookkeeping.ts';
import { changesIn } from './changes-in.ts';
import type { Side, Sides } from './model.ts';

/** What a side is made from, as the configuration tells kinds of structures apart. */
export type Named = Config['current'];

export interface SideOptions {
  readonly engine: Engine;
  readonly from: Named;
  readonly to: Named;
  /** Folder of binaries or a server that the user named; both sides live there. */
  readonly named?: string;
  /** Major version of the target, where no side tells it. */
  readonly major?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** A structure that is described, or changes that lead to one. */
type Source =
  | { readonly kind: 'current'; readonly current: Current }
  | { readonly kind: 'changes'; readonly path: string; readonly changes: readonly Change[] };

/** Makes both sides, does the work and stops their servers, also on the signal. Throws `file.*`, `sql.*`, `connect.*`, `sandbox.*`. */
export async function withSides<T>(options: SideOptions, work: (sides: Sides) => Promise<T>): Promise<T> {
  const { engine, emit, named, signal } = options;
  await engine.grammar.ready();
  const [from, to] = await Promise.all([sourceOf(options.from, engine), sourceOf(options.to, engine)]);
  const major = options.major ?? (await majorOfEither(engine, from, to));
  const request = {
    ...(named === undefined ? {} : { named }),
    ...(major === undefined ? {} : { major }),
  };
  const sandboxes: Sandbox[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(sandboxes.map((one) => one.stop())));
  const onAbort = (): void => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [here, there] = await Promise.all([
      startSandbox(engine, request, emit).then((one) => (sandboxes.push(one), one)),
      startSandbox(engine, request, () => undefined).then((one) => (sandboxes.push(one), one)),
    ]);
    signal.throwIfAborted();
    const common = { engine, emit, signal };
    // What changes lead to depends on where they begin, so that side comes second.
    const begun = load({ ...common, sandbox: here, source: from });
    const ended =
      to.kind === 'changes' && to.changes.length === 1 && from.kind === 'current'
        ? load({ ...common, sandbox: there, source: from }).then((side) =>
            advanced({ ...common, side, changes: to.changes, path: to.path }),
          )
        : load({ ...common, sandbox: there, source: to });
    const [one, other] = await Promise.all([begun, ended]);
    const lived = ({ kind }: Named): boolean => kind === 'url' || kind === 'snapshot';
    return await work({
      from: lived(options.from) ? await withoutNotes(engine, one, other) : one,
      to: lived(options.to) ? await withoutNotes(engine, other, one) : other,
    });
  } catch (error) {
    if (signal.aborted)
      fail('interrupted', 'The work was stopped; nothing was left behind.', { cause: error });
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await stop();
  }
}

async function sourceOf(named: Named, engine: Engine): Promise<Source> {
  if (named.kind === 'folder') {
    const changes = await changesIn(named.path);
    if (changes.length > 0) return { kind: 'changes', path: named.path, changes };
  }
  return { kind: 'current', current: await readCurrent(named, engine) };
}

/** The side that is changed decides; the other one only describes. */
async function majorOfEither(engine: Engine, from: Source, to: Source): Promise<number | undefined> {
  for (const source of [from, to]) {
    const major = source.kind === 'current' ? await majorOf(engine, source.current) : undefined;
    if (major !== undefined) return major;
  }
  return undefined;
}

interface Loading {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly source: Source;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

async function load(loading: Loading): Promise<Side> {
  const { engine, sandbox, source, signal, emit } = loading;
  if (source.kind === 'changes') {
    const empty = await load({ ...loading, source: { kind: 'current', current: { kind: 'none' } } });
    return advanced({ engine, emit, signal, side: empty, changes: source.changes, path: source.path });
  }
  const { current } = source;
  if (current.kind === 'url') return fromServer(loading, current.url);
  if (current.kind === 'snapshot') return fromSnapshot(loading, current.snapshot, current.path);
  const whole = sandbox.provider !== 'named server';
  const loaded = await loadCurrent({ engine, sandbox, current, whole, emit, signal });
  return {
    sandbox,
    database: loaded.database,
    catalog: loaded.catalog,
    source: loaded.source,
    limits: loaded.limits,
    lacks: new Map(loaded.limits.filter((limit) => !elsewhere.test(limit)).map((limit) => [limit, ''])),
  };
}

/** What a text does beside the structure of its database. */
const elsewhere = /about whole databases|about tablespaces|commands? of psql|that set |on what is not ours/;

/** Longest time of one statement towards a server that is in use, milliseconds. */
const readingMs = 60_000;

async function fromServer(loading: Loading, url: string): Promise<Side> {
  const { engine, emit, signal } = loading;
  const snapshot = await step(emit, 'read the structure', async () => {
    const session = await engine.connect(url, {
      application: 'dbd plan (reads the structure)',
      readOnly: true,
    });
    try {
      return await engine.capture.read(session, {
        probes: [],
        statements: 0,
        statementMs: readingMs,
        emit: () => undefined,
        signal,
      });
    } finally {
      await session.close();
    }
  });
  return fromSnapshot(loading, snapshot, shown(url));
}

async function fromSnapshot(loading: Loading, snapshot: Snapshot, place: string): Promise<Side> {
  const { engine, sandbox, emit, signal } = loading;
  const made = await restoredDatabase({ engine, sandbox, snapshot, emit, signal });
  const lacks = new Map(
    [...made.leftOut.map(({ path }) => path), ...made.differences.map(({ path }) => path)].map((path) => [
      path,
      definitionOf(snapshot.catalog, path),
    ]),
  );
  const session = await engine.connect(made.database.ownerUrl, { application: 'dbd plan' });
  const catalog = await engine.inspect(session).finally(() => session.close());
  const { source } = snapshot;
  return {
    sandbox,
    database: made.database,
    catalog,
    source: `${place}: ${source.database} on ${engine.title} ${source.version}`,
    limits: [
      ...made.leftOut.map(({ path, why }) => `${path} of ${place} is not compared: ${why}`),
      ...made.differences.map(({ path }) => `${path} is not as it is in ${place}`),
      ...snapshot.unseen
        .filter(({ notExact }) => notExact !== undefined)
        .map(({ what, why }) => `${what} of ${place} is not compared: ${why}`),
    ],
    lacks,
    sizes: new Map(
      snapshot.relations.flatMap(({ kind, rows, bytes, pages, ...name }) =>
        (kind === 'table' || kind === 'partitioned') && rows >= 0
          ? [[keyOf(name), { rows, bytes: bytes ?? pages * snapshot.source.blockSize }] as const]
          : [],
      ),
    ),
  };
}

function definitionOf({ others = [] }: Catalog, path: string): string {
  return others.find(({ kind, name }) => `${kind} ${name}` === path)?.definition ?? '';
}

/** The side after changes that somebody has written. */
async function advanced(options: {
  readonly engine: Engine;
  readonly side: Side;
  readonly changes: readonly Change[];
  readonly path: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}): Promise<Side> {
  const { engine, side, changes, path, emit, signal } = options;
  const session = await engine.connect(side.database.ownerUrl, { application: 'dbd plan' });
  try {
    await step(emit, `apply ${plural(changes.length, 'change')} of ${path}`, async () => {
      for (const change of changes)
        await applyChange({ engine, session, change, direction: 'up', emit: () => undefined, signal });
    });
    return { ...side, catalog: await engine.inspect(session), source: path };
  } finally {
    await session.close();
  }
}

/** The address without its password and options. */
function shown(url: string): string {
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username ? `${username}@` : ''}${host}${pathname}`;
}
