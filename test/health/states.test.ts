/** Rules about sessions, replication, counters and settings, on a server that is brought into these states. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { HealthFacts, HealthOffence } from '../../src/rules/health/model.ts';
import { noStandards } from '../../src/rules/check.ts';
import { healthSubject } from '../../src/rules/health/asking/subject.ts';
import { healthRules } from '../../src/rules/health/all.ts';
import { healthLimits } from '../../src/rules/health/limits.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { factsOf, fixtureOf, runAll } from './fixtures.ts';
import {
  makeStates,
  makeTraffic,
  preparation,
  serverSettings,
  states,
  type Holding,
  type State,
} from './states.ts';

/** Rules whose states are made in the second database. */
const elsewhere = new Set(['subscription-errors', 'slow-statement', 'dominant-statement']);

let sandbox: Sandbox;
let database: SandboxDatabase;
let other: SandboxDatabase;
let holding: Holding;
let facts: { readonly before: HealthFacts; readonly bad: HealthFacts; readonly other: HealthFacts };

function found(of: HealthFacts, { rule, limits }: State, usual = false): readonly HealthOffence[] {
  const subject = healthSubject(
    postgres,
    of,
    noStandards,
    usual ? healthLimits : { ...healthLimits, ...limits },
  );
  return healthRules.find(({ id }) => id === rule)!.find(subject);
}

beforeAll(async () => {
  sandbox = await startSandbox(postgres, { settings: serverSettings });
  await postgres.grammar.ready();
  database = await sandbox.createDatabase();
  other = await sandbox.createDatabase();
  const owner = await postgres.connect(database.ownerUrl);
  await owner.run(preparation).finally(() => owner.close());
  const before = await factsOf(database.adminUrl, 300);
  holding = await makeStates(database, other);
  const bad = await factsOf(database.adminUrl);
  await makeTraffic(holding);
  const counting = await holding.open();
  facts = {
    before,
    bad: { ...bad, later: await postgres.health.count(counting) },
    other: await factsOf(other.adminUrl),
  };
});

afterAll(async () => {
  await holding?.close();
  await sandbox?.stop();
});

describe.each(states.map((state) => [state.rule, state] as const))('%s', (rule, state) => {
  test('is found when it is so, and not before', () => {
    const offences = found(elsewhere.has(rule) ? facts.other : facts.bad, state);
    expect(offences.map(({ object }) => object)).toEqual(
      expect.arrayContaining([expect.stringMatching(state.object)]),
    );
    for (const { message } of offences) expect(message).toMatch(/\.$/);
    const told = found(facts.before, state, true).filter(({ object }) => state.object.test(object));
    // The archive fails from the first file on.
    if (rule !== 'failing-archive') expect(told).toEqual([]);
  });
});

test('every rule has its cases', () => {
  const without = healthRules
    .map(({ id }) => id)
    .filter((id) => fixtureOf(id, 'bad') === undefined && !states.some(({ rule }) => rule === id));
  expect(without).toEqual(['unencrypted-session', 'lagging-standby', 'damaged-pages', 'unchecked-pages']);
});

test('what a server of ours cannot be brought into: the same facts with one figure turned', () => {
  const { server } = facts.before;
  const turned = (rule: string, more: Partial<NonNullable<typeof server>>): number =>
    found({ ...facts.before, server: { ...server!, ...more } }, { rule, object: /./ }, true).length;
  const session = facts.bad.server!.sessions[0]!;
  expect(turned('unencrypted-session', { sessions: [{ ...session, remote: true, encrypted: false }] })).toBe(
    1,
  );
  expect(turned('unencrypted-session', { sessions: [{ ...session, remote: true, encrypted: true }] })).toBe(
    0,
  );
  expect(turned('unencrypted-session', { sessions: [{ ...session, remote: false, encrypted: false }] })).toBe(
    0,
  );
  expect(turned('damaged-pages', { counters: { ...server!.counters, checksumFailures: 2 } })).toBe(1);
  expect(turned('damaged-pages', {})).toBe(0);
  // Sandboxes are without checksums.
  expect(turned('unchecked-pages', {})).toBe(1);
  const settings = server!.settings.map((one) =>
    one.name === 'data_checksums' ? { ...one, value: 'on' } : one,
  );
  expect(turned('unchecked-pages', { settings })).toBe(0);
});

test('what ends a state is taken as it stands, and the state is gone', async () => {
  const session = await postgres.connect(database.adminUrl, { names: 'database' });
  try {
    // Building an index anew waits for every older statement.
    await session.query(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND pid <> pg_backend_pid()",
    );
    for (const state of states.filter(({ mends }) => mends))
      for (const { object, fix } of found(facts.bad, state))
        if (state.object.test(object) && fix !== undefined) await runAll(session, fix);
  } finally {
    await session.close();
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const after = await factsOf(database.adminUrl);
  expect(
    states
      .filter(({ mends }) => mends)
      .flatMap((state) =>
        found(after, state)
          .filter(({ object }) => state.object.test(object))
          .map(({ message }) => message),
      ),
  ).toEqual([]);
});
