/** What today's queries tell of a twin: which of them it answers, and how true a filled one is. */
import { printName, printPart } from '../../catalog/identity.ts';
import type { NotExact, Snapshot } from '../../engine/model.ts';
import { fact } from '../../report/build.ts';
import type { Block } from '../../report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { snapshotQueries } from '../../snapshot/workload/workload.ts';
import { knownShare, tellKnownShare } from '../../snapshot/workload/rates.ts';
import type { SnapshotQueries } from '../../snapshot/workload/model.ts';
import { measureFidelity } from '../../twin/fidelity/fidelity.ts';
import type { Fidelity } from '../../twin/fidelity/model.ts';
import { makeHollow } from '../../twin/hollow/hollow.ts';
import type { TwinOptions } from './twin-options.ts';

interface Made {
  readonly database: SandboxDatabase;
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

/** Work on a twin that is up; nothing stays when it fails. */
export async function orStop<T>(sandbox: Sandbox, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** The workload of the snapshot as the twin can run it. */
export async function queriesOn(
  { engine, seed }: TwinOptions,
  snapshot: Snapshot,
  { database, leftOut }: Made,
): Promise<SnapshotQueries> {
  const session = await engine.connect(database.ownerUrl, { application: 'dbd twin', readOnly: true });
  try {
    return await snapshotQueries({ engine, session, snapshot, leftOut, seed });
  } finally {
    await session.close();
  }
}

/** Columns whose made-up values do not serve the planner as the originals did. */
export function maskedOtherwise({ masked }: Snapshot): readonly NotExact[] {
  return masked.flatMap(({ schema, relation, column, notExact }) =>
    notExact === undefined
      ? []
      : [
          {
            what: `column ${printName({ schema, name: relation })}.${printPart(column)}`,
            why: `Masked: ${notExact}.`,
          },
        ],
  );
}

/** Queries that get no verdict on this twin. */
export function withoutVerdict({ excluded }: SnapshotQueries): readonly NotExact[] {
  return excluded.map(({ name, reason }) => ({ what: `query ${name}`, why: reason }));
}

/** How much of the workload can be asked, and with which values. */
export function workloadBlock({ workload }: Snapshot, { queries, excluded }: SnapshotQueries): Block {
  return {
    id: 'workload',
    title: 'Queries',
    kind: 'facts',
    facts: [
      fact('from', workload.source, 'measured'),
      ...(queries.length + excluded.length === 0
        ? []
        : [
            fact('can be run', `${queries.length} of ${queries.length + excluded.length}`, 'measured'),
            fact('values', tellKnownShare(knownShare(queries, excluded)), 'derived'),
          ]),
    ],
  };
}

/** Measures a filled twin; the plans of a hollow one of the same snapshot stand for production's. */
export async function fidelityOf(
  options: TwinOptions,
  snapshot: Snapshot,
  made: Made,
  found: SnapshotQueries,
  scale: number,
): Promise<Fidelity> {
  const { engine, config, emit, signal } = options;
  const hollow = await makeHollow({
    engine,
    snapshot,
    emit,
    signal,
    ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
  });
  try {
    return await measureFidelity({
      engine,
      snapshot,
      twin: { url: made.database.ownerUrl, adminUrl: made.database.adminUrl },
      workload: found.queries,
      reference: { url: hollow.url, kind: 'hollow twin' },
      scale,
      kind: 'filled',
      emit,
      signal,
    });
  } finally {
    await hollow.sandbox.stop();
  }
}
