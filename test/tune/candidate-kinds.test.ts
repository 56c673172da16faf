/** Each kind of candidate: thought of for its query, made on a hollow twin, and used there by the plan; look-alikes give none. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session, Snapshot, WhatIf } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { IndexCandidate } from '../../src/tune/advice/model.ts';
import { indexCandidates } from '../../src/tune/candidates/index-candidates.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { jobs, kindCases, lookAlikes } from './candidate-kinds.ts';
import { asked } from './candidate-work.ts';

let sandbox: Sandbox;
let snapshot: Snapshot;
let twin: HollowTwin;
let admin: Session;
let trial: WhatIf;

/** Tables seem to have this many times their rows. */
const stretch = 50;

beforeAll(async () => {
  sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  const database = await sandbox.createDatabase({ locale: { provider: 'icu', locale: 'en-US' } });
  const session = await postgres.connect(database.adminUrl);
  await session.run(jobs);
  await session.run('VACUUM ANALYZE').finally(() => session.close());
  snapshot = stretched(await snapshotOf(database.adminUrl));
  twin = await hollowOf(snapshot);
  admin = await postgres.connect(twin.database.adminUrl);
  trial = await postgres.hollow.whatIf(admin, snapshot);
}, 120_000);

afterAll(async () => {
  await trial?.close();
  await admin?.close();
  await twin?.sandbox.stop();
  await sandbox?.stop();
});

function stretched(taken: Snapshot): Snapshot {
  return {
    ...taken,
    relations: taken.relations.map((one) => ({
      ...one,
      pages: one.pages < 0 ? one.pages : one.pages * stretch,
      rows: one.rows < 0 ? one.rows : one.rows * stretch,
      allVisible: one.allVisible * stretch,
      ...(one.bytes === undefined ? {} : { bytes: one.bytes * stretch }),
    })),
  };
}

function candidatesOf(sql: string): readonly IndexCandidate[] {
  return indexCandidates({ engine: postgres, snapshot, work: [asked('it', sql)], perTable: 1000 }).candidates;
}

test.each(kindCases)('$kind', async ({ sql, candidate, table = 'jobs', node = 'Index' }) => {
  const found = candidatesOf(sql);
  const wanted = found.find(({ id }) => id === `public.${table} USING ${candidate}`);
  expect(wanted, found.map(({ id }) => id).join('\n')).toBeDefined();
  const [made] = await trial.create([wanted!.wish]);
  try {
    const { nodes, indexes } = await trial.price(sql, []);
    if (node === '') return;
    expect(nodes.join('\n')).toContain(node);
    expect(indexes.join('\n')).toContain(made!.name.name);
  } finally {
    await trial.drop([made!.name]);
  }
});

test.each(lookAlikes)('none: $why', ({ sql, none = /./ }) => {
  expect(
    candidatesOf(sql)
      .filter(({ id }) => none.test(id))
      .map(({ id }) => id),
  ).toEqual([]);
});
