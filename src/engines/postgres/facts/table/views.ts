import type { FactRow } from '../model.ts';

/** Views, triggers, rules and policies. */
export const viewRows: readonly FactRow[] = [
  {
    id: 'view/create',
    form: 'CREATE VIEW',
    locks: { sources: 'ACCESS SHARE' },
    trials: [{ sql: 'CREATE VIEW extra AS SELECT * FROM loose' }],
  },
  {
    id: 'view/create-or-replace',
    form: 'CREATE OR REPLACE VIEW',
    locks: { sources: 'ACCESS SHARE', view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'CREATE OR REPLACE VIEW order_totals AS SELECT id, total FROM orders' }],
  },
  {
    id: 'view/drop',
    form: 'DROP VIEW',
    locks: { view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP VIEW order_totals' }],
  },
  {
    id: 'view/rename',
    form: 'ALTER VIEW … RENAME TO',
    locks: { view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER VIEW order_totals RENAME TO totals' }],
  },
  {
    id: 'view/rename-column',
    form: 'ALTER VIEW … RENAME COLUMN',
    locks: { view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER VIEW order_totals RENAME COLUMN total TO sum' }],
  },
  {
    id: 'alter-view/options',
    form: 'ALTER VIEW … SET (…)',
    locks: { view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER VIEW order_totals SET (security_barrier = true)' }],
  },
  {
    id: 'alter-view/default',
    form: 'ALTER VIEW … ALTER COLUMN c SET DEFAULT',
    locks: { view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER VIEW order_totals ALTER COLUMN total SET DEFAULT 5' }],
  },
  {
    id: 'materialized-view/create',
    form: 'CREATE MATERIALIZED VIEW',
    locks: { sources: 'ACCESS SHARE' },
    reads: true,
    trials: [{ sql: 'CREATE MATERIALIZED VIEW extra AS SELECT * FROM loose' }],
  },
  {
    id: 'materialized-view/refresh',
    form: 'REFRESH MATERIALIZED VIEW',
    locks: { view: 'ACCESS EXCLUSIVE', sources: 'ACCESS SHARE' },
    rewrites: ['view'],
    reads: true,
    trials: [{ sql: 'REFRESH MATERIALIZED VIEW order_labels' }],
  },
  {
    id: 'materialized-view/refresh-concurrently',
    form: 'REFRESH MATERIALIZED VIEW CONCURRENTLY',
    locks: { view: 'EXCLUSIVE', sources: 'ACCESS SHARE' },
    reads: true,
    note: 'Needs a unique index.',
    trials: [{ sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY order_labels' }],
  },
  {
    id: 'materialized-view/drop',
    form: 'DROP MATERIALIZED VIEW',
    locks: { view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP MATERIALIZED VIEW order_labels' }],
  },
  {
    id: 'materialized-view/rename',
    form: 'ALTER MATERIALIZED VIEW … RENAME TO',
    locks: { view: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER MATERIALIZED VIEW order_labels RENAME TO labels' }],
  },
  {
    id: 'alter-materialized-view/options',
    form: 'ALTER MATERIALIZED VIEW … SET (…)',
    locks: { view: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'ALTER MATERIALIZED VIEW order_labels SET (fillfactor = 80)' }],
  },
  {
    id: 'trigger/create',
    form: 'CREATE TRIGGER',
    locks: { table: 'SHARE ROW EXCLUSIVE', heirs: 'SHARE ROW EXCLUSIVE' },
    trials: [
      { sql: 'CREATE TRIGGER extra AFTER INSERT ON loose FOR EACH ROW EXECUTE FUNCTION touched()' },
      { sql: 'CREATE TRIGGER extra AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION touched()' },
    ],
  },
  {
    id: 'trigger/create-constraint-from',
    form: 'CREATE CONSTRAINT TRIGGER … FROM other',
    locks: { table: 'SHARE ROW EXCLUSIVE', parent: 'ACCESS SHARE' },
    trials: [
      {
        sql: 'CREATE CONSTRAINT TRIGGER extra AFTER INSERT ON loose FROM customers FOR EACH ROW EXECUTE FUNCTION touched()',
      },
    ],
  },
  {
    id: 'trigger/drop',
    form: 'DROP TRIGGER',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP TRIGGER orders_touched ON orders' }],
  },
  {
    id: 'trigger/rename',
    form: 'ALTER TRIGGER … RENAME TO',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TRIGGER orders_touched ON orders RENAME TO touched' }],
  },
  {
    id: 'rule/create',
    form: 'CREATE RULE',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'CREATE RULE quiet AS ON DELETE TO loose DO INSTEAD NOTHING' }],
  },
  {
    id: 'rule/drop',
    form: 'DROP RULE',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP RULE ruled_quiet ON ruled' }],
  },
  {
    id: 'rule/rename',
    form: 'ALTER RULE … RENAME TO',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER RULE ruled_quiet ON ruled RENAME TO quiet' }],
  },
  {
    id: 'policy/create',
    form: 'CREATE POLICY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'CREATE POLICY extra ON customers USING (true)' }],
  },
  {
    id: 'policy/alter',
    form: 'ALTER POLICY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER POLICY own_region ON customers USING (true)' }],
  },
  {
    id: 'policy/rename',
    form: 'ALTER POLICY … RENAME TO',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER POLICY own_region ON customers RENAME TO own' }],
  },
  {
    id: 'policy/drop',
    form: 'DROP POLICY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP POLICY own_region ON customers' }],
  },
];
