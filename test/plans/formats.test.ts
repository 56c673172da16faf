/** The same statement as JSON, YAML and text gives the same tree, on 18 and on the oldest major; on all of them with `npm run corpus`. */
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { compareFormats } from './compare.ts';
import { statements, structure } from './statements.ts';

const settings = { autovacuum: 'off' };
const options = [
  '',
  'ANALYZE, BUFFERS, WAL, SETTINGS, VERBOSE',
  'ANALYZE, TIMING OFF, SUMMARY OFF',
  'VERBOSE, COSTS OFF',
];

test('on 18 with every set of options', async () => {
  const sandbox = await startSandbox(postgres, { settings });
  try {
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.adminUrl);
    await session.run(structure);
    await session.query('VACUUM ANALYZE');
    for (const set of options) {
      // Rows that the set before wrote and took back would be read here.
      await session.query('VACUUM');
      const { compared, different } = await compareFormats(session, statements, set);
      expect(different).toEqual([]);
      expect(compared).toBe(2 * statements.length);
    }
    await session.close();
  } finally {
    await sandbox.stop();
  }
});

test.each(process.env.DBD_WHOLE === '1' ? [14, 15, 16, 17] : [14])('on %i', async (major) => {
  const sandbox = await startSandbox(postgres, { major, settings }).catch(() => undefined);
  if (!need(sandbox !== undefined, `PostgreSQL ${major}: dbd sandbox install ${major}`)) return;
  try {
    const database = await sandbox!.createDatabase();
    const session = await postgres.connect(database.adminUrl);
    await session.run(structure);
    await session.query('VACUUM ANALYZE');
    // Compiling takes longer than all others together, and prints the same everywhere.
    const known = statements.filter(({ from = 0, name }) => from <= major && name !== 'compiled');
    const { compared, different } = await compareFormats(session, known, options[1]!);
    expect(different).toEqual([]);
    expect(compared).toBe(2 * known.length);
    await session.close();
  } finally {
    await sandbox!.stop();
  }
});
