/** The choice on rows: built on a filled twin and measured there. */
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { snapshotQueries } from '../../snapshot/workload/workload.ts';
import type { Choice, Work } from '../../tune/advice/model.ts';
import { adviseBeyond } from '../../tune/beyond/beyond.ts';
import type { Proof } from '../../tune/proof/model.ts';
import { proveChoice } from '../../tune/proof/prove.ts';
import { findLoops } from '../../tune/rewrite/loops.ts';
import { proveRewrites } from '../../tune/rewrite/prove.ts';
import type { Machine, SettingsAdvice } from '../../tune/settings/model.ts';
import { adviseSettings } from '../../tune/settings/settings.ts';
import type { StorageAdvice } from '../../tune/storage/model.ts';
import { storageSavings } from '../../tune/storage/storage.ts';
import { restoredDatabase } from '../../twin/restored.ts';
import { measureFidelity } from '../../twin/fidelity/fidelity.ts';
import { heaviest } from '../../tune/work/work.ts';
import type { HollowTwin } from '../../twin/hollow/hollow.ts';
import type { TableVolume } from '../../twin/model.ts';
import { knowledgeOf } from '../../twin/sampled/knowledge.ts';
import { makeFilled } from '../../twin/sampled/sampled.ts';
import { sizesOf } from '../../twin/sampled/sizes.ts';
import type { Tuned } from './model.ts';
import type { Known, SourceOptions } from './source.ts';

/** Queries that rewrites are looked for, heaviest first. */
const rewritten = 50;

export interface BuildingOptions extends SourceOptions {
  readonly machine: Machine;
  /** Statements are those of files, which production has no figures of. */
  readonly files: boolean;
}

export interface Built {
  readonly proof: Proof;
  readonly scale: number;
  readonly beyond: Tuned['beyond'];
  readonly rewrites: Tuned['rewrites'];
  readonly settings: SettingsAdvice;
  readonly loops: Tuned['loops'];
  readonly storage: StorageAdvice;
  readonly limits: readonly string[];
}

interface Filled {
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly volumes: readonly TableVolume[];
  readonly scale: number;
  /** Settings of the source that this server does not take. */
  readonly otherwise: readonly string[];
  stop(): Promise<void>;
}

/** Builds and measures on rows; the filled twin is stopped again. */
export async function onFilled(
  options: BuildingOptions,
  known: Known,
  hollow: HollowTwin,
  work: Work,
  choice: Choice,
): Promise<Built> {
  const { engine, seed, quick, machine, emit, signal } = options;
  const { snapshot } = known;
  const filled = await filledOf(options, known);
  try {
    const fidelity =
      known.filled || options.files ? undefined : await fidelityOf(options, known, hollow, filled, work);
    const proof = await proveChoice({
      engine,
      sandbox: filled.sandbox,
      database: filled.database,
      catalog: snapshot.catalog,
      volumes: filled.volumes,
      queries: work.queries,
      create: choice.create.map(({ candidate }) => candidate),
      drop: choice.drop,
      statistics: choice.statistics.map(({ candidate }) => candidate),
      ...(fidelity ? { fidelity } : {}),
      writes: work.writes,
      seed,
      ...(quick ? { batchRows: 500, timeoutMs: 3000 } : {}),
      emit,
      signal,
    });
    const after = new Map(
      proof.queries.flatMap(({ name, ratio, verdict }) => {
        const meanMs = work.queries.find((query) => query.name === name)?.meanMs;
        return meanMs === undefined || !ratio || verdict !== 'faster'
          ? []
          : [[name, meanMs * ratio.value] as const];
      }),
    );
    const beyond = await step(emit, 'look beyond indexes', () =>
      adviseBeyond({ engine, snapshot, work, after, machine, filled, seed, emit, signal }),
    );
    const settings = await adviseSettings({ engine, snapshot, work, machine, filled, seed, emit, signal });
    const rewrites = await step(
      emit,
      'try rewrites',
      () => rewritesOf(options, known, filled, work),
      (found) => plural(found.length, 'rewrite'),
    );
    const loops = await step(
      emit,
      'look for calls per row',
      () => findLoops({ engine, catalog: snapshot.catalog, filled: filled.database, work, signal }),
      (found) => plural(found.length, 'loop'),
    );
    const storage = await step(emit, 'look for space', () =>
      storageSavings({ engine, facts: { snapshot, nodes: [] }, filled, signal }),
    );
    return {
      proof,
      scale: filled.scale,
      beyond,
      rewrites,
      settings,
      loops,
      storage,
      limits: filled.otherwise,
    };
  } finally {
    await filled.stop();
  }
}

