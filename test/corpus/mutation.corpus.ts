/** Proofs that can fail: mutants of the changes that pairs lead to, as `dbd plan` hands them out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutationProof, type MutantOutcome } from '../../src/deliver/plan/mutation.ts';
import { planWay } from '../../src/deliver/plan/plan.ts';
import { observed } from '../../src/deliver/plan/prove.ts';
import type { Side } from '../../src/deliver/plan/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { keep } from './figures.ts';
import { readPairs, type Pair } from './read.ts';
import { makeRoles } from './run.ts';
import { inTurn } from './turns.ts';

const majors = (process.env.DBD_CORPUS_MAJORS ?? '18,15').split(',').map(Number);
const only = process.env.DBD_CORPUS_ONLY ?? '';
/** Every so manieth pair, and no more mutants of one change than this. */
const [every, most] = [4, 24];

describe.each(majors)('on PostgreSQL %i', (major) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
    await postgres.grammar.ready();
    await makeRoles(sandbox);
  });
  afterAll(() => sandbox.stop());

  test('mutants are told from the changes they were made of', async () => {
    const pairs = readPairs().filter(
      ({ name, since, superuser, shared, refused, renames }, at) =>
        since <= major &&
        !superuser &&
        !shared &&
        !refused &&
        renames.length === 0 &&
        name.includes(only) &&
        at % every === 0,
    );
    const outcomes = (await inTurn(pairs, 3, (pair) => mutated(sandbox, pair))).flat();
    const made = outcomes.length;
    const survivors = outcomes.filter(({ killed }) => killed === undefined);
    keep(only === '' ? `mutants-${major}` : `mutants-${major}-part`, {
      major,
      changes: pairs.length,
      made,
      byKind: byKind(outcomes),
      survivors: survivors.map(({ pair, kind, name, sql }) => ({ pair, kind, name, sql })),
    });
    expect(made).toBeGreaterThan(pairs.length);
    // What is left out without a trace: fresh statistics, guards that find nothing wrong, work that a trigger does again.
    expect((made - survivors.length) / made).toBeGreaterThan(0.8);
  });
});

type Outcome = MutantOutcome & { readonly pair: string; readonly sql: string };

function byKind(
  outcomes: readonly Outcome[],
): Readonly<Record<string, readonly [made: number, killed: number]>> {
  const kinds: Record<string, readonly [number, number]> = {};
  for (const { kind, killed } of outcomes) {
    const [made, dead] = kinds[kind] ?? [0, 0];
    kinds[kind] = [made + 1, dead + (killed === undefined ? 0 : 1)];
  }
  return kinds;
}

async function mutated(sandbox: Sandbox, pair: Pair): Promise<readonly Outcome[]> {
  const [from, to] = [await side(sandbox, pair, pair.from), await side(sandbox, pair, pair.to)];
  const signal = AbortSignal.timeout(300_000);
  try {
    const outcome = await planWay(
      {
        engine: postgres,
        renames: [],
        roles: 'assume',
        offline: false,
        id: 'pair',
        title: pair.name,
        lockTimeoutMs: 2000,
        emit: () => undefined,
        signal,
      },
      { from, to },
    );
    if (!outcome.way) return [];
    const { change } = outcome.way;
    const proof = {
      engine: postgres,
      from,
      before: await observed(postgres, from, false),
      wanted: await observed(postgres, to, false),
      roles: false,
      emit: () => undefined,
      signal,
    };
    const steps = new Map(
      change.phases.flatMap((phase) => phase.steps.map((step) => [step.id, step.sql] as const)),
    );
    return (await mutationProof({ proof, change, most })).map((one) => ({
      ...one,
      pair: pair.name,
      sql: steps.get(/step (\S+)/.exec(one.name)?.[1] ?? '') ?? '',
    }));
  } finally {
    await sandbox.dropDatabase(from.database);
    await sandbox.dropDatabase(to.database);
  }
}

async function side(sandbox: Sandbox, pair: Pair, sql: string): Promise<Side> {
  const database: SandboxDatabase = await sandbox.createDatabase();
  for (const extension of pair.extensions) await sandbox.installExtension(database, extension);
  const session = await postgres.connect(database.ownerUrl);
  try {
    await session.run(`${pair.both}\n${sql}`);
    const catalog = await postgres.inspect(session);
    return { sandbox, database, catalog, source: pair.name, limits: [], lacks: new Map() };
  } finally {
    await session.close();
  }
}
