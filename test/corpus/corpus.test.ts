import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { open } from './open.ts';
import { pairsIn, readPairs } from './read.ts';
import { makeRoles, runPair, runTogether } from './run.ts';
import { groupsOf, inTurn } from './turns.ts';

test('the corpus has its size, and each name once', () => {
  const names = readPairs().map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(300);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(open).filter((name) => !names.includes(name))).toEqual([]);
});

/** Every other one on 18, and every sixth on 15; `npm run corpus` runs all on both. */
describe.each([
  [18, 2],
  [15, 6],
])('on PostgreSQL %i', (major, every) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
    await makeRoles(sandbox);
  });
  afterAll(() => sandbox.stop());

  test('pairs converge in both directions, or are refused by name', async () => {
    const pairs = readPairs().filter(({ since }, at) => since <= major && at % every === 0);
    const [alone, joint] = [
      pairs.filter((pair) => pair.alone || pair.name in open),
      pairs.filter((pair) => !pair.alone && !(pair.name in open)),
    ];
    const verdicts = (
      await inTurn([...groupsOf(joint, 24), ...groupsOf(alone, 1)], 3, (group) =>
        group.length === 1 ? runPair(sandbox, group[0]!) : runTogether(sandbox, group),
      )
    ).flat();
    expect(verdicts.length).toBeGreaterThan(pairs.length);
    const wrong = verdicts.filter(
      ({ pair, verdict }) =>
        verdict !== 'converged' && !(pair in open && ['refused', 'different', 'values'].includes(verdict)),
    );
    expect(
      wrong.map(({ pair, direction, verdict, told }) => `${pair} ${direction}: ${verdict}: ${told}`),
    ).toEqual([]);
  });

  test('a pair that is planned wrong is told from one that converges', async () => {
    const [pair] = pairsIn(
      'own',
      `-- pair: lost default\n-- from\nCREATE TABLE t (a int);\n-- to\nCREATE TABLE t (a int DEFAULT 7);`,
    );
    const right = await runPair(sandbox, pair!);
    expect(right.map(({ verdict }) => verdict)).toEqual(['converged', 'converged']);
    const wrong = await runPair(sandbox, pair!, (statements) => statements.slice(1));
    expect(wrong.map(({ verdict }) => verdict)).toEqual(['different', 'different']);
  });
});
