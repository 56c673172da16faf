import { expect, test } from 'vitest';
import { changeFiles, readChange } from './files.ts';
import type { Change, Step } from './model.ts';

const step = (id: string, more: Partial<Step>): Step => ({
  id,
  sql: `SELECT ${id}`,
  transaction: 1,
  claims: [],
  reason: 'Why',
  lockTimeoutMs: 750,
  undo: '',
  ...more,
});

const change: Change = {
  id: 'KAN-29',
  title: 'Dashboard analytics',
  questions: [],
  phases: [
    {
      name: 'expand',
      number: 1,
      steps: [
        step('1', {
          sql: 'CREATE TABLE t (\n  a int -- the first\n)',
          undo: 'DROP TABLE t',
          claims: ['E1', 'L1'],
          reason: `A reason that is long enough to be wrapped ${'and wrapped again '.repeat(12)}to the end`,
        }),
        step('2', { sql: "INSERT INTO t VALUES (';\n\n-- a comment in a string\nCOMMIT;')" }),
        step('3', {
          transaction: 'none',
          sql: 'DROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY i ON t (a)',
          undo: 'DROP INDEX CONCURRENTLY i',
          undoOutside: true,
          probe: 'SELECT 1 FROM t',
        }),
        step('4', { transaction: 2, statementTimeoutMs: 60_000, superuser: true }),
      ],
    },
    {
      name: 'backfill',
      number: 2,
      steps: [
        step('5', { transaction: 'none', undo: null, destructive: 'Rows are gone' }),
        step('6', {
          transaction: 'none',
          batch: {
            table: { schema: 'public', name: 'odd "one"' },
            key: ['a', 'b'],
            set: "x = 'a\nb'",
            where: 'x IS NULL',
            local: ["SET LOCAL dbd.backfill = 'on'"],
          },
        }),
      ],
    },
    {
      name: 'contract',
      number: 3,
      steps: [
        step('7', {
          transaction: 3,
          sql: 'ALTER TABLE t DROP COLUMN a',
          undo: 'ALTER TABLE t ADD COLUMN a int',
          destructive: 'The values of t.a are lost',
        }),
      ],
    },
  ],
};

test('a change survives the way to files and back', () => {
  expect(readChange(changeFiles(change))).toEqual(change);
});

test('the way back runs in the order of its file names', () => {
  const files = changeFiles(change);
  expect(files.map(({ path }) => path)).toEqual([
    'up/01-expand.sql',
    'up/02-backfill.sql',
    'up/03-contract.sql',
    'down/01-contract.sql',
    'down/02-backfill.sql',
    'down/03-expand.sql',
  ]);
  expect(files[5]!.sql.indexOf('CONCURRENTLY')).toBeLessThan(files[5]!.sql.indexOf('DROP TABLE'));
  expect(files[3]!.sql).toContain('-- The values of t.a are lost');
  expect(files[0]!.sql).toContain("SET LOCAL lock_timeout = '750ms';");
  expect(files[0]!.sql.match(/^SET LOCAL statement_timeout = '60000ms';$/gm)).toHaveLength(1);
  expect(files[5]!.sql).not.toContain('statement_timeout');
});

test('the way back shares transactions only where the way there did', () => {
  const alter = (id: string, transaction: number) =>
    step(id, { transaction, undo: `ALTER TABLE t${id} DROP CONSTRAINT c` });
  const [, back] = changeFiles({
    ...change,
    phases: [{ name: 'expand', number: 1, steps: [alter('1', 1), alter('2', 1), alter('3', 2)] }],
  });
  expect([...back!.sql.matchAll(/^(?:BEGIN|COMMIT|-- dbd: undo \d)/gm)].map(String)).toEqual([
    'BEGIN',
    '-- dbd: undo 3',
    'COMMIT',
    'BEGIN',
    '-- dbd: undo 2',
    '-- dbd: undo 1',
    'COMMIT',
  ]);
});

test('a statement cannot pass for a mark', () => {
  const forged = {
    ...change,
    phases: [
      { name: 'expand' as const, number: 1, steps: [step('1', { sql: 'SELECT 1;\n-- dbd: step 2' })] },
    ],
  };
  expect(() => changeFiles(forged)).toThrow(/marks the steps/);
});

test('other files are refused', () => {
  expect(() => readChange([{ path: 'up/01-expand.sql', sql: 'SELECT 1;' }])).toThrow(
    /not the files of a change/,
  );
});
