/** What planning a single change costs among many tables. */
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { bigSchema, bigTable } from '../support/big-schema.ts';
import { figure } from './figure.ts';

const change = (quote: string): string =>
  `ALTER TABLE ${quote} ADD COLUMN email text; CREATE INDEX ON ${quote} (lower(email));`;

test.for([
  { tables: 1000, goal: '≤ 3 s', memory: '' },
  { tables: 10_000, goal: '≤ 60 s', memory: '≤ 1.5 GB' },
])('a change of one table among $tables', { timeout: 900_000 }, async ({ tables, goal, memory }) => {
  const sandbox = await startSandbox(postgres);
  try {
    const from = await sandbox.createDatabase();
    await bigSchema(from.adminUrl, { tables, rows: 0 });
    const to = await sandbox.createDatabase({ from });
    const { schema, name } = bigTable(Math.floor(tables / 2));
    await within(to.adminUrl, (session) => session.run(change(`${schema}.${name}`)));
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
    const start = performance.now();
    const planned = await postgres.planner.plan(
      { adminUrl: from.adminUrl, owner: sandbox.owner },
      { adminUrl: to.adminUrl, owner: sandbox.owner },
      { renames: [], roles: false, signal: new AbortController().signal },
    );
    const ms = performance.now() - start;
    await within(from.adminUrl, async (session) => {
      for (const { sql } of planned.statements) await session.query(sql);
    });
    const looked = performance.now();
    const [result, wanted] = await Promise.all(
      [from, to].map((one) => within(one.adminUrl, (session) => postgres.witness.observe(session))),
    );
    expect(postgres.witness.compare(result!, wanted!)).toEqual([]);
    const witnessed = performance.now() - looked;
    clearInterval(watch);
    const count = tables.toLocaleString('en');
    figure(`plan of one change among ${count} tables (both sides read)`, goal, `${(ms / 1000).toFixed(2)} s`);
    figure(`witness of both sides, ${count} tables`, '', `${(witnessed / 1000).toFixed(2)} s`);
    figure(`Node's peak memory meanwhile, ${count} tables`, memory, `${Math.round(peak / 1024 / 1024)} MB`);
  } finally {
    await sandbox.stop();
  }
});

async function within<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await postgres.connect(url);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
