import { describe, expect, it } from 'vitest';
import type { CapturedStatement, Snapshot } from '../../src/engine/model.ts';
import { diffSnapshots } from '../../src/deliver/snapshot/diff.ts';
import { compareSnapshots } from '../../src/snapshot/diff/diff.ts';
import { render } from '../../src/render/all.ts';
import { catalogOf, column, index, table } from '../support/catalog.ts';
import { snapshotOf } from '../support/snapshot.ts';

const before = snapshotOf({ masked: [] });
const [counted] = before.workload.statements;
const [activity] = before.activity.tables;
const [used] = before.activity.indexes;
const [statistics] = before.columns;
const later = '2026-03-11T12:00:00.000Z';

const statement = (sql: string, calls: number, meanMs: number): CapturedStatement => ({
  ...counted!,
  sql,
  calls,
  meanMs,
  totalMs: calls * meanMs,
});
const withStatements = (of: Snapshot, ...statements: readonly CapturedStatement[]): Snapshot => ({
  ...of,
  workload: { ...of.workload, statements },
});
const after = (more: Partial<Snapshot> = {}): Snapshot => ({ ...before, takenAt: later, ...more });

describe('two snapshots', () => {
  it('that are equal differ in nothing', () => {
    const diff = compareSnapshots(before, before);
    expect(diff).toMatchObject({ structure: [], sizes: [], statistics: [], settings: [], roles: [] });
    expect(diff.workload).toMatchObject({ added: [], slower: [], faster: [], moreOften: [] });
    expect(diff.indexes).toMatchObject({ added: [], gone: [] });
    expect(diff.limits).toEqual([]);
  });

  it('tell what grew, and rows that were never counted as unknown', () => {
    const [customers, orders, ...rest] = before.relations;
    const diff = compareSnapshots(
      before,
      after({
        relations: [{ ...customers!, rows: 60_000, bytes: 10_000_000 }, { ...orders!, rows: 5 }, ...rest],
      }),
    );
    expect(diff.sizes).toEqual([
      {
        schema: 'public',
        name: 'customers',
        rowsBefore: 50_000,
        rowsAfter: 60_000,
        bytesBefore: 8_200_192,
        bytesAfter: 10_008_192,
      },
      { schema: 'public', name: 'orders', rowsAfter: 5, bytesBefore: 0, bytesAfter: 0 },
    ]);
  });

  it('tell statistics that moved, and not those that follow the rows', () => {
    const moved = (more: object): readonly unknown[] =>
      compareSnapshots(before, after({ columns: [{ ...statistics!, ...more }] })).statistics.flatMap((one) =>
        one.moved.map(({ what }) => what),
      );
    expect(moved({ nullFraction: 0.5 })).toEqual(['nulls']);
    expect(moved({ distinct: 3 })).toEqual(['distinct values']);
    expect(moved({ distinct: -0.8 })).toEqual([]);
    expect(moved({ commonFrequencies: [0.2, 0.001] })).toEqual(['most common value']);
    const many = compareSnapshots(
      after({ columns: [{ ...statistics!, commonFrequencies: [0.4, 0.1] }] }),
      after({ columns: [{ ...statistics!, commonValues: '{x,y}', commonFrequencies: [0.4, 0.1] }] }),
    );
    expect(many.statistics[0]!.moved.map(({ what }) => what)).toEqual(['most common value', 'common values']);
  });

  it('tell no values of a masked column, which are made up anew each time', () => {
    const masked = [
      { schema: 'public', relation: 'customers', column: 'email', why: 'guessed from its name' },
    ];
    const columns = (commonValues: string) => [
      { ...statistics!, commonValues, commonFrequencies: [0.4, 0.1] },
    ];
    const diff = compareSnapshots(
      { ...before, masked, columns: columns('{a,b}') },
      after({ masked, columns: columns('{c,d}') }),
    );
    expect(diff.statistics).toEqual([]);
    expect(diff.limits.join(' ')).toContain('Made-up values differ');
  });

  it('tell indexes that are new, gone, or were not used in between', () => {
    const customers = (...indexes: ReturnType<typeof index>[]) =>
      catalogOf([table('customers', [column('id')], { indexes })]);
    const was = { ...before, catalog: customers(index('old_idx', ['id']), index('kept_idx', ['id'])) };
    const counts = (scans: number) => ({
      ...before.activity,
      indexes: [{ ...used!, name: 'kept_idx', scans }],
    });
    const is = (scans: number, name = 'kept_idx') =>
      after({ catalog: customers(index('new_idx', ['id']), index(name, ['id'])), activity: counts(scans) });
    const unused = compareSnapshots({ ...was, activity: counts(7) }, is(7)).indexes;
    expect(unused).toEqual({
      added: [{ schema: 'public', name: 'new_idx' }],
      gone: [{ schema: 'public', name: 'old_idx' }],
      unused: [{ schema: 'public', name: 'kept_idx', bytes: 0 }],
    });
    expect(compareSnapshots({ ...was, activity: counts(7) }, is(8)).indexes.unused).toEqual([]);
  });

  it('tell settings and roles', () => {
    const diff = compareSnapshots(
      before,
      after({
        settings: [{ ...before.settings[0]!, value: '64MB' }],
        roles: [
          { ...before.roles[0]!, superuser: true },
          { ...before.roles[1]!, name: 'new' },
        ],
      }),
    );
    expect(diff.settings).toEqual([
      { name: 'random_page_cost of app', before: '1.1' },
      { name: 'work_mem', before: '4MB', after: '64MB' },
    ]);
    expect(diff.roles.map(({ name }) => name)).toEqual(['app', 'new', 'reader']);
  });
});

