// Fills one narrow table from a snapshot, alone in its process: prints rows, milliseconds and the greatest memory that Node took. Needs a build.
import { engines } from '../../dist/engines/all.js';
import { startSandbox } from '../../dist/sandbox/sandbox.js';
import { makeFilled } from '../../dist/twin/sampled/sampled.js';

const engine = await engines.postgres();
const quiet = { emit: () => undefined, signal: new AbortController().signal };
const source = await startSandbox(engine);
try {
  const database = await source.createDatabase();
  const session = await engine.connect(database.ownerUrl);
  await session.run(`
    CREATE TABLE readings (id integer PRIMARY KEY, device integer NOT NULL, taken_at timestamptz NOT NULL, state text NOT NULL);
    INSERT INTO readings SELECT n, floor(power(900, n * 0.618 - floor(n * 0.618)))::int, timestamptz '2025-01-01 00:00+00' + n * interval '7 seconds',
      (ARRAY['ok', 'ok', 'ok', 'late', 'lost'])[1 + n % 5] FROM generate_series(1, 20000) AS n;
    ANALYZE readings`);
  const snapshot = await engine.capture.read(session, {
    probes: [],
    statementMs: 60_000,
    statements: 10,
    ...quiet,
  });
  await session.close();
  const twin = await makeFilled({ engine, snapshot, scale: 100, seed: 1, ...quiet });
  const rows = twin.volumes.reduce((sum, one) => sum + one.rows, 0);
  await twin.sandbox.stop();
  process.stdout.write(
    JSON.stringify({ rows, ms: twin.fill.ms, peakBytes: process.resourceUsage().maxRSS * 1024 }),
  );
} finally {
  await source.stop();
}
