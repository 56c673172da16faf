import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

describe('a sandbox', () => {
  test('runs the bundled server and says which', async () => {
    const sandbox = await testSandbox();
    expect(sandbox.server).toMatch(/^PostgreSQL 18\./);
    expect(sandbox.provider).toBe('bundled');
    expect(sandbox.extensions).toContain('citext');
  });

  test('clones a database with its rows', async () => {
    const database = await testDatabase({ sql: 'CREATE TABLE t (n int); INSERT INTO t SELECT generate_series(1, 10)' });
    const session = await postgres.connect(database.ownerUrl);
    expect((await session.query('SELECT count(*) AS rows, current_user AS role FROM t')).rows).toEqual([{ rows: 10, role: 'dbd_owner' }]);
    await session.close();
  });
});
