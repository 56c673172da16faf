/** Plans of foreign statements as things would be; nothing of a statement is ever run. */
import { fail } from '../../../base/error.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Trial } from '../../../engine/hollow/model.ts';
import type { SettingFact } from '../../../engine/snapshot/model.ts';
import type { PlanFacts } from '../../../engine/stats/model.ts';
import { planFacts } from '../stats.ts';
import { set, type Room } from './room.ts';

/** Name of the statement that a generic plan is made of, in the session. */
const prepared = 'dbd_generic';

const offQuery = `
  WITH named AS (
    SELECT c.oid FROM unnest($1::text[], $2::text[]) AS w(schema, name)
      JOIN pg_namespace s ON s.nspname = w.schema JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = w.name
  ), parts AS (SELECT oid FROM named UNION SELECT p.relid FROM named, pg_partition_tree(named.oid) AS p)
  UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid IN (SELECT oid FROM parts)
  RETURNING indexrelid IN (SELECT oid FROM named) AS named`;

const wholesQuery = `
  SELECT c.relname AS name, r.relname AS whole
    FROM pg_class c
    CROSS JOIN LATERAL (SELECT a.relid FROM pg_partition_ancestors(c.oid) WITH ORDINALITY AS a(relid, n) ORDER BY n DESC LIMIT 1) top
    JOIN pg_class r ON r.oid = top.relid
   WHERE c.relispartition AND c.oid <> r.oid`;

/** Prices of statements in one room. */
export interface Prices {
  price(sql: string, values: readonly unknown[], trial: Trial): Promise<PlanFacts>;
  generic(sql: string, trial: Trial): Promise<PlanFacts>;
  /** Partitions or their indexes have changed. */
  forget(): void;
}

/** Settings of the snapshot hold for the roles that they were made for. */
export function pricesIn(room: Room, settings: readonly SettingFact[]): Prices {
  const { session } = room;
  let whole: Promise<ReadonlyMap<string, string>> | undefined;
  const wholes = (): Promise<ReadonlyMap<string, string>> =>
    (whole ??= session
      .query<{ name: string; whole: string }>(wholesQuery)
      .then(({ rows }) => new Map(rows.map((row) => [row.name, row.whole]))));
  const plan = async (statement: string, values: readonly unknown[]): Promise<PlanFacts> => {
    const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (FORMAT JSON) ${statement}`,
      values,
    );
    return planFacts(rows[0]!['QUERY PLAN'], await wholes());
  };
  return {
    async price(sql, values, trial) {
      await wholes();
      if (isPlain(trial)) {
        await room.asNobody();
        return plan(sql, values);
      }
      return room.trial(async () => {
        await enter(room, trial, settings);
        return plan(sql, values);
      });
    },

    async generic(sql, trial) {
      await wholes();
      return room.trial(async () => {
        await enter(room, trial, settings);
        await set(session, { plan_cache_mode: 'force_generic_plan' }, true);
        await session.query(`PREPARE ${prepared} AS ${sql}`);
        try {
          const { rows } = await session.query<{ count: number }>(
            `SELECT cardinality(parameter_types) AS count FROM pg_prepared_statements WHERE name = $1`,
            [prepared],
          );
          const nulls = Array.from({ length: rows[0]!.count }, () => 'NULL').join(', ');
          return await plan(`EXECUTE ${prepared}${nulls === '' ? '' : ` (${nulls})`}`, []);
        } finally {
          // Names of statements outlive the transaction, and are free even when it is broken.
          await session.query('ROLLBACK');
          await session.query(`DEALLOCATE ${prepared}`);
        }
      });
    },

    forget() {
      whole = undefined;
    },
  };
}

function isPlain({ without = [], settings = {}, role }: Trial): boolean {
  return without.length === 0 && Object.keys(settings).length === 0 && role === undefined;
}

/** Makes the open transaction what a trial wants, and gives up the superuser's rights for the rest of it. */
async function enter(room: Room, trial: Trial, settings: readonly SettingFact[]): Promise<void> {
  const { session } = room;
  const { without = [], role } = trial;
  if (without.length > 0) await switchOff(room, without);
  const own = settings.filter((one) => one.planner && role !== undefined && one.role === role);
  await set(
    session,
    {
      ...Object.fromEntries(own.map(({ name, value }) => [name, value])),
      role: role ?? room.role,
      transaction_read_only: 'on',
    },
    true,
  );
  await set(session, trial.settings ?? {}, true);
}

async function switchOff({ session }: Room, indexes: readonly Name[]): Promise<void> {
  const { rows } = await session.query<{ named: boolean }>(offQuery, [
    indexes.map(({ schema }) => schema),
    indexes.map(({ name }) => name),
  ]);
  const found = rows.filter(({ named }) => named).length;
  const wanted = new Set(indexes.map(({ schema, name }) => JSON.stringify([schema, name]))).size;
  if (found !== wanted)
    fail(
      'sql.failed',
      `Of ${wanted} indexes to switch off, ${found} exist: ${indexes.map(({ schema, name }) => `${schema}.${name}`).join(', ')}.`,
    );
}
