/** What PostgreSQL tells about sessions that meet at the same rows. */
import { SqlError } from '../../base/error.ts';
import { parse } from './grammar/parse.ts';
import { walk } from './grammar/tree.ts';
import { quote } from './quote.ts';
import type { Contention } from '../../engine/contention/model.ts';

const serializationFailure = '40001';
const deadlockDetected = '40P01';

/** Isolation levels, waiting sessions, and the errors after which a transaction may be run again. */
export const contention: Contention = {
  begin: (isolation) => `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}`,

  async waiting(onlooker, pids) {
    const { rows } = await onlooker.query<{ pid: number; blockers: readonly number[] }>(
      `SELECT pid, pg_blocking_pids(pid) AS blockers FROM unnest($1::int[]) AS asked(pid) WHERE cardinality(pg_blocking_pids(pid)) > 0`,
      [`{${pids.join(',')}}`],
    );
    return new Map(rows.map((row) => [row.pid, row.blockers]));
  },

  failure(error) {
    if (!(error instanceof SqlError)) return undefined;
    const { sqlstate } = error.fields;
    if (sqlstate === serializationFailure) return 'serialization';
    return sqlstate === deadlockDetected ? 'deadlock' : undefined;
  },

  hurry: (database) => `ALTER DATABASE ${quote.identifier(database)} SET deadlock_timeout = '30ms'`,

  async mark(onlooker) {
    const { rows } = await onlooker.query<{ mark: string }>(
      'SELECT txid_snapshot_xmax(txid_current_snapshot())::text AS mark',
    );
    return rows[0]!.mark;
  },

  async written(onlooker, table, mark) {
    const name = quote.name(table);
    const { rows } = await onlooker.query<{ rows: string; written: readonly string[] | null }>(
      // A disposable server is too young for transaction numbers to have wrapped around.
      `SELECT count(*)::text AS rows, array_agg(row_to_json(each)::text) FILTER (WHERE each.xmin::text::bigint >= $1::bigint) AS written FROM ${name} AS each`,
      [mark],
    );
    return { rows: Number(rows[0]!.rows), written: rows[0]!.written ?? [] };
  },

  lockingRead(query) {
    const tree = parse(query).stmts?.[0]?.stmt;
    if (!tree || !('SelectStmt' in tree)) return undefined;
    const select = tree.SelectStmt;
    const plain =
      (select.fromClause ?? []).length > 0 &&
      select.larg === undefined &&
      select.groupClause === undefined &&
      select.havingClause === undefined &&
      select.distinctClause === undefined &&
      select.lockingClause === undefined &&
      select.withClause === undefined;
    return plain && !aggregates(select.targetList)
      ? `${query.replace(/[\s;]+$/, '')}\nFOR UPDATE`
      : undefined;
  },

  lenientInsert(sql) {
    const tree = parse(sql).stmts?.[0]?.stmt;
    if (!tree || !('InsertStmt' in tree)) return undefined;
    const insert = tree.InsertStmt;
    const returns = 'returningList' in insert || 'returningClause' in insert;
    // Without a row that was inserted, RETURNING would return none, and the caller counts on one.
    return insert.onConflictClause === undefined && !returns
      ? `${sql.replace(/[\s;]+$/, '')}\nON CONFLICT DO NOTHING`
      : undefined;
  },
};

/** Whether a list calls what makes one row of many, as far as its text tells. */
function aggregates(list: unknown): boolean {
  let found = false;
  walk(list, (kind, node) => {
    if (kind !== 'FuncCall') return;
    const name = JSON.stringify(node['funcname'] ?? '');
    if (
      node['agg_star'] === true ||
      node['over'] !== undefined ||
      /"(?:count|sum|min|max|avg|bool_(?:and|or)|every|array_agg|string_agg|jsonb?_(?:object_)?agg)"/.test(
        name,
      )
    )
      found = true;
  });
  return found;
}
