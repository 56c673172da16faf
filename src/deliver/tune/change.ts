/** Advice as a change: online forms, carried out on a copy of the structure, witnessed, and taken back. */
import type { Emit } from '../../base/event.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Change, Wish } from '../../change/model.ts';
import { planChange } from '../../change/plan.ts';
import type { Engine, Snapshot, TableSize } from '../../engine/model.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import { restoredDatabase } from '../../twin/restored.ts';
import type { Side, Tried } from '../plan/model.ts';
import { observed, tried } from '../plan/prove.ts';
import { withFacts } from '../plan/ways.ts';

export interface AdvisedChange {
  readonly engine: Engine;
  /** A server of the source's version, for two databases of its structure. */
  readonly sandbox: Sandbox;
  readonly snapshot: Snapshot;
  readonly wishes: readonly Wish[];
  readonly id: string;
  readonly title: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Longest wait for a lock, milliseconds: half of what a query may be held up. */
const lockTimeoutMs = 250;

/** Plans the change and tries it; throws `change.refused` and `sql.*`. */
export async function tryChange(advised: AdvisedChange): Promise<Tried> {
  const { engine, sandbox, snapshot, wishes, id, title, signal } = advised;
  const sizes = sizesOf(snapshot);
  const { database } = await restoredDatabase({ engine, sandbox, snapshot, signal });
  try {
    const session = await engine.connect(database.ownerUrl, { application: 'dbd tune' });
    const catalog = await engine.inspect(session).finally(() => session.close());
    const side: Side = {
      sandbox,
      database,
      catalog,
      source: snapshot.source.database,
      limits: [],
      lacks: new Map(),
      sizes,
    };
    const change = planChange({
      engine,
      before: catalog,
      wishes,
      id,
      title,
      lockTimeoutMs,
      serverVersion: sandbox.serverVersion,
      size: (table) => sizes.get(keyOf(table)),
    });
    const result = await carriedOut(advised, side, change);
    return { ...result, change: withFacts(engine, side, result.change) };
  } finally {
    await sandbox.dropDatabase(database).catch(() => undefined);
  }
}

/** The witness compares with a database that got the plain statements. */
async function carriedOut(
  { engine, sandbox, wishes, emit, signal }: AdvisedChange,
  side: Side,
  change: Change,
): Promise<Tried> {
  const wanted = await sandbox.createDatabase({ from: side.database });
  try {
    const writer = await engine.connect(wanted.ownerUrl, { application: 'dbd tune' });
    try {
      for (const { sql } of wishes)
        for (const statement of engine.grammar.split(sql)) await writer.query(statement.sql);
    } finally {
      await writer.close();
    }
    const proof = {
      engine,
      from: side,
      before: await observed(engine, side, false),
      wanted: await observed(engine, { sandbox, database: wanted }, false),
      roles: false,
      emit,
      signal,
    };
    return await tried(proof, change, 'online');
  } finally {
    await sandbox.dropDatabase(wanted).catch(() => undefined);
  }
}

/** Sizes of tables as production has them. */
function sizesOf({ relations }: Snapshot): ReadonlyMap<string, TableSize> {
  return new Map(
    relations
      .filter(({ kind, rows }) => (kind === 'table' || kind === 'partitioned') && rows >= 0)
      .map(({ schema, name, rows, bytes }) => [
        keyOf({ schema, name }),
        { rows, ...(bytes === undefined ? {} : { bytes }) },
      ]),
  );
}
