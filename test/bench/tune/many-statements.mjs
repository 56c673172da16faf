// Reads a log of so many different statements and makes a workload of it, alone in its process: prints milliseconds and the greatest memory that Node took. Needs a build.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { engines } from '../../../dist/engines/all.js';
import { startSandbox } from '../../../dist/sandbox/sandbox.js';
import { makeHollow } from '../../../dist/twin/hollow/hollow.js';
import { readFiles } from '../../../dist/tune/work/sources.js';
import { workOf } from '../../../dist/tune/work/work.js';

const count = Number(process.argv[2]);
const engine = await engines.postgres();
const quiet = { emit: () => undefined, signal: new AbortController().signal };
const folder = await mkdtemp(join(tmpdir(), 'dbd-many-'));
const source = await startSandbox(engine);
try {
  const database = await source.createDatabase();
  const session = await engine.connect(database.ownerUrl);
  const columns = Array.from({ length: 12 }, (_, n) => `c${n}`);
  await session.run(
    `CREATE TABLE facts (id int PRIMARY KEY, ${columns.map((name) => `${name} int NOT NULL`).join(', ')}); INSERT INTO facts SELECT n, ${columns.map((_, c) => `n % ${10 ** (1 + (c % 4))}`).join(', ')} FROM generate_series(1, 10000) n; ANALYZE facts`,
  );
  const snapshot = await engine.capture.read(session, {
    probes: [],
    statementMs: 60_000,
    statements: 10,
    ...quiet,
  });
  await session.close();
  const log = join(folder, 'server.log');
  const out = createWriteStream(log);
  for (let n = 0; n < count; n += 1) {
    // Each subset of columns is another statement.
    const some = columns.filter((_, c) => ((n >> c) & 1) === 1);
    const sql = `SELECT id, n${n >> 12}.c0 AS c${n} FROM facts AS n${n >> 12} WHERE ${[...some, 'id'].map((name) => `${name} = ${n % 97}`).join(' AND ')}`;
    if (
      !out.write(
        `2026-11-20 10:00:${String(n % 60).padStart(2, '0')}.000 UTC [42] LOG:  duration: ${(n % 900) / 100}0 ms  statement: ${sql}\n`,
      )
    )
      await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  const began = performance.now();
  const { captured } = await readFiles({
    engine,
    path: log,
    shown: 'server.log',
    encoding: 'UTF8',
    signal: quiet.signal,
  });
  const readMs = performance.now() - began;
  const twin = await makeHollow({ engine, snapshot, ...quiet });
  const on = await engine.connect(twin.url);
  const work = await workOf({ engine, session: on, snapshot, captured });
  const ms = performance.now() - began;
  await on.close();
  await twin.sandbox.stop();
  process.stdout.write(
    JSON.stringify({
      statements: captured.statements.length,
      queries: work.queries.length,
      readMs,
      ms,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    }),
  );
} finally {
  await source.stop();
  await rm(folder, { recursive: true, force: true });
}
