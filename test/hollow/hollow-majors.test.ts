/** Sources 14 to 17: statistics go into the server's own table there too, and plans are the same. */
import { afterAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { openPlace } from '../../src/sandbox/place.ts';
import type { Locale } from '../../src/sandbox/model.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { production, type Production } from '../support/production.ts';
import { need } from '../support/require.ts';
import { allowPages, comparePlans, hollowOf, snapshotOf, unexplained } from './plans.ts';

const utf8: Locale = { provider: 'libc', locale: 'C.UTF-8' };
const running: { stop(): Promise<void> }[] = [];

afterAll(async () => {
  for (const one of running) await one.stop();
});

const { packages } = openPlace(postgres.launch.accounts);

/** Whether a server of this major version is on this machine. */
async function has(major: number): Promise<boolean> {
  for (const { folder, major: found } of await postgres.launch.candidates({ major, packages }))
    if (found === major && (await postgres.launch.version(folder)) !== undefined) return true;
  return false;
}

describe.each([
  { major: 15, locale: utf8, stale: true, rows: 8000, roles: ['owner', 'shop_support'] },
  { major: 14, locale: utf8, stale: false, rows: 5000, roles: ['shop_support'] },
  { major: 16, locale: undefined, stale: false, rows: 5000, roles: ['owner'] },
  { major: 17, locale: utf8, stale: false, rows: 5000, roles: ['owner'] },
] as const)('PostgreSQL $major', ({ major, locale, stale, rows, roles }) => {
  test('plans on the twin are those of the source', async () => {
    if (!need(await has(major), `a server of ${major}: dbd sandbox install ${major}`)) return;
    const source: Production = await production({
      major,
      rows,
      days: 80,
      stale,
      ...(locale ? { locale } : {}),
    });
    running.push(source);
    await allowPages(source);
    const snapshot = await snapshotOf(source.database.adminUrl, { ends: true });
    const twin: HollowTwin = await hollowOf(snapshot);
    running.push(twin.sandbox);
    expect(twin.sandbox.serverVersion).toBe(snapshot.source.versionNumber);
    for (const role of roles) {
      const compared = await comparePlans(source, twin, snapshot, role);
      expect(compared.queries).toBeGreaterThanOrEqual(150);
      expect(unexplained(compared, twin.notExact, snapshot), role).toEqual([]);
      expect(compared.misses.length / compared.queries, role).toBeLessThanOrEqual(0.02);
    }
    await twin.sandbox.stop();
    if (major === 15) {
      const seen = await snapshotOf(source.database.ownerUrl, { ends: true });
      const owned = await hollowOf(seen);
      running.push(owned.sandbox);
      const compared = await comparePlans(source, owned, seen, 'owner');
      expect(unexplained(compared, withoutHeights(owned), seen)).toEqual([]);
    }
    await source.stop();
  }, 240_000);
});

/** A height that is worked out is no excuse for a plan. */
function withoutHeights({ notExact }: HollowTwin): HollowTwin['notExact'] {
  return notExact.filter(({ why }) => !why.includes('height'));
}
