import type { FactRow } from '../model.ts';

/** Reading and writing rows. */
export const rowRows: readonly FactRow[] = [
  {
    id: 'rows/select',
    form: 'SELECT',
    locks: { sources: 'ACCESS SHARE' },
    reads: true,
    trials: [{ sql: 'SELECT * FROM loose' }],
  },
  {
    id: 'rows/select-for-update',
    form: 'SELECT … FOR UPDATE',
    locks: { table: 'ROW SHARE' },
    reads: true,
    trials: [{ sql: 'SELECT * FROM loose WHERE id = 1 FOR UPDATE' }],
  },
  {
    id: 'rows/insert',
    form: 'INSERT',
    locks: { table: 'ROW EXCLUSIVE', sources: 'ACCESS SHARE' },
    reads: true,
    trials: [
      { sql: 'INSERT INTO loose (id) VALUES (1000)' },
      { sql: 'INSERT INTO loose (id) SELECT id + 5000 FROM ruled' },
    ],
  },
  {
    id: 'rows/update',
    form: 'UPDATE … WHERE',
    locks: { table: 'ROW EXCLUSIVE', heirs: 'ROW EXCLUSIVE', sources: 'ACCESS SHARE' },
    reads: true,
    note: 'The rows it changes are locked until the transaction ends.',
    trials: [
      { sql: 'UPDATE loose SET n = 1 WHERE id = 3' },
      { sql: 'UPDATE loose SET n = 1 FROM ruled WHERE ruled.id = loose.id' },
    ],
  },
  {
    id: 'rows/update-all',
    form: 'UPDATE without WHERE',
    locks: { table: 'ROW EXCLUSIVE', heirs: 'ROW EXCLUSIVE', sources: 'ACCESS SHARE' },
    scans: { table: 'every row is written', heirs: 'every row is written' },
    note: 'Every row is locked until the transaction ends, and a new version of it is written.',
    trials: [{ sql: 'UPDATE loose SET name = name' }, { sql: 'UPDATE people SET id = id' }],
  },
  {
    id: 'rows/delete',
    form: 'DELETE … WHERE',
    locks: { table: 'ROW EXCLUSIVE', heirs: 'ROW EXCLUSIVE', sources: 'ACCESS SHARE' },
    reads: true,
    trials: [{ sql: 'DELETE FROM loose WHERE id = 3' }],
  },
  {
    id: 'rows/delete-all',
    form: 'DELETE without WHERE',
    locks: { table: 'ROW EXCLUSIVE', heirs: 'ROW EXCLUSIVE', sources: 'ACCESS SHARE' },
    scans: { table: 'every row is deleted', heirs: 'every row is deleted' },
    trials: [{ sql: 'DELETE FROM loose' }],
  },
  {
    id: 'rows/merge',
    form: 'MERGE',
    since: 15,
    locks: { table: 'ROW EXCLUSIVE', heirs: 'ROW EXCLUSIVE', sources: 'ACCESS SHARE' },
    reads: true,
    trials: [
      { sql: 'MERGE INTO loose USING ruled ON ruled.id = loose.id WHEN MATCHED THEN UPDATE SET n = 5' },
    ],
  },
  {
    id: 'rows/copy-to',
    form: 'COPY … TO',
    locks: { table: 'ACCESS SHARE' },
    reads: true,
    trials: [{ sql: "COPY loose TO '/dev/null'" }],
  },
  {
    id: 'rows/copy-from',
    form: 'COPY … FROM',
    locks: { table: 'ROW EXCLUSIVE' },
    reads: true,
    trials: [{ sql: "COPY loose (name) FROM '/dev/null'" }],
  },
];
