/** Servers of 14 to 17 are asked in their own words. */
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { checkHealth } from '../../src/rules/health/asking/check.ts';
import { healthSubject } from '../../src/rules/health/asking/subject.ts';
import { openPlace } from '../../src/sandbox/place.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { factsOf } from './fixtures.ts';

const { packages } = openPlace(postgres.launch.accounts);

async function has(major: number): Promise<boolean> {
  for (const { folder, major: found } of await postgres.launch.candidates({ major, packages }))
    if (found === major && (await postgres.launch.version(folder)) !== undefined) return true;
  return false;
}

// 14 lacks what came with 15 and 16; 16 has the old checkpoint counters and dates of scans.
test.each([14, 16])('PostgreSQL %i', async (major) => {
  if (!need(await has(major), `a server of ${major}: dbd sandbox install ${major}`)) return;
  const sandbox = await startSandbox(postgres, { major });
  try {
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.ownerUrl);
    await session.run('CREATE TABLE keyless (x int); CREATE TABLE kept (id bigint PRIMARY KEY)');
    await session.close();
    const facts = await factsOf(database.adminUrl, 200);
    expect(facts.server!.unseen).toEqual([]);
    expect(facts.server!.counters.timedCheckpoints).toBeGreaterThanOrEqual(0);
    expect(facts.server!.countedSince).toMatch(/^\d{4}-/);
    const { findings, unjudged } = checkHealth(healthSubject(postgres, facts), {
      only: [],
      today: '2026-11-20',
    });
    expect(
      findings
        .filter(({ severity }) => severity !== 'info')
        .map(({ rule }) => rule)
        .toSorted(),
    ).toEqual(['missing-primary-key', 'risky-setting', 'risky-setting']);
    expect(unjudged.filter(({ because }) => because.includes('could not be seen'))).toEqual([]);
  } finally {
    await sandbox.stop();
  }
});
