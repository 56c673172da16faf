import { expect, test } from 'vitest';
import type { Grammar, Recorded } from '../../engine/model.ts';
import { withOrigins } from './origin.ts';

const recorded = (sql: string, more: Partial<Recorded> = {}): Recorded => ({
  sql,
  kind: sql.startsWith('INSERT') ? 'InsertStmt' : 'AlterTableStmt',
  session: 1,
  at: 0,
  ms: 0,
  sampled: false,
  locks: [],
  rewrites: [],
  scans: [],
  skipped: [],
  walBytes: 0,
  ...more,
});

/** Knows only INSERT INTO name. */
const grammar = {
  split: (sql: string) => [{ sql, offset: 0, kind: 'InsertStmt', tree: {} }],
  touches: ({ sql }: { sql: string }) => [{ schema: '', name: /INTO (\w+)/.exec(sql)?.[1] ?? '' }],
} as unknown as Grammar;

const origins = (...statements: Recorded[]): (string | undefined)[] =>
  withOrigins(grammar, statements).map(({ origin }) => origin);

test('what came before a note belongs to it; what comes after the last one is nobody’s', () => {
  expect(
    origins(
      recorded('ALTER a'),
      recorded('INSERT INTO knex_migrations VALUES ($1, $2, $3)', {
        values: ['1', '2026-01-01 00:00:00Z', '01_users.js'],
      }),
      recorded('ALTER b'),
      recorded(`INSERT INTO pgmigrations (name) VALUES ('it''s-02')`),
      recorded('ALTER c'),
    ),
  ).toEqual(['01_users.js', '01_users.js', "it's-02", "it's-02", undefined]);
});

test('notes made before the migration, version numbers, hashes, and notes that failed', () => {
  expect(
    origins(
      recorded(
        `INSERT INTO _prisma_migrations VALUES ('3f0c8d2e-1111-4222-8333-444455556666', '20260101_init')`,
      ),
      recorded('ALTER a'),
    ),
  ).toEqual(['20260101_init', '20260101_init']);
  expect(
    origins(recorded('ALTER a'), recorded(`INSERT INTO schema_migrations VALUES ('20260101120000')`)),
  ).toEqual(['20260101120000', '20260101120000']);
  const failed = { error: { message: 'no', sqlstate: '23505' } };
  expect(origins(recorded('ALTER a'), recorded(`INSERT INTO pgmigrations VALUES ('x')`, failed))).toEqual([
    undefined,
    undefined,
  ]);
});

test('a table in the tool’s own schema is known by its lock', () => {
  const locks = [{ relation: 'sqitch.changes', mode: 'ROW EXCLUSIVE' }];
  const values = ['a'.repeat(40), 'users'];
  expect(
    origins(recorded('ALTER a'), recorded('INSERT INTO changes VALUES ($1, $2)', { locks, values })),
  ).toEqual(['users', 'users']);
  expect(origins(recorded('ALTER a'), recorded('INSERT INTO changes VALUES ($1, $2)', { values }))).toEqual([
    undefined,
    undefined,
  ]);
});

test('parameters never leave the rehearsal', () => {
  expect(
    withOrigins(grammar, [recorded('INSERT INTO users VALUES ($1)', { values: ['secret'] })])[0],
  ).not.toHaveProperty('values');
});
