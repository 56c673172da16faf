/** Reads all tables and indexes of a database with the server's own tool. */
import type { Integrity } from '../../../engine/backup/model.ts';
import { connect } from '../connect.ts';
import { SqlError } from '../../../base/error.ts';

const indexesQuery = `
  SELECT c.oid::int8 AS oid, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am a ON a.oid = c.relam
   WHERE a.amname = 'btree' AND i.indisvalid AND i.indisready AND c.relkind = 'i' AND c.relpersistence = 'p'
   ORDER BY 1`;

const tablesQuery = `
  SELECT c.oid::int8 AS oid, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p' AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap')
   ORDER BY 1`;

/** Checks every heap page and every btree of a database; the extension that does it is taken back at the end. */
export async function integrity(url: string): Promise<Integrity> {
  const session = await connect(url, { application: 'dbd restore' });
  try {
    await session.run('BEGIN; CREATE SCHEMA dbd_integrity');
    try {
      await session.run('CREATE EXTENSION amcheck SCHEMA dbd_integrity');
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return { tried: false, tables: 0, indexes: 0, problems: [] };
    }
    const problems: string[] = [];
    const { rows: indexes } = await session.query<{ oid: number; name: string }>(indexesQuery);
    for (const { oid, name } of indexes) {
      await session.run('SAVEPOINT one');
      try {
        await session.query('SELECT dbd_integrity.bt_index_check($1::oid::regclass, true)', [oid]);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        problems.push(`${name}: ${error.message}`);
        await session.run('ROLLBACK TO one');
      }
    }
    const { rows: tables } = await session.query<{ oid: number; name: string }>(tablesQuery);
    for (const { oid, name } of tables) {
      await session.run('SAVEPOINT one');
      try {
        const { rows } = await session.query<{ msg: string }>(
          'SELECT msg FROM dbd_integrity.verify_heapam($1::oid::regclass)',
          [oid],
        );
        problems.push(...rows.map(({ msg }) => `${name}: ${msg}`));
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        problems.push(`${name}: ${error.message}`);
        await session.run('ROLLBACK TO one');
      }
    }
    return { tried: true, tables: tables.length, indexes: indexes.length, problems };
  } finally {
    await session.run('ROLLBACK').catch(() => undefined);
    await session.close();
  }
}