describe('the workload between two snapshots', () => {
  const old = withStatements(
    before,
    statement('SELECT 1', 2800, 1),
    statement('SELECT 2', 2800, 1),
    statement('SELECT 3', 2800, 1),
  );

  it('is what was counted in between, per hour', () => {
    // 28.5 days before, 10 days between.
    const diff = compareSnapshots(
      old,
      withStatements(
        after(),
        { ...statement('SELECT  1', 3800, 0), totalMs: 2800 + 1000 * 5 },
        { ...statement('SELECT 2', 5800, 0), totalMs: 5800 },
        statement('SELECT 3', 2800, 1),
        statement('SELECT 4', 10, 1),
      ),
    );
    expect(diff.counters.workload).toBe('went on');
    const { slower, moreOften, gone, added, faster, lessOften } = diff.workload;
    expect(slower).toMatchObject([
      {
        sql: 'SELECT  1',
        before: { meanMs: 1 },
        after: { calls: 1000, meanMs: 5, callsPerHour: 1000 / 240 },
      },
    ]);
    expect(moreOften.map(({ sql }) => sql)).toEqual(['SELECT 2']);
    expect(moreOften[0]).toMatchObject({
      before: { callsPerHour: 2800 / 684 },
      after: { callsPerHour: 3000 / 240 },
    });
    expect(gone.map(({ sql }) => sql)).toEqual(['SELECT 3']);
    expect(added.map(({ sql }) => sql)).toEqual(['SELECT 4']);
    expect([...faster, ...lessOften]).toEqual([]);
  });

  it('is what was counted since a reset, which smaller counters or a later beginning show', () => {
    const anew = withStatements(
      after(),
      statement('SELECT 1', 100, 5),
      statement('SELECT 2', 100, 1),
      statement('SELECT 3', 100, 1),
    );
    for (const since of ['2026-03-06T12:00:00Z', before.workload.since]) {
      const is = { ...anew, workload: { ...anew.workload, since: since! } };
      const diff = compareSnapshots(old, is);
      expect(diff.counters.workload).toBe('began again');
      expect(diff.workload.slower).toMatchObject([{ sql: 'SELECT 1', after: { calls: 100, meanMs: 5 } }]);
      expect(diff.limits.join(' ')).toContain('began again');
    }
    const dated = { ...anew, workload: { ...anew.workload, since: '2026-03-06T12:00:00Z' } };
    expect(compareSnapshots(old, dated).workload.slower[0]!.after!.callsPerHour).toBeCloseTo(100 / 120);
  });

  it('takes one statement that was forgotten for itself, not for a reset', () => {
    const diff = compareSnapshots(
      old,
      withStatements(
        after(),
        statement('SELECT 1', 5, 1),
        statement('SELECT 2', 3800, 1),
        statement('SELECT 3', 3800, 1),
      ),
    );
    expect(diff.counters.workload).toBe('went on');
    expect(diff.workload.gone).toEqual([]);
    expect([...diff.workload.slower, ...diff.workload.faster]).toEqual([]);
  });

  it('knows a reset of the counters of tables', () => {
    const activityOf = (inserted: number) => ({
      ...before.activity,
      tables: [{ ...activity!, inserted, indexScans: 0 }],
    });
    expect(compareSnapshots(before, after({ activity: activityOf(3) })).counters.tables).toBe('began again');
    const { since: _, ...undated } = activityOf(3);
    expect(
      compareSnapshots({ ...before, activity: undated }, after({ activity: undated })).counters.tables,
    ).toBe('went on');
  });
});

describe('the report of a comparison', () => {
  it('turns snapshots that are given the other way round, and renders in every form', async () => {
    const report = diffSnapshots(
      { snapshot: after({ settings: [] }), file: 'young.dbds' },
      { snapshot: before, file: 'old.dbds' },
    );
    expect(report.title).toBe('old.dbds → young.dbds');
    expect(report.headline).toContain('In 10 days: 2 settings changed');
    expect(report.meta.limits.join(' ')).toContain('the other way round');
    for (const format of ['terminal', 'md', 'html', 'json'] as const)
      expect(await render(format, report, { width: 100, color: false, unicode: true })).toContain('4MB');
  });
});
