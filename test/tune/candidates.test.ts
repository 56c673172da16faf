/** Candidates of a production's workload, each built on its hollow twin, and used there by the query that asked for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IndexWish, Session, Snapshot, WhatIf } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { indexCandidates } from '../../src/tune/candidates/index-candidates.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { production, productionQueries, type Production } from '../support/production.ts';
import { asked } from './candidate-work.ts';

let source: Production;
let snapshot: Snapshot;
let twin: HollowTwin;
let admin: Session;
let trial: WhatIf;

beforeAll(async () => {
  source = await production({ rows: 8000, days: 80 });
  snapshot = await snapshotOf(source.database.adminUrl);
  twin = await hollowOf(snapshot);
  admin = await postgres.connect(twin.database.adminUrl);
  trial = await postgres.hollow.whatIf(admin, snapshot);
}, 120_000);

afterAll(async () => {
  await trial?.close();
  await admin?.close();
  await twin?.sandbox.stop();
  await source?.stop();
});

/** Definitions that the server does not take. */
async function refused(wishes: readonly IndexWish[]): Promise<readonly string[]> {
  try {
    await trial.create(wishes);
    return [];
  } catch {
    const found: string[] = [];
    for (const one of wishes)
      await trial.create([one]).catch((error: Error) => found.push(`${one.definition}: ${error.message}`));
    return found;
  }
}

describe('the workload of a production', () => {
  test('every candidate is an index that the server makes', async () => {
    const work = productionQueries(180_000).map(({ name, sql }) => asked(name, sql));
    const { candidates, told } = indexCandidates({
      engine: postgres,
      snapshot,
      work,
      most: 5000,
      perTable: 5000,
    });
    expect(candidates.length).toBeGreaterThan(200);
    expect(told.join('\n')).toContain('No index is thought of on 4 small tables');
    expect(new Set(candidates.map(({ id }) => id)).size).toBe(candidates.length);
    expect(await refused(candidates.map(({ wish }) => wish))).toEqual([]);
    console.log(candidates.length);
  });
});
