/** Constants beyond what statistics know: the planner looks up the end of the newest index that begins with the column. */
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { wish } from './left.ts';

test('an index that nobody built has the ends of one that begins with the same column', async () => {
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  try {
    const database = await sandbox.createDatabase();
    const real = await postgres.connect(database.adminUrl);
    const fill = (from: number, to: number): string =>
      `INSERT INTO t SELECT n, timestamptz '2026-01-01' + n * interval '1 minute', 'key ' || n FROM generate_series(${from}, ${to}) AS n`;
    await real.run('CREATE TABLE t (id bigint PRIMARY KEY, made timestamptz NOT NULL, code text NOT NULL)');
    await real.run(
      `${fill(1, 20_000)}; CREATE INDEX t_made ON t (made); CREATE INDEX t_code ON t (code DESC)`,
    );
    await real.query('ANALYZE t');
    await real.run(fill(20_001, 25_000));
    const snapshot = await snapshotOf(database.adminUrl, { ends: true });
    const twin = await hollowOf(snapshot);
    const session = await postgres.connect(twin.database.adminUrl);
    const trial = await postgres.hollow.whatIf(session, snapshot);
    const columns = ['(made, id)', '(made DESC) INCLUDE (code)', '(code)'];
    for (const [i, sql] of [
      "SELECT count(*) FROM t WHERE made > '2026-01-15 00:00'",
      "SELECT code FROM t WHERE made > '2026-01-15 20:00'",
      "SELECT count(*) FROM t WHERE code > 'key 9998'",
    ].entries()) {
      const name = `real_${i}`;
      await real.query(`CREATE INDEX ${name} ON t ${columns[i]!}`);
      const wanted = await postgres.stats.explain(real, sql, [], false);
      await real.query(`DROP INDEX ${name}`);
      await real.query(`UPDATE pg_class SET reltuples = 20000, relpages = $1 WHERE relname = 't'`, [
        snapshot.relations.find((one) => one.name === 't')!.pages,
      ]);
      const [made] = await trial.create([wish('public', 't', columns[i]!)]);
      const got = await trial.price(sql, []);
      await trial.drop([made!.name]);
      const rows = (plan: typeof got): unknown => JSON.stringify(plan.tree).match(/"Plan Rows":\d+/g);
      expect(rows(got), sql).toEqual(rows(wanted));
      expect(got.nodes.map((node) => node.replace(made!.name.name, name))).toEqual(wanted.nodes);
    }
    // Without the ends the rows beyond the statistics would not be seen.
    const [made] = await trial.create([wish('public', 't', '(made, id)')]);
    const seen = await trial.price("SELECT * FROM t WHERE made > '2026-01-15 00:00'", []);
    const unseen = await trial.price("SELECT * FROM t WHERE made > '2026-01-15 00:00'", [], {
      without: [made!.name, { schema: 'public', name: 't_made' }],
    });
    const estimated = (plan: typeof seen): number =>
      (plan.tree as { Plan: { 'Plan Rows': number } }).Plan['Plan Rows'];
    expect(estimated(seen)).toBeGreaterThan(2 * estimated(unseen));
    await trial.close();
    await twin.sandbox.stop();
  } finally {
    await sandbox.stop();
  }
});
