import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { restoredDatabase, finishedDatabase, twinServer } from '../../src/twin/restored.ts';
import { need } from '../support/require.ts';
import { richAdminSql, richSql } from './rich.sql.ts';
import { asked, captured, oidOrder, sourceDatabase } from './sources.ts';

const signal = new AbortController().signal;
const emit = (): void => undefined;

const servers = await Promise.all(
  [14, 15, 16, 17, 18].map(async (major) => ({
    major,
    there: (await postgres.launch.candidates({ packages: '/nowhere', major })).length > 0 || major === 18,
  })),
);

describe.each(servers)('a structure of PostgreSQL $major', ({ major }) => {
  test('is restored in full, in its order', { timeout: 120_000 }, async () => {
    const source = await startSandbox(postgres, { major });
    let twin: Sandbox | undefined;
    try {
      const there = await sourceDatabase(source, {
        owner: richSql(major),
        admin: richAdminSql(major),
        extensions: ['pg_trgm', 'citext', 'btree_gist'],
      });
      const snapshot = await captured(there);
      twin = await twinServer({ engine: postgres, snapshot, emit });
      const made = await restoredDatabase({ engine: postgres, sandbox: twin, snapshot, signal });
      console.log(major, made.leftOut, made.notExact, made.differences);
      expect(made.differences).toEqual([]);
      expect(await asked(made.database, oidOrder)).toEqual(await asked(there, oidOrder));
    } finally {
      await source.stop();
      await twin?.stop();
    }
  });
});
void [afterAll, beforeAll, differences, finishedDatabase, need];
void ({} as Snapshot);