/** Rewrites of the heaviest queries, on rows made to tell them apart and on the filled twin. */
async function rewritesOf(
  { engine, seed, quick, signal }: BuildingOptions,
  { snapshot }: Known,
  { sandbox, database }: Filled,
  work: Work,
): Promise<Tuned['rewrites']> {
  const { database: empty } = await restoredDatabase({ engine, sandbox, snapshot, signal });
  try {
    return await proveRewrites({
      engine,
      catalog: snapshot.catalog,
      empty,
      filled: database,
      queries: work.queries.filter(({ kind }) => kind === 'read').slice(0, rewritten),
      seed,
      ...(quick ? { timeoutMs: 3000 } : {}),
      signal,
    });
  } finally {
    await sandbox.dropDatabase(empty).catch(() => undefined);
  }
}

async function filledOf(options: SourceOptions, { snapshot, filled }: Known): Promise<Filled> {
  const { engine, config, rows, seed, emit, signal } = options;
  const sum = (list: readonly TableVolume[], of: (one: TableVolume) => number): number =>
    list.reduce((total, one) => total + of(one), 0);
  if (filled) {
    const declared = sum(filled.volumes, ({ now }) => now);
    const made = sum(filled.volumes, (one) => one.rows);
    return {
      ...filled,
      otherwise: [],
      scale: declared === 0 ? 1 : Math.min(1, made / declared),
      stop: async () => undefined,
    };
  }
  const volumes = sizesOf(snapshot.catalog, knowledgeOf(snapshot), {});
  const all = sum(volumes, ({ now }) => now);
  const wanted = Math.min(rows, all);
  const made = await makeFilled({
    engine,
    snapshot,
    seed,
    rows: wanted,
    emit,
    signal,
    ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
    ...(config.generators === undefined ? {} : { generators: config.generators }),
  });
  const admin = await engine.connect(made.database.adminUrl, { application: 'dbd tune' });
  // Copies of the database take its settings along.
  const otherwise = await engine.hollow.settle(admin, snapshot).finally(() => admin.close());
  return {
    sandbox: made.sandbox,
    database: made.database,
    otherwise: otherwise.map(({ what, why }) => `The filled twin plans otherwise: ${what}: ${why}`),
    volumes: made.volumes,
    scale: all === 0 ? 1 : wanted / all,
    stop: () => made.sandbox.stop(),
  };
}

/** Which queries the filled twin may speak for: held against the hollow one's plans and production's figures per call. */
async function fidelityOf(
  { engine, seed, quick, emit, signal }: SourceOptions,
  { snapshot }: Known,
  hollow: HollowTwin,
  filled: Filled,
  work: Work,
): Promise<readonly { readonly name: string; readonly usable: boolean; readonly because: string }[]> {
  const session = await engine.connect(filled.database.ownerUrl, { application: 'dbd tune', readOnly: true });
  const { kept } = heaviest(snapshot.workload.statements);
  const found = await snapshotQueries({
    engine,
    session,
    snapshot: { ...snapshot, workload: { ...snapshot.workload, statements: kept } },
    seed,
  }).finally(() => session.close());
  const wanted = new Set(work.queries.map(({ name }) => name));
  const { queries } = await measureFidelity({
    engine,
    snapshot,
    twin: { url: filled.database.ownerUrl, adminUrl: filled.database.adminUrl },
    workload: found.queries.filter(({ name }) => wanted.has(name)),
    reference: { url: hollow.url, kind: 'hollow twin' },
    scale: filled.scale,
    kind: 'filled',
    ...(quick ? { timeLimitMs: 10_000 } : {}),
    emit,
    signal,
  });
  return queries;
}
